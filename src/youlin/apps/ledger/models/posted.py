"""What was posted, never changed again; and the periods that were closed."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.ledger.models.accounts import Account
from youlin.apps.ledger.models.declared import Unit
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class AppendOnly(RuntimeError):
    """Somebody tried to change or delete what was posted."""

    def __init__(self) -> None:
        super().__init__("what was posted is never changed or deleted: reverse it by a transfer of its own")


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Reads; every way of changing what was posted is closed."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly()

    def delete(self) -> NoReturn:
        raise AppendOnly()

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()


class Transfer(DistrictModel):
    """So much went from one account (`debit`) to another (`credit`): both entries of double entry in one row.

    Hence nothing is created or lost by a row. `debit_seq` and `credit_seq` number the entries of each account without a
    gap, `debit_balance` and `credit_balance` are the balances after it. Legs with one `key` are posted together.
    `lots` says which lots of the giving account were used: pairs of lot and amount. `at` never falls behind the
    entry before, of either account. `why` is one of `WHYS`; `about` says in facts what a reader gets in words.
    """

    key = models.CharField(_("幂等键"), max_length=200)
    leg = models.PositiveSmallIntegerField(_("第几笔"), default=0)
    unit = DistrictForeignKey(Unit, models.PROTECT, related_name="+")
    debit = DistrictForeignKey(Account, models.PROTECT, related_name="+")
    credit = DistrictForeignKey(Account, models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("数量"))
    debit_seq = models.BigIntegerField(_("转出方序号"))
    credit_seq = models.BigIntegerField(_("转入方序号"))
    debit_balance = models.BigIntegerField(_("转出方余额"))
    credit_balance = models.BigIntegerField(_("转入方余额"))
    at = models.DateTimeField(_("时间"))
    why = models.CharField(_("事由"), max_length=32)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    about = models.JSONField(_("依据"), default=dict)
    lots = models.JSONField(_("所用批次"), default=list)
    reverses = DistrictForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")

    objects: ClassVar[models.Manager["Transfer"]] = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("转账")
        constraints = [
            models.UniqueConstraint(fields=["district", "key", "leg"], name="ledger_transfer_once"),
            models.UniqueConstraint(fields=["district", "debit", "debit_seq"], name="ledger_transfer_debit"),
            models.UniqueConstraint(
                fields=["district", "credit", "credit_seq"], name="ledger_transfer_credit"
            ),
            models.UniqueConstraint(
                fields=["district", "reverses"],
                condition=Q(reverses__isnull=False),
                name="ledger_transfer_reversed_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_transfer_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_transfer_between_two"),
        ]
        indexes = [
            models.Index(fields=["district", "debit", "at", "debit_seq"], name="ledger_transfer_debit_at"),
            models.Index(fields=["district", "credit", "at", "credit_seq"], name="ledger_transfer_credit_at"),
            models.Index(fields=["district", "unit", "at"], name="ledger_transfer_unit_at"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()


class Period(DistrictModel):
    """A closed period of a unit: nothing is posted before `until` any more. `digest` is taken over all transfers since
    the period before, the balances of all accounts at the end, and that period's digest."""

    unit = DistrictForeignKey(Unit, models.PROTECT, related_name="periods")
    first = models.DateField(_("自"))
    last = models.DateField(_("至"))
    until = models.DateTimeField(_("截至"))
    accounts = models.IntegerField(_("账户数"), default=0)
    transfers = models.IntegerField(_("笔数"), default=0)
    turnover = models.BigIntegerField(_("发生额"), default=0)
    previous = models.CharField(_("前一期的摘要"), max_length=64, blank=True)
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    closed_at = models.DateTimeField(_("结账于"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("账期")
        constraints = [
            models.UniqueConstraint(fields=["district", "unit", "last"], name="ledger_period_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="ledger_period_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.first}–{self.last}"
