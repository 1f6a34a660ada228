"""What leaves the working lists: tables for people's own programs, and old cases for the archive."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictModel


class ExportRun(DistrictModel):
    """A table of cases made in the background: who asked, what it shows, where it lies and until when.

    `filters` are those of the list (`CaseFilters` as JSON), `stored` is the file's name in the storage, empty
    before it is made and after it has expired. `reason` is there when contacts are shown in full.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("正在生成")
        READY = "ready", _("可以下载")
        FAILED = "failed", _("没有生成")
        EXPIRED = "expired", _("已过期")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    format = models.CharField(_("格式"), max_length=8, choices=[("csv", "CSV"), ("xlsx", "Excel")])
    columns = models.JSONField(_("列"))
    filters = models.JSONField(_("筛选"), default=dict)
    numbers = models.JSONField(_("选定的编号"), default=list, blank=True)
    bom = models.BooleanField(_("文件头带 BOM"), default=True)
    reason = models.CharField(_("查看理由"), max_length=500, blank=True)
    language = models.CharField(_("语言"), max_length=16, blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(_("总行数"), default=0)
    done = models.PositiveIntegerField(_("已写行数"), default=0)
    size = models.PositiveBigIntegerField(_("字节"), default=0)
    stored = models.CharField(max_length=200, blank=True)
    problem = models.CharField(_("问题"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("要求于"), default=clock.now)
    finished_at = models.DateTimeField(_("完成"), null=True, blank=True)
    expires_at = models.DateTimeField(_("保留到"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导出")
        indexes = [
            models.Index(fields=["district", "person", "-created_at"], name="export_run_person"),
            models.Index(fields=["district", "created_at"], name="export_run_age"),
            models.Index(
                fields=["district", "expires_at"], name="export_run_kept", condition=~models.Q(stored="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.created_at:%F %R}"


class ArchiveRun(DistrictModel):
    """A night's move of long-closed cases out of the working lists; the cases themselves stay where they are."""

    closed_before = models.DateTimeField(_("早于"))
    count = models.PositiveIntegerField(_("件数"), default=0)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("归档")
        indexes = [models.Index(fields=["district", "-at"], name="archive_run_at")]

    def __str__(self) -> str:
        return f"{self.at:%F} {self.count}"
