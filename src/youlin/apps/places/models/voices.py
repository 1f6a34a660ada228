"""What visitors say of a place: closed, moved, wrong, broken, thanks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.places.models.place import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel

SAYINGS = [
    ("closed", _("没开门")),
    ("moved", _("搬走了")),
    ("wrong", _("信息不对")),
    ("broken", _("设施坏了")),
    ("thanks", _("谢谢")),
]
AGAINST = ("closed", "moved", "wrong", "broken")
"""What says that something is not as it is told here."""


class PlaceVoice(DistrictModel):
    """One person's word. `voice` tells two people apart without telling who they are; `case` is its number.

    `settled_at` is when the steward put it right or found that it was right.
    """

    place = DistrictForeignKey(Place, models.CASCADE, related_name="voices")
    saying = models.CharField(_("反映"), max_length=8, choices=SAYINGS)
    voice = models.CharField(max_length=64)
    case = models.CharField(_("案件"), max_length=24, blank=True)
    said_at = models.DateTimeField(_("时间"), default=clock.now)
    settled_at = models.DateTimeField(_("处理于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("访客反映")
        indexes = [models.Index(fields=["district", "place", "settled_at", "said_at"], name="voice_place")]

    def __str__(self) -> str:
        return self.saying
