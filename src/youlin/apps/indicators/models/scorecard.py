"""Scorecards as a district's programmes declare them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel.db import DistrictModel


class DeclaredScorecard(DistrictModel):
    """One scorecard of a district; `scorecard` is what the programme says. Retired, never deleted."""

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=64)
    position = models.PositiveIntegerField(_("次序"), default=0)
    scorecard = models.JSONField(_("定义"))
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("考评表")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="scorecard_code_once")]

    def __str__(self) -> str:
        return self.code
