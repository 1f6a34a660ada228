"""Rules as programmes declare them in a district: read what stands, declare, retire. Never deleted.

The caller checks who may and journals it with everything else the programme brings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from youlin.kernel import clock
from youlin.kernel.reactions.models import ReactionRule

FIELDS = ("when", "condition", "do", "params")


@dataclass(frozen=True)
class StandingRule:
    """What stands under a rule's name, and whether it is retired."""

    values: dict[str, Any]
    retired: bool


def rules(district: str, programme: str) -> dict[str, StandingRule]:
    """The rules of a programme in a district, by name."""
    rows = ReactionRule.objects.filter(district=district, programme=programme).order_by("name")
    return {row.name: _standing(row) for row in rows}


@transaction.atomic
def declare_rules(*, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]) -> None:
    """Make these rules what is declared (`FIELDS` by name); the same again changes nothing."""
    rows = ReactionRule.objects.select_for_update().filter(district=district, programme=programme)
    standing = {row.name: row for row in rows.filter(name__in=list(declared))}
    for name, values in declared.items():
        row = standing.get(name) or ReactionRule(district=district, programme=programme, name=name)
        if row._state.adding or _standing(row) != StandingRule(dict(values), retired=False):
            for field, value in {**values, "retired_at": None}.items():
                setattr(row, field, value)
            row.save()


@transaction.atomic
def retire_rules(*, district: str, programme: str, names: Iterable[str]) -> None:
    """These rules react to nothing that is journalled from now on."""
    rows = ReactionRule.objects.filter(district=district, programme=programme, retired_at=None)
    rows.filter(name__in=list(names)).update(retired_at=clock.now())


def _standing(row: ReactionRule) -> StandingRule:
    return StandingRule({field: getattr(row, field) for field in FIELDS}, row.retired_at is not None)
