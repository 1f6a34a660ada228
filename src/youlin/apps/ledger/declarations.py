"""What programmes declare of the ledger: units, kinds of accounts, rules of earning. Retired, never deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.ledger.models import AccountKind, EarningRule, Unit
from youlin.apps.ledger.models.declared import Declared
from youlin.apps.ledger.services import accounts
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotAllowed

VERB = "programme.apply"
"""Who may apply programmes may declare what they bring."""
FIXED = ("unit", "owner_kind", "issuing")
"""What an account of a kind is made of: a kind that has accounts keeps it."""


@dataclass(frozen=True)
class Words:
    """One table of declarations: what they may say, and how they are journalled."""

    model: type[Declared]
    fields: tuple[str, ...]
    act: str


UNITS = Words(
    Unit,
    ("name", "name_en", "position", "scale", "symbol", "symbol_en", "purpose", "purpose_en"),
    "ledger.unit",
)
KINDS = Words(
    AccountKind,
    (
        "name",
        "name_en",
        "position",
        "unit",
        "owner_kind",
        "issuing",
        "most",
        "most_out_day",
        "most_in_day",
        "expires_days",
        "returns_to",
    ),
    "ledger.kind",
)

RULES = Words(
    EarningRule,
    (
        "name",
        "name_en",
        "position",
        "when",
        "condition",
        "pot",
        "account",
        "who",
        "amount",
        "at",
        "pair",
        "place",
        "instead_of",
        "facts",
        "words",
        "words_en",
        "most_day",
        "most_month",
        "pause_minutes",
        "same_pair_month",
        "same_place_day",
        "fastest_kmh",
    ),
    "ledger.rule",
)


@dataclass(frozen=True)
class Standing:
    """What stands under a code: whose it is, its values, and whether it is retired."""

    programme: str
    values: dict[str, Any]
    retired: bool


def standing(words: Words, district: str) -> dict[str, Standing]:
    """Every declaration of the district, by code, in its order."""
    return {row.code: _standing(words, row) for row in _rows(words, district).order_by("position", "code")}


@transaction.atomic
def declare(
    words: Words, *, actor: Actor, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make these what is declared (`words.fields` by code); retired ones come back, pots are opened.

    Raises `Conflict` for a kind that has accounts and should become one of another unit, or of others.
    """
    _demand(actor, district)
    locked = _rows(words, district).select_for_update(of=("self",)).filter(code__in=list(declared))
    known = {row.code: row for row in locked}
    units = {row.code: row for row in Unit.objects.filter(district=district)}
    items = []
    for code, values in declared.items():
        row = known.get(code)
        before = _standing(words, row) if row else None
        if before == Standing(programme, dict(values), retired=False):
            continue
        if row is not None:
            _check_fixed(row, before.values if before else {}, values)
        row = row or words.model(district=district, code=code)
        for field, value in {**values, "programme": programme, "retired_at": None}.items():
            setattr(row, field, units[value] if field == "unit" else value)
        row.save()
        items.append(_item(f"{words.act}_declared", actor, row, before.values if before else {}, values))
    journal.append_many(items)
    if words is KINDS:
        _open_pots(actor, district, declared)


@transaction.atomic
def retire(words: Words, *, actor: Actor, district: str, codes: Iterable[str]) -> None:
    """No new account is opened of these; accounts that are stay, and what is in them can be given."""
    _demand(actor, district)
    rows = (
        _rows(words, district).select_for_update(of=("self",)).filter(code__in=list(codes), retired_at=None)
    )
    items = []
    for row in rows:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        items.append(_item(f"{words.act}_retired", actor, row, {}, {"code": row.code}))
    journal.append_many(items)


def _open_pots(actor: Actor, district: str, declared: Mapping[str, Mapping[str, Any]]) -> None:
    for code, values in declared.items():
        if values["owner_kind"] == "programme":
            accounts.open_account(actor=actor, district=district, kind=code, name=values["name"])


def _check_fixed(row: Declared, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    if isinstance(row, AccountKind):
        changed = any(before.get(name) != after.get(name) for name in FIXED)
        runs_out = (before.get("expires_days") is None) != (after.get("expires_days") is None)
        if (changed or runs_out) and row.accounts.filter(district=row.district).exists():
            raise Conflict(
                _("账户种类“%(code)s”已有账户，不能改计量单位、归属、可否为负和是否过期")
                % {"code": row.code},
                remedy=_("请另声明一种"),
            )
    elif (
        isinstance(row, Unit)
        and before.get("scale") != after.get("scale")
        and row.accounts.filter(district=row.district).exists()
    ):
        raise Conflict(_("计量单位“%(code)s”已有账户，不能改小数位数") % {"code": row.code})


def _rows(words: Words, district: str) -> Any:
    rows: Any = words.model._default_manager.filter(district=district)
    return rows.select_related("unit") if words is KINDS else rows


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()


def _standing(words: Words, row: Any) -> Standing:
    values = {field: row.unit.code if field == "unit" else getattr(row, field) for field in words.fields}
    return Standing(row.programme, values, row.retired_at is not None)


def _item(
    act: str, actor: Actor, row: Declared, before: Mapping[str, Any], after: Mapping[str, Any]
) -> journal.Item:
    return journal.Item(act=act, actor=actor, subject=row, area=row.district, before=before, after=after)
