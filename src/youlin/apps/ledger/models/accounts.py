"""Accounts with their balances, what is held of them, and the lots of those whose content runs out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.ledger.models.declared import OWNERS, AccountKind, Unit
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Account(DistrictModel):
    """Somebody's account of a kind. The row is what is locked: floors are constraints on it.

    `entries` counts its entries; the last was made at `last_at`. `out_today` and `in_today` are of `day`, the local day
    of the last entry. Nothing is posted before `closed_to`. An ended account takes and gives nothing.
    """

    unit = DistrictForeignKey(Unit, models.PROTECT, related_name="accounts")
    kind = DistrictForeignKey(AccountKind, models.PROTECT, related_name="accounts")
    owner_kind = models.CharField(_("谁的"), max_length=16, choices=OWNERS)
    owner_id = models.UUIDField(_("所有者"))
    name = models.CharField(_("名称"), max_length=128, blank=True)
    issuing = models.BooleanField(_("可为负（发放池）"), default=False)
    balance = models.BigIntegerField(_("余额"), default=0)
    held = models.BigIntegerField(_("冻结"), default=0)
    entries = models.BigIntegerField(_("笔数"), default=0)
    last_at = models.DateTimeField(_("最近一笔"), null=True, blank=True)
    closed_to = models.DateTimeField(_("已结账至"), null=True, blank=True)
    day = models.DateField(_("日期"), null=True, blank=True)
    out_today = models.BigIntegerField(_("当天转出"), default=0)
    in_today = models.BigIntegerField(_("当天转入"), default=0)
    is_demo = models.BooleanField(_("演示"), default=False)
    ended_at = models.DateTimeField(_("销户于"), null=True, blank=True)
    created_at = models.DateTimeField(_("开户时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("账户")
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "owner_id"], name="ledger_account_once"),
            models.CheckConstraint(
                condition=Q(issuing=True) | Q(balance__gte=F("held")), name="ledger_account_floor"
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="ledger_account_held"),
            models.CheckConstraint(
                condition=Q(out_today__gte=0, in_today__gte=0, entries__gte=0), name="ledger_account_counts"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "owner_id"], name="ledger_account_owner"),
            models.Index(fields=["district", "unit"], name="ledger_account_unit"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def available(self) -> int:
        """What may be given away now."""
        return self.balance - self.held


class Lot(DistrictModel):
    """What came in together and runs out together; `left` of it is still there."""

    account = DistrictForeignKey(Account, models.PROTECT, related_name="lots")
    amount = models.BigIntegerField(_("数量"))
    left = models.BigIntegerField(_("剩余"))
    expires_at = models.DateTimeField(_("过期时间"))
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("批次")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, left__gte=0, left__lte=F("amount")), name="ledger_lot_within"
            )
        ]
        indexes = [
            models.Index(fields=["district", "account", "expires_at"], name="ledger_lot_account"),
            models.Index(
                fields=["district", "expires_at"], condition=Q(left__gt=0), name="ledger_lot_running_out"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Hold(DistrictModel):
    """So much of an account is kept for one purpose until a moment: settled in parts or wholly, or let go."""

    key = models.CharField(_("幂等键"), max_length=200)
    account = DistrictForeignKey(Account, models.PROTECT, related_name="holds")
    amount = models.BigIntegerField(_("数量"))
    left = models.BigIntegerField(_("仍冻结"))
    why = models.CharField(_("事由"), max_length=32)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    expires_at = models.DateTimeField(_("到期"))
    ended_at = models.DateTimeField(_("结束于"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("冻结")
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="ledger_hold_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, left__gte=0, left__lte=F("amount")), name="ledger_hold_within"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "account"], name="ledger_hold_account"),
            models.Index(
                fields=["district", "expires_at"], condition=Q(left__gt=0), name="ledger_hold_running_out"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
