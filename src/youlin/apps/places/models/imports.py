"""Tables of places that were taken in: one run for each file, and what became of its rows, so that it can be undone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class PlaceImport(DistrictModel):
    """One file. `content` holds an uploaded file between preview and import and is empty afterwards."""

    name = models.CharField(_("文件"), max_length=200)
    digest = models.CharField(max_length=64)
    crs = models.CharField(_("坐标系"), max_length=8)
    content = models.BinaryField(null=True, blank=True)
    counts = models.JSONField(_("结果"), default=dict)
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("上传"), default=clock.now)
    finished_at = models.DateTimeField(_("完成"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("地点导入")
        indexes = [models.Index(fields=["district", "-created_at"], name="place_import_newest")]

    def __str__(self) -> str:
        return self.name


class PlaceImportRow(DistrictModel):
    """What became of one row: a new place, a changed one (`before` has its old values), or refused with `problems`.

    `version` is the place's after the import; a place that was changed since is not touched by an undo.
    """

    run = DistrictForeignKey(PlaceImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行"))
    state = models.CharField(_("结果"), max_length=8)
    place_ref = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)
    problems = models.JSONField(_("问题"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("地点导入的行")
        indexes = [models.Index(fields=["district", "run", "state", "line"], name="place_import_rows")]

    def __str__(self) -> str:
        return f"{self.line} {self.state}"
