"""Indicators as a district's programmes declare them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel.db import DistrictModel


class DeclaredIndicator(DistrictModel):
    """One indicator of a district with all its versions; `indicator` is what `definitions.Indicator` reads.

    Retired, never deleted: figures that were published name it.
    """

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=64)
    position = models.PositiveIntegerField(_("次序"), default=0)
    indicator = models.JSONField(_("定义"))
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("指标")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="indicator_code_once")]

    def __str__(self) -> str:
        return self.code
