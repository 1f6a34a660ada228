"""The streets of a district, for walking and riding distances."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.db import DistrictModel


class StreetNetwork(DistrictModel):
    """One district's network as it was imported last; `content` is what `walking.network` reads."""

    source = models.CharField(_("来源"), max_length=120)
    licence = models.CharField(_("许可"), max_length=64, blank=True)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    nodes = models.PositiveIntegerField(_("路口"))
    segments = models.PositiveIntegerField(_("路段"))
    created_at = models.DateTimeField(_("导入时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("街道路网")
        constraints = [models.UniqueConstraint(fields=["district"], name="street_network_once")]

    def __str__(self) -> str:
        return self.source
