"""Tables of subjects that somebody brought: kept from preview to import, and what became of each row, to undo it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person, Producer
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel

STATES = [("new", _("新增")), ("changed", _("更新")), ("refused", _("没有导入"))]


class SubjectImport(DistrictModel):
    """One table. `content` holds it from preview to import, encrypted; then it is gone. `counts`: rows by what became
    of them."""

    name = models.CharField(_("文件"), max_length=200)
    content = EncryptedTextField(blank=True)
    counts = models.JSONField(_("结果"), default=dict)
    made_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("上传"), default=clock.now)
    taken_at = models.DateTimeField(_("导入"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("主体导入")
        indexes = [models.Index(fields=["district", "-created_at"], name="subject_import_newest")]

    def __str__(self) -> str:
        return self.name


class SubjectImportRow(DistrictModel):
    """What became of a row. `kept`: what stood there before and what stands there since, by field, as JSON and
    encrypted; it goes when the import can no longer be undone. `problems` name columns, never what stood in them."""

    run = DistrictForeignKey(SubjectImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行"))
    state = models.CharField(_("结果"), max_length=8, choices=STATES)
    subject = DistrictForeignKey(Producer, models.SET_NULL, null=True, blank=True, related_name="+")
    kept = EncryptedTextField(blank=True)
    problems = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("主体导入的行")
        constraints = [
            models.UniqueConstraint(fields=["district", "run", "line"], name="subject_import_line_once")
        ]
        indexes = [models.Index(fields=["district", "subject"], name="subject_import_subject")]

    def __str__(self) -> str:
        return f"{self.line} {self.state}"
