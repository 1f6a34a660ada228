"""Partner shops, what they give for points, and what was taken. How many there are is in the ledger, nowhere else."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person
from youlin.apps.passes.models import Pass
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Shop(DistrictModel):
    """A body that gives rewards at a place. Left, never deleted."""

    organisation = DistrictForeignKey(Organisation, models.PROTECT, related_name="+")
    place = DistrictForeignKey(Place, models.PROTECT, related_name="+")
    is_demo = models.BooleanField(_("演示"), default=False)
    left_at = models.DateTimeField(_("退出于"), null=True, blank=True)
    created_at = models.DateTimeField(_("加入时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("伙伴商户")
        constraints = [
            models.UniqueConstraint(fields=["district", "organisation", "place"], name="reward_shop_once")
        ]
        indexes = [models.Index(fields=["district", "place"], name="reward_shop_place")]

    def __str__(self) -> str:
        return str(self.id)


class Reward(DistrictModel):
    """Something a shop gives for points. Its stock is an account of the ledger, in pieces."""

    number = models.CharField(_("编号"), max_length=24)
    shop = DistrictForeignKey(Shop, models.PROTECT, related_name="rewards")
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    what = models.CharField(_("说明"), max_length=500, blank=True)
    what_en = models.CharField(_("说明（英文）"), max_length=600, blank=True)
    points = models.PositiveIntegerField(_("需要多少积分"))
    per_person_day = models.PositiveIntegerField(_("每人每天最多"), null=True, blank=True)
    per_person_month = models.PositiveIntegerField(_("每人每月最多"), null=True, blank=True)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("奖品")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="reward_number_once"),
            models.CheckConstraint(condition=Q(points__gte=1), name="reward_costs_something"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="reward_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["district", "shop"], name="reward_shop")]

    def __str__(self) -> str:
        return self.name


class Redemption(DistrictModel):
    """One reward taken by one person. `posted` is the first leg of its transfers. `person` is forgotten after a time."""

    reward = DistrictForeignKey(Reward, models.PROTECT, related_name="redemptions")
    shop = DistrictForeignKey(Shop, models.PROTECT, related_name="redemptions")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    server = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    points = models.PositiveIntegerField(_("积分"))
    posted = models.UUIDField(_("转账"))
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    reversed_at = models.DateTimeField(_("冲销于"), null=True, blank=True)
    reversed_why = models.CharField(_("冲销原因"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("奖品兑换")
        indexes = [
            models.Index(fields=["district", "person", "reward", "day"], name="reward_taken_person"),
            models.Index(fields=["district", "shop", "day"], name="reward_taken_shop"),
            models.Index(fields=["district", "reward", "day"], name="reward_taken_reward"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Voucher(DistrictModel):
    """A reward set aside for one person at one shop: points and a piece are held in the books, and a code is signed
    that the shop can check without a network. Good until `expires_at`; what is reported later than the holds last
    counts no more. `person` is forgotten after a time."""

    reward = DistrictForeignKey(Reward, models.PROTECT, related_name="vouchers")
    shop = DistrictForeignKey(Shop, models.PROTECT, related_name="vouchers")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    held = DistrictForeignKey(Pass, models.SET_NULL, null=True, blank=True, related_name="+")
    points = models.PositiveIntegerField(_("积分"))
    points_hold = models.UUIDField(_("冻结的积分"))
    piece_hold = models.UUIDField(_("冻结的奖品"))
    expires_at = models.DateTimeField(_("有效期至"))
    used_at = models.DateTimeField(_("兑换于"), null=True, blank=True)
    redemption = DistrictForeignKey(Redemption, models.PROTECT, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField(_("演示"), default=False)
    created_at = models.DateTimeField(_("预留时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("兑换券")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "held"], condition=Q(held__isnull=False), name="reward_voucher_once"
            )
        ]
        indexes = [
            models.Index(fields=["district", "person", "-created_at"], name="reward_voucher_person"),
            models.Index(fields=["district", "shop", "-created_at"], name="reward_voucher_shop"),
            models.Index(fields=["district", "reward"], name="reward_voucher_reward"),
            models.Index(fields=["district", "redemption"], name="reward_voucher_redemption"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Settlement(DistrictModel):
    """A shop's month that was settled: so many rewards for so many points, which went back from the shop to the pot."""

    shop = DistrictForeignKey(Shop, models.PROTECT, related_name="settlements")
    month = models.DateField(_("月份"))
    taken = models.PositiveIntegerField(_("份数"))
    points = models.PositiveIntegerField(_("积分"))
    at = models.DateTimeField(_("结算于"), default=clock.now)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("商户结算")
        constraints = [
            models.UniqueConstraint(fields=["district", "shop", "month"], name="reward_settled_once")
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.month:%Y-%m}"
