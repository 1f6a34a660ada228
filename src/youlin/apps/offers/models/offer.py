"""What is offered, where it is given, and collections of it for a season."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.offers.models.declared import OfferCategory, OfferKind
from youlin.apps.parties.models import Organisation
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Offer(DistrictModel):
    """Something people can have: a set meal at a lower price, a haircut, legal advice.

    Declared by a programme (`programme` and `code`) or kept by people. Prices are cents; None where none is told, 0 is
    free. `hours` is an OSM `opening_hours` value, "" for those of each place. `audience` are codes of entitlement kinds,
    any of which suffices, none for everybody; `condition` is CEL over the holder besides. Limits: None for none.
    """

    number = models.CharField(_("编号"), max_length=24)
    programme = models.CharField(_("所属方案"), max_length=64, blank=True)
    code = models.CharField(_("代码"), max_length=64, blank=True)
    kind = DistrictForeignKey(OfferKind, models.PROTECT, related_name="offers")
    category = DistrictForeignKey(OfferCategory, models.PROTECT, null=True, blank=True, related_name="offers")
    giver = DistrictForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="offers")
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    what = models.TextField(_("内容"), blank=True)
    what_en = models.TextField(_("内容（英文）"), blank=True)
    how = models.TextField(_("怎么领"), blank=True)
    how_en = models.TextField(_("怎么领（英文）"), blank=True)
    price = models.PositiveIntegerField(_("价格（分）"), null=True, blank=True)
    usual_price = models.PositiveIntegerField(_("原价（分）"), null=True, blank=True)
    hours = models.CharField(_("供应时间"), max_length=500, blank=True)
    audience = models.JSONField(_("给谁"), default=list, blank=True)
    condition = models.CharField(_("条件"), max_length=1000, blank=True)
    per_person_day = models.PositiveIntegerField(_("每人每天最多"), null=True, blank=True)
    per_person_month = models.PositiveIntegerField(_("每人每月最多"), null=True, blank=True)
    per_place_day = models.PositiveIntegerField(_("每处每天最多"), null=True, blank=True)
    in_total = models.PositiveIntegerField(_("总共最多"), null=True, blank=True)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    position = models.PositiveIntegerField(_("次序"), default=0)
    is_demo = models.BooleanField(_("演示"), default=False)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("供给")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="offer_number_once"),
            models.UniqueConstraint(
                fields=["district", "code"], condition=~Q(code=""), name="offer_code_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="offer_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "kind", "position"], name="offer_kind"),
            models.Index(fields=["district", "category"], name="offer_category"),
            models.Index(fields=["district", "giver"], name="offer_giver"),
        ]

    def __str__(self) -> str:
        return self.name


class OfferPlace(DistrictModel):
    """An offer is given at a place. Ended, never deleted: what was counted there stays."""

    offer = DistrictForeignKey(Offer, models.CASCADE, related_name="given")
    place = DistrictForeignKey(Place, models.PROTECT, related_name="offers")
    ended_at = models.DateTimeField(_("停止于"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("供给地点")
        constraints = [
            models.UniqueConstraint(fields=["district", "offer", "place"], name="offer_place_once")
        ]
        indexes = [models.Index(fields=["district", "place"], name="offer_place_place")]

    def __str__(self) -> str:
        return str(self.id)


class Season(DistrictModel):
    """A dated collection of offers under a brand: a service month, a sports carnival, a riders' gala."""

    brand = models.CharField(_("品牌"), max_length=64)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    what = models.TextField(_("介绍"), blank=True)
    what_en = models.TextField(_("英文介绍"), blank=True)
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"))
    is_demo = models.BooleanField(_("演示"), default=False)
    retired_at = models.DateTimeField(_("撤销于"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("主题活动季")
        indexes = [models.Index(fields=["district", "-starts_on"], name="season_newest")]
        constraints = [
            models.UniqueConstraint(fields=["district", "brand", "starts_on"], name="season_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="season_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name


class SeasonOffer(DistrictModel):
    """An offer belongs to a season's collection."""

    season = DistrictForeignKey(Season, models.CASCADE, related_name="items")
    offer = DistrictForeignKey(Offer, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("主题活动季的服务")
        constraints = [
            models.UniqueConstraint(fields=["district", "season", "offer"], name="season_offer_once")
        ]
        indexes = [models.Index(fields=["district", "offer"], name="season_offer_offer")]

    def __str__(self) -> str:
        return str(self.id)
