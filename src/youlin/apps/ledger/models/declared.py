"""What programmes declare of the ledger: units, and kinds of accounts with their limits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel.db import DistrictForeignKey, DistrictModel

OWNERS = [
    ("programme", _("专题")),
    ("person", _("个人")),
    ("organisation", _("单位")),
    ("place", _("地点")),
    ("reward", _("奖品")),
]
"""Whose an account of a kind is. One of a programme's is a pot: there is one of each kind."""


class Declared(DistrictModel):
    """A word of the district's books, from a programme. Retired, never deleted."""

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=64)
    name = models.CharField(_("名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64, blank=True)
    position = models.PositiveIntegerField(_("次序"), default=0)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Unit(Declared):
    """What is counted: points, meals, kilograms, cents. Amounts are whole numbers of 10^-`scale` of what people say."""

    scale = models.PositiveSmallIntegerField(_("小数位数"), default=0)
    symbol = models.CharField(_("单位"), max_length=16, blank=True)
    symbol_en = models.CharField(_("单位（英文）"), max_length=16, blank=True)
    purpose = models.CharField(_("用途"), max_length=300, blank=True)
    purpose_en = models.CharField(_("用途（英文）"), max_length=400, blank=True)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("计量单位")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="ledger_unit_once")]


class AccountKind(Declared):
    """A kind of account: of which unit, whose, what it may not pass. None is no limit.

    `issuing` may go below nothing: what it lacks is what is in circulation. What comes into an account with
    `expires_days` stays for that many days; then it goes to the pot of the kind `returns_to`.
    """

    unit = DistrictForeignKey(Unit, models.PROTECT, related_name="kinds")
    owner_kind = models.CharField(_("谁的"), max_length=16, choices=OWNERS)
    issuing = models.BooleanField(_("可为负（发放池）"), default=False)
    most = models.BigIntegerField(_("余额最多"), null=True, blank=True)
    most_out_day = models.BigIntegerField(_("每天最多转出"), null=True, blank=True)
    most_in_day = models.BigIntegerField(_("每天最多转入"), null=True, blank=True)
    expires_days = models.PositiveIntegerField(_("多少天后过期"), null=True, blank=True)
    returns_to = models.CharField(_("过期退回"), max_length=64, blank=True)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("账户种类")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="ledger_kind_once")]
        indexes = [models.Index(fields=["district", "unit"], name="ledger_kind_unit")]
