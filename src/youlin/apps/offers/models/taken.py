"""What was taken: redemptions by entitled people, and person-times counted by hosts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.offers.models.entitlement import Entitlement
from youlin.apps.offers.models.offer import Offer, OfferPlace
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Redemption(DistrictModel):
    """One thing taken by one person at a place. `person` and `holder` are forgotten after a time; the row stays.

    A reversed one counts for nothing. `day` is the local day.
    """

    offer = DistrictForeignKey(Offer, models.PROTECT, related_name="redemptions")
    given = DistrictForeignKey(OfferPlace, models.PROTECT, related_name="redemptions")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    holder = DistrictForeignKey(Entitlement, models.PROTECT, null=True, blank=True, related_name="+")
    host = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    price = models.PositiveIntegerField(_("价格（分）"), null=True, blank=True)
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    reversed_at = models.DateTimeField(_("冲销于"), null=True, blank=True)
    reversed_why = models.CharField(_("冲销原因"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("核销")
        indexes = [
            models.Index(fields=["district", "person", "offer", "day"], name="redemption_person"),
            models.Index(fields=["district", "given", "day"], name="redemption_place"),
            models.Index(fields=["district", "offer", "day"], name="redemption_offer"),
            models.Index(fields=["district", "holder"], name="redemption_holder"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Tally(DistrictModel):
    """Person-times that a host counted at a place on a day: one tap is one, a day's count at once is many."""

    given = DistrictForeignKey(OfferPlace, models.PROTECT, related_name="tallies")
    day = models.DateField(_("日期"))
    times = models.PositiveIntegerField(_("人次"))
    host = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("时间"), default=clock.now)
    undone_at = models.DateTimeField(_("撤回于"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("服务人次")
        constraints = [models.CheckConstraint(condition=Q(times__gte=1), name="tally_counts_something")]
        indexes = [
            models.Index(fields=["district", "given", "day"], name="tally_place"),
            models.Index(fields=["district", "day"], name="tally_day"),
        ]

    def __str__(self) -> str:
        return str(self.id)
