"""Photos of a place, put up by whoever keeps it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.apps.places.models.place import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel
from youlin.kernel.media.models import MediaFile


class PlacePhoto(DistrictModel):
    """One photo of a place. `alt` says what it shows to who does not see it; `looked_by` looked at it before it
    was shown: nobody in it can be recognised."""

    place = DistrictForeignKey(Place, models.CASCADE, related_name="photos")
    file = DistrictForeignKey(MediaFile, models.PROTECT, related_name="+")
    alt = models.CharField(_("照片里是什么"), max_length=200)
    caption = models.CharField(_("说明"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    looked_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    looked_at = models.DateTimeField(_("看过"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("地点照片")
        constraints = [models.UniqueConstraint(fields=["district", "file"], name="place_photo_once")]
        indexes = [models.Index(fields=["district", "place", "position"], name="place_photo_order")]

    def __str__(self) -> str:
        return self.alt
