"""A list of places taken in from a file, row by row, so that all of it can be undone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.apps.places.models.place import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class PlaceImport(DistrictModel):
    """One file: previewed, taken in, perhaps undone."""

    name = models.CharField(_("文件名"), max_length=160)
    digest = models.CharField(max_length=64)
    state = models.CharField(
        _("状态"),
        max_length=8,
        choices=[
            ("preview", _("待确认")),
            ("running", _("导入中")),
            ("done", _("已导入")),
            ("undone", _("已撤销")),
        ],
        default="preview",
    )
    tallies = models.JSONField(_("统计"), default=dict)
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("地点导入")
        indexes = [models.Index(fields=["district", "-created_at"], name="place_import_newest")]

    def __str__(self) -> str:
        return self.name


class PlaceImportRow(DistrictModel):
    """One row of the file: what it says, what is wrong with it, what became of it, what was there before."""

    run = DistrictForeignKey(PlaceImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行号"))
    outcome = models.CharField(
        _("结果"),
        max_length=8,
        choices=[
            ("new", _("新增")),
            ("change", _("更新")),
            ("same", _("无变化")),
            ("doubt", _("疑似重复")),
            ("wrong", _("有误")),
        ],
    )
    values = models.JSONField(_("内容"), default=dict)
    problems = models.JSONField(_("问题"), default=list)
    place = DistrictForeignKey(Place, models.SET_NULL, null=True, blank=True, related_name="+")
    before = models.JSONField(_("原值"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("地点导入行")
        constraints = [
            models.UniqueConstraint(fields=["district", "run", "line"], name="place_import_line_once")
        ]
        indexes = [
            models.Index(fields=["district", "run", "outcome", "line"], name="place_import_outcome"),
            models.Index(fields=["district", "place"], name="place_import_place"),
        ]

    def __str__(self) -> str:
        return str(self.line)
