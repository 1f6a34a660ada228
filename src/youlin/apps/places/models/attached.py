"""What belongs to a place: its entrances, what it has, when it is closed out of turn."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.apps.places.models.declared import Facility
from youlin.apps.places.models.place import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class PlaceEntrance(DistrictModel):
    """One way in. `step_free` is None where nobody has looked."""

    place = DistrictForeignKey(Place, models.CASCADE, related_name="entrances")
    name = models.CharField(_("名称"), max_length=64)
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    step_free = models.BooleanField(_("无台阶"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("出入口")
        indexes = [models.Index(fields=["district", "place", "position"], name="entrance_place")]

    def __str__(self) -> str:
        return self.name


class PlaceFacility(DistrictModel):
    """A place has a facility; `working` says whether it can be used now."""

    place = DistrictForeignKey(Place, models.CASCADE, related_name="facilities")
    facility = DistrictForeignKey(Facility, models.PROTECT, related_name="+")
    working = models.BooleanField(_("可用"), default=True)
    count = models.PositiveIntegerField(_("数量"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("地点设施")
        constraints = [
            models.UniqueConstraint(fields=["district", "place", "facility"], name="place_facility_once")
        ]
        indexes = [models.Index(fields=["district", "facility"], name="place_facility")]

    def __str__(self) -> str:
        return str(self.id)


class Closure(DistrictModel):
    """Closed out of turn, with the reason and, where it is known, the end."""

    place = DistrictForeignKey(Place, models.CASCADE, related_name="closures")
    starts_at = models.DateTimeField(_("自"))
    ends_at = models.DateTimeField(_("至"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    lifted_at = models.DateTimeField(_("提前恢复于"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("临时关闭")
        indexes = [models.Index(fields=["district", "place", "-starts_at"], name="closure_place")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="closure_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.reason
