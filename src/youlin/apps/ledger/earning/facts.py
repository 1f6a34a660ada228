"""What a rule says of an entry of the journal: who earns how much, when, with whom, where, in which words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from youlin.apps.ledger.books import MOST_AMOUNT
from youlin.apps.ledger.models import EarningRule
from youlin.kernel import expressions
from youlin.kernel.errors import Invalid
from youlin.kernel.journal import JournalEntry
from youlin.kernel.reactions import VARIABLES as ENTRY
from youlin.kernel.reactions.registry import variables

VARIABLES = ENTRY | {"local"}
"""What expressions of a rule may speak of: the entry as in reactions, and `local`: hour, weekday (Monday is 1), month
and day of the moment of the act, in the installation's time zone."""
EXPRESSIONS = ("who", "amount", "at", "pair", "place", "instead_of")

Positions = Callable[[str, Collection[str]], Mapping[str, tuple[float, float]]]
"""(district, places) → longitude and latitude of each that is known."""
_positions: list[Positions] = []


def register_positions(fn: Positions) -> None:
    """Let an app say where places are, for rules that ask how fast somebody would have had to travel."""
    if fn not in _positions:
        _positions.append(fn)


def positions(district: str, places: Collection[str]) -> dict[str, tuple[float, float]]:
    """Where these places are, as far as any app knows."""
    wanted = {one for one in places if one}
    return {
        key: where for fn in _positions for key, where in (fn(district, wanted) if wanted else {}).items()
    }


@dataclass(frozen=True)
class Claim:
    """What a rule says of one entry, before any limit is asked."""

    entry: UUID
    subject: UUID
    person: UUID
    amount: int
    at: datetime
    pair: str = ""
    place: str = ""
    instead_of: str = ""
    words: str = ""
    words_en: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def claim(rule: EarningRule, entry: JournalEntry) -> Claim | None:
    """What an entry comes to by a rule; None where nobody earns anything. Raises `Invalid` naming the expression."""
    values = variables(entry) | {"local": _local(entry.at)}
    at = _moment(_said(rule, "at", values), entry.at)
    values["local"] = _local(at)
    who = str(_said(rule, "who", values) or "")
    amount = _said(rule, "amount", values)
    if not who:
        return None
    facts = {name: _told(_evaluated(rule, name, text, values)) for name, text in rule.facts.items()}
    return Claim(
        entry=entry.id,
        subject=entry.subject_id,
        person=_person(rule, who),
        amount=_whole(rule, amount),
        at=at,
        pair=str(_said(rule, "pair", values) or "")[:64],
        place=str(_said(rule, "place", values) or "")[:64],
        instead_of=str(_said(rule, "instead_of", values) or ""),
        words=spoken(rule.words, facts),
        words_en=spoken(rule.words_en or rule.words, facts),
        facts=facts,
    )


def spoken(words: str, facts: Mapping[str, Any]) -> str:
    """Words with the facts they name in braces; a name that is no fact stays as it is."""
    for name, value in facts.items():
        words = words.replace("{" + name + "}", str(value))
    return words[:300]


def _said(rule: EarningRule, name: str, values: Mapping[str, Any]) -> Any:
    text = getattr(rule, name)
    return _evaluated(rule, name, text, values) if text else None


def _evaluated(rule: EarningRule, name: str, text: str, values: Mapping[str, Any]) -> Any:
    place = f"earning_rules.{rule.code}.{name}"
    return expressions.compile(text, variables=VARIABLES, place=place).evaluate(**values)


def _whole(rule: EarningRule, value: Any) -> int:
    """An amount, rounded down; nothing below nothing."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not -MOST_AMOUNT < value < MOST_AMOUNT
    ):
        raise Invalid(_("规则“%(code)s”算出的数量不是数") % {"code": rule.code}, field="amount")
    return max(0, int(value))


def _told(value: Any) -> Any:
    return (
        round(value, 1)
        if isinstance(value, float) and value != int(value)
        else (int(value) if isinstance(value, float) else value)
    )


def _person(rule: EarningRule, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(_("规则“%(code)s”没有说出是谁") % {"code": rule.code}, field="who") from error


def _moment(value: Any, otherwise: datetime) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    found = parse_datetime(value) if isinstance(value, str) else None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) if found else otherwise


def _local(at: datetime) -> dict[str, int]:
    here = localtime(at, get_default_timezone())
    return {"hour": here.hour, "weekday": here.isoweekday(), "month": here.month, "day": here.day}
