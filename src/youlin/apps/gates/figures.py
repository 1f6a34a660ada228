"""Minutes from gate to door, before a compound joined and since; entries and refusals counted. Of nobody."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count

from youlin.apps.cases.models import Case
from youlin.apps.gates.models import Compound, Passage, Refusal, Walk
from youlin.kernel import clock

FEWEST = 5
"""A median of fewer walks is not told: it could be one person's way."""
LATELY = timedelta(days=30)


class Minutes(NamedTuple):
    """The median before and since, in minutes (None: too few, or none), and how many walks each is of."""

    before: float | None = None
    since: float | None = None
    walks_before: int = 0
    walks_since: int = 0

    @property
    def saved(self) -> float | None:
        """Minutes less a way, where both are known; negative where it takes longer."""
        if self.before is None or self.since is None:
            return None
        return round(self.before - self.since, 1)


class Counted(NamedTuple):
    """Of the last thirty days: entries, refusals; and the cases of refusals that are open, and late."""

    entries: int = 0
    refusals: int = 0
    open: int = 0
    late: int = 0


def minutes(district: str, joined: dict[UUID, date | None]) -> dict[UUID, Minutes]:
    """By compound, of which the day is given on which it joined. One query."""
    before: dict[UUID, list[int]] = defaultdict(list)
    since: dict[UUID, list[int]] = defaultdict(list)
    rows = Walk.objects.filter(district=district, compound_id__in=list(joined))
    for compound, day, seconds in rows.values_list("compound_id", "day", "seconds"):
        first = joined[compound]
        (since if first is not None and day >= first else before)[compound].append(seconds)
    return {
        one: Minutes(_median(before[one]), _median(since[one]), len(before[one]), len(since[one]))
        for one in joined
    }


def counted(district: str, rows: Sequence[Compound]) -> dict[UUID, Counted]:
    """By compound. Three queries, however many."""
    ids = [row.id for row in rows]
    now = clock.now()
    first = clock.today() - LATELY
    passed = Passage.objects.filter(district=district, compound_id__in=ids, direction="in", day__gte=first)
    entries = dict(passed.values_list("compound_id").annotate(Count("id")).order_by())
    refused = Refusal.objects.filter(district=district, compound_id__in=ids)
    lately = dict(
        refused.filter(at__gte=now - LATELY).values_list("compound_id").annotate(Count("id")).order_by()
    )
    cases: dict[UUID, set[str]] = defaultdict(set)
    for compound, number in refused.exclude(case="").values_list("compound_id", "case").distinct():
        cases[compound].add(number)
    numbers = {number for found in cases.values() for number in found}
    still = Case.objects.filter(district=district, number__in=numbers, is_open=True)
    due = dict(still.values_list("number", "due_at"))
    return {
        one: Counted(
            entries.get(one, 0),
            lately.get(one, 0),
            sum(number in due for number in cases[one]),
            sum((due.get(number) or now) < now for number in cases[one]),
        )
        for one in ids
    }


def _median(seconds: list[int]) -> float | None:
    return round(median(seconds) / 60, 1) if len(seconds) >= FEWEST else None
