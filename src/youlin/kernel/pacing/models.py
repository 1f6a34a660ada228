"""Who was how fast lately."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel.db import CityModel


class PaceCount(CityModel):
    """How often one counter was hit in its present window and in the one before.

    The id is a keyed digest of what is counted: no address and no person can be read from it. `turn` is the
    number of the window since 1970, `until` the second of the epoch after which the row says nothing any more.
    Nothing is lost with the table; on PostgreSQL it is not written to the log (`UNLOGGED`).
    """

    turn = models.BigIntegerField()
    hits = models.IntegerField()
    earlier = models.IntegerField()
    until = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("频率计数")

    def __str__(self) -> str:
        return f"{self.turn}: {self.hits}"
