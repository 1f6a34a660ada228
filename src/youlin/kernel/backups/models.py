"""When this installation was last backed up or restored, and how that went: for whoever looks after it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.db import CityModel


class BackupRun(CityModel):
    """One backup made or tried, or one restore. Written when it is over; `error` is empty when it went well."""

    class Kind(models.TextChoices):
        BACKUP = "backup", _("备份")
        RESTORE = "restore", _("恢复")

    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    at = models.DateTimeField(_("时间"), default=clock.now)
    place = models.TextField(_("位置"))
    bytes = models.BigIntegerField(_("字节数"), default=0)
    seconds = models.FloatField(_("用时（秒）"), default=0)
    error = models.TextField(_("错误"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("备份记录")
        indexes = [models.Index(fields=["kind", "-at"], name="backup_run_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
