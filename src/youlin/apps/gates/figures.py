"""Minutes from gate to door, before a compound joined and since; entries and refusals counted. Of nobody."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case
from youlin.apps.duties import selectors as duties
from youlin.apps.gates.models import Compound, Passage, Refusal, Walk
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

FEWEST = 5
"""A median of fewer walks is not told: it could be one person's way."""
LATELY = timedelta(days=30)
LEADS = "cockpit.read"
"""Whoever sees the figures of an area."""


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


class Day(NamedTuple):
    """A day at a compound: how often somebody went in and out, how much of it was told later, valid codes refused."""

    row: Compound
    day: date
    entries: int
    exits: int
    late: int
    refusals: int


class Late(NamedTuple):
    """Passages of the last thirty days that came later, from phones without a network: how many, of how many the code
    did not hold by the books, and how old keys and list were at most, in hours."""

    times: int = 0
    bad: int = 0
    hours: int = 0


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


def late(row: Compound) -> Late:
    """What came later at one compound. One query."""
    first = clock.today() - LATELY
    rows = Passage.objects.filter(district=row.district, compound=row, late=True, day__gte=first)
    told = list(rows.values_list("valid", "at", "known_at"))
    ages = [at - known for _valid, at, known in told if at and known]
    hours = max(ages, default=timedelta()) // timedelta(hours=1)
    return Late(len(told), sum(not valid for valid, _at, _known in told), hours)


def by_day(district: str, rows: Sequence[Compound], first: date, last: date) -> list[Day]:
    """The days of some compounds on which anything happened, by compound in the order given. Two queries."""
    counted: dict[tuple[UUID, date], Counter[str]] = defaultdict(Counter)
    ids = [row.id for row in rows]
    passed = Passage.objects.filter(
        district=district, compound_id__in=ids, day__gte=first, day__lte=last
    ).order_by()
    of_each = passed.values_list("compound_id", "day", "direction", "late").annotate(Count("id"))
    for compound, day, direction, is_late, count in of_each:
        counted[compound, day] += Counter({direction: count, "late": count if is_late else 0})
    zone = timezone.get_default_timezone()
    begins = datetime.combine(first, time(), tzinfo=zone)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
    refused = Refusal.objects.filter(district=district, compound_id__in=ids, at__gte=begins, at__lt=ends)
    for compound, at in refused.values_list("compound_id", "at"):
        counted[compound, timezone.localtime(at, zone).date()]["refused"] += 1
    return [
        Day(row, day, found["in"], found["out"], found["late"], found["refused"])
        for row in rows
        for (compound, day), found in sorted(counted.items(), key=lambda one: one[0][1])
        if compound == row.id
    ]


class Gate(NamedTuple):
    """A compound of an area: how often somebody came in, and the minutes of the way."""

    row: Compound
    entries: int
    minutes: Minutes

    @property
    def saved(self) -> float | None:
        """Minutes saved in all: those of a way times the entries. None where too few ways were timed."""
        return None if self.minutes.saved is None else round(self.minutes.saved * self.entries, 1)


def in_area(actor: Actor, area: str, first: date, last: date) -> list[Gate]:
    """The compounds of an area by name, with their entries from day to day. Raises `NotAllowed` for who does not lead
    it."""
    district = areas.get(area).district
    if not duties.access(actor).may(LEADS, district=district, area=area):
        raise NotAllowed()
    found = []
    for shard in areas.shards(district):
        known = Compound.objects.filter(district=shard, place__area_now__startswith=area)
        rows = list(known.select_related("place").defer("place__outline").order_by("place__name", "id"))
        passed = Passage.objects.filter(district=shard, direction="in", day__gte=first, day__lte=last)
        entries = dict(passed.values_list("compound_id").annotate(Count("id")).order_by())
        told = minutes(shard, {row.id: row.joined_on for row in rows})
        found += [Gate(row, entries.get(row.id, 0), told[row.id]) for row in rows]
    return found


def _median(seconds: list[int]) -> float | None:
    return round(median(seconds) / 60, 1) if len(seconds) >= FEWEST else None
