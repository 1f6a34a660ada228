"""What of the books leaves for figures: transfers by unit and reason, between kinds of accounts. Whose, never."""

from typing import Any

from django.db.models import BooleanField, Exists, F, FloatField, OuterRef, Q, QuerySet, Value
from django.db.models import ExpressionWrapper as Wrapped
from django.db.models.functions import Cast, Power

from youlin.apps.ledger.acts import WHYS
from youlin.apps.ledger.models import AccountKind, Transfer, Unit
from youlin.kernel.datasets import Column, Dataset, by_table, by_words

_ACCOUNT_KINDS = by_table(AccountKind)


def _transfers() -> QuerySet[Transfer]:
    back = Transfer.objects.filter(district=OuterRef("district"), reverses=OuterRef("pk"))
    scale = Power(Value(10.0), F("unit__scale"), output_field=FloatField())
    return Transfer.objects.annotate(
        was_reversed=Exists(back),
        is_reversal=Wrapped(Q(reverses__isnull=False), output_field=BooleanField()),
        quantity=Wrapped(Cast("amount", FloatField()) / scale, output_field=FloatField()),
    )


def _posted_with(named: QuerySet[Any, Any]) -> Q:
    """An entry names the first leg of what was posted together; a reversal changes what it reverses."""
    legs = Transfer.objects.filter(key__in=Transfer.objects.filter(id__in=named).values("key"))
    return Q(id__in=legs.values("id")) | Q(id__in=legs.filter(reverses__isnull=False).values("reverses_id"))


TRANSFERS = Dataset(
    name="ledger.transfers",
    name_zh="转账",
    name_en="Transfers",
    rows=_transfers,
    month="at",
    area="area",
    follows={"ledger.transfer": _posted_with},
    columns=(
        Column("area", "区", "District", "code", "district"),
        Column("unit", "计量单位", "Unit", "code", "unit__code", named=by_table(Unit)),
        Column("why", "事由", "Why", "code", named=by_words(WHYS)),
        Column(
            "from_kind",
            "转出账户种类",
            "From a kind of account",
            "code",
            "debit__kind__code",
            named=_ACCOUNT_KINDS,
        ),
        Column(
            "to_kind",
            "转入账户种类",
            "To a kind of account",
            "code",
            "credit__kind__code",
            named=_ACCOUNT_KINDS,
        ),
        Column("amount", "数量（最小单位）", "Amount in smallest units", "count"),
        Column("quantity", "数量", "Quantity", "number"),
        Column("at", "时间", "Posted", "moment"),
        Column("reversal", "是冲销", "Is a reversal", "bool", "is_reversal"),
        Column("reversed", "已冲销", "Reversed", "bool", "was_reversed"),
        Column("is_demo", "演示", "Demonstration", "bool", "debit__is_demo"),
    ),
)

DATASETS = (TRANSFERS,)
