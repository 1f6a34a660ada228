"""What has been applied where: one row per programme and district."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.db import DistrictModel


class AppliedProgramme(DistrictModel):
    """A programme in force in a district, with the declarations as they were applied."""

    code = models.CharField(_("代码"), max_length=64)
    version = models.CharField(_("版本"), max_length=32)
    digest = models.CharField(max_length=64)
    declarations = models.JSONField(_("声明"))
    applied_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("已启用方案")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="applied_programme_once")]

    def __str__(self) -> str:
        return self.code


class DemoLoad(DistrictModel):
    """How far a demonstration district has been loaded; `anchor` is the moment its story ends at."""

    pack = models.CharField(_("演示包"), max_length=64)
    seed = models.PositiveIntegerField(_("种子"))
    anchor = models.DateTimeField(_("截止时刻"))
    summary = models.JSONField(_("结果"), default=dict, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("演示数据")
        constraints = [models.UniqueConstraint(fields=["district", "pack"], name="demo_load_once")]

    def __str__(self) -> str:
        return self.pack
