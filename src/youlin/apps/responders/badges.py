"""Badges: which somebody has, and how the others are reached. Worked out from their own record when it is looked at, kept
nowhere, compared with nobody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from youlin.apps.responders.models import Badge, Service
from youlin.kernel import expressions
from youlin.kernel.errors import Invalid

VARIABLES = frozenset({"hours", "times", "scenes", "times_of", "months", "evenings", "thanks"})
"""What a rule may speak of, all of one's own record: `hours` (a number), `times`, `scenes` (a list of codes), `times_of`
(by scene), `months` in which one served, `evenings` (begun at 18:00 or later), `thanks` received."""
EVENING = 18


@dataclass(frozen=True)
class Shown:
    """A badge and whether one has it."""

    badge: Badge
    has: bool


def compiled(source: str) -> expressions.Expression:
    """A rule as it is asked. Raises `Invalid` naming the place of a mistake."""
    return expressions.compile(source, variables=VARIABLES)


def of_record(district: str, rows: Sequence[Service], thanks: int) -> list[Shown]:
    """The district's badges in their order, with those that a record has reached."""
    declared = list(Badge.objects.filter(district=district, retired_at=None).order_by("position", "code"))
    facts = facts_of(rows, thanks) if declared else {}
    return [Shown(one, _has(one, facts)) for one in declared]


def facts_of(rows: Sequence[Service], thanks: int) -> dict[str, Any]:
    """What rules are asked about: of the services that count, and how often somebody was thanked."""
    zone = timezone.get_default_timezone()
    begun = [timezone.localtime(one.began_at, zone) for one in rows]
    codes = [one.kind.code for one in rows]
    return {
        "hours": sum(one.minutes for one in rows) / 60,
        "times": len(rows),
        "scenes": sorted(set(codes)),
        "times_of": {code: codes.count(code) for code in set(codes)},
        "months": len({(at.year, at.month) for at in begun}),
        "evenings": sum(at.hour >= EVENING for at in begun),
        "thanks": thanks,
    }


def _has(badge: Badge, facts: Mapping[str, Any]) -> bool:
    """A rule that cannot be told for a record (a scene never served) is not fulfilled."""
    try:
        return compiled(badge.rule).holds(**facts)
    except Invalid:
        return False
