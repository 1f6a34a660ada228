"""From what a list should show to the rows of the database. Access is added by the caller."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from youlin.apps.cases.crossing import standing
from youlin.apps.cases.measures import ASKED, KINDS, MARKS
from youlin.apps.cases.models import Arrival, Case, Crossing, Measure
from youlin.apps.cases.models.crossing import WAITING
from youlin.apps.cases.selectors.again import ONCE, Again
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.words import SEARCH_KIND
from youlin.kernel import ids, search

_AFTER_ALL = "zzzz"
_AREAS_MOST = 50
"""More areas than these are not told to the search index: it would take longer to join than to do without."""
NOBODY = UUID(int=0)

ORDERS: dict[str, tuple[Any, ...]] = {
    "due": (F("due_at").asc(nulls_last=True), F("reported_at").desc(), "id"),
    "newest": (F("reported_at").desc(), "id"),
    "oldest": (F("reported_at").asc(), "id"),
    "updated": (F("updated_at").desc(), "id"),
    "closed": (F("closed_at").desc(), "id"),
}
IN_TIME: tuple[Any, ...] = ("due_at", F("reported_at").desc(), "id")
"""The order of what is due, as the index of open cases has it."""


def page(
    rows: Callable[[], QuerySet[Case]], order: str, *, start: int, size: int, few: bool, how: Again = ONCE
) -> list[Case]:
    """`size` rows from place `start` in this order; what has no limit stands behind all that is due.

    Where there are not few, those two are asked for one after the other in the order "due", because no index
    answers both at once: one query where the first fill the page, at most three. Only open cases are due.
    """
    part = (order, start, size, few)
    if order != "due" or few:
        return how.rows(part, lambda: rows().order_by(*ORDERS[order])[start : start + size])
    running = Q(is_open=True, due_at__isnull=False)
    found = how.rows(part, lambda: rows().filter(running).order_by(*IN_TIME)[start : start + size])
    if len(found) == size:
        return found
    before = 0 if found or not start else start - rows().filter(running).order_by().count()
    without = rows().filter(~running).order_by(*ORDERS["newest"])
    return found + list(without[before : before + size - len(found)])


def filtered(
    rows: QuerySet[Case],
    filters: CaseFilters,
    *,
    districts: tuple[str, ...],
    person_id: UUID | None,
    now: datetime,
    prefixes: tuple[str, ...] = ("",),
    area: str = "area_now",
    words: search.Narrowed | None = None,
) -> QuerySet[Case]:
    """`rows` narrowed to what `filters` ask for. `districts` are the shards the asker may read at all.

    Outside of the areas that begin with one of `prefixes` they read nothing; `rows` know that already, but words
    are found sooner when the index knows it, too. `area` names the column of where a case lies;
    `words` is what `worded` said of these filters, where somebody has asked it already.
    """
    rows = rows.filter(district__in=districts)
    if filters.district:
        rows = rows.filter(inside(area, filters.district))
    if filters.open is not None:
        rows = rows.filter(is_open=filters.open)
    if filters.states:
        rows = rows.filter(state__in=filters.states)
    if filters.category:
        rows = rows.filter(below("category", filters.category))
    if filters.area:
        rows = rows.filter(inside(area, filters.area))
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    rows = rows.filter(_turn(filters, person_id), _clock(filters, now), _days(filters), _lately(filters))
    rows = rows.filter(_beside(filters, districts, person_id))
    if filters.bbox:
        rows = rows.filter(within(filters.bbox))
    if filters.text.strip():
        rows = rows.filter((words or worded(filters, districts, prefixes)).condition)
    if filters.possible_duplicates:
        rows = possible_duplicates(rows)
    return rows


def inside(column: str, prefix: str) -> Q:
    """Rows whose code begins with `prefix`; the range lets an index answer."""
    return Q(
        **{f"{column}__gte": prefix, f"{column}__lte": prefix + _AFTER_ALL, f"{column}__startswith": prefix}
    )


def below(column: str, code: str) -> Q:
    """Rows of a dotted code or of one below it."""
    return Q(**{column: code}) | Q(**{f"{column}__startswith": f"{code}."})


def within(bbox: tuple[float, float, float, float]) -> Q:
    """Rows in a box of west, south, east, north."""
    west, south, east, north = bbox
    return Q(lat__gte=south, lat__lte=north, lon__gte=west, lon__lte=east)


def worded(
    filters: CaseFilters, districts: tuple[str, ...], prefixes: tuple[str, ...] = ("",)
) -> search.Narrowed:
    """The rows that contain the words of `filters`. One query to choose how they are found."""
    asked = [[code] for code in (filters.district, filters.area) if code]
    having = marked(open=filters.open, areas=[prefixes, *asked])
    return _found(filters.text, districts, having, alone=True)


def matching(text: str, districts: tuple[str, ...], *, having: search.Marks = ()) -> Q:
    """Rows that a person finds by these words, or by a number however it is typed."""
    return _found(text, districts, having).condition


def _found(
    text: str, districts: tuple[str, ...], having: search.Marks, *, alone: bool = False
) -> search.Narrowed:
    """A number is looked up alone: an index answers it, and so do indexes answer the words, but not one or the other."""
    if ids.check_number(text):
        return search.Narrowed(Q(number=ids.normalise_number(text)) | Q(external_number=text.strip()), False)
    return search.narrowed(
        districts=districts,
        kind=SEARCH_KIND,
        query=text,
        having=having,
        district="district",
        object_id="id",
        alone=alone,
    )


def marked(*, open: bool | None, areas: Iterable[Iterable[str]]) -> search.Marks:
    """How the search index is narrowed to open cases and, of each list, to areas below one of its codes."""
    below = [[search.marks.below(code) for code in codes] for codes in areas]
    within = [[mark for mark in one if mark] for one in below if one and all(one) and len(one) <= _AREAS_MOST]
    return [*within, *([[search.marks.OPEN]] if open else [])]


def possible_duplicates(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Rows that stood close to an open one of their category when they came in, and were not merged since."""
    return rows.filter(may_repeat=True, duplicate_of__isnull=True)


def light_is(light: str, now: datetime) -> Q:
    """Rows that show this light now."""
    running = Q(is_open=True, due_at__isnull=False)
    if light == "late":
        return running & Q(due_at__lt=now)
    if light == "soon":
        return running & Q(due_at__gte=now, light_at__lte=now)
    if light == "ok":
        return running & Q(due_at__gte=now) & (Q(light_at__gt=now) | Q(light_at__isnull=True))
    return Q(is_open=False) | Q(due_at__isnull=True)


def _lately(filters: CaseFilters) -> Q:
    """Without the archive, unless somebody looks for what may be old: by words or number, by dates, or there."""
    looks_back = filters.archived or filters.text.strip() or filters.reported_from or filters.reported_to
    return Q() if looks_back or filters.open is True else Q(archived=False)


def _turn(filters: CaseFilters, person_id: UUID | None) -> Q:
    found = Q()
    if filters.mine:
        found &= Q(holder_id=person_id) if person_id else Q(pk__in=[])
    if filters.holder:
        found &= Q(holder_id=filters.holder)
    if filters.unassigned:
        found &= Q(holder__isnull=True)
    if filters.unit:
        found &= Q(lead_unit=filters.unit)
    return found


def _beside(filters: CaseFilters, districts: tuple[str, ...], person_id: UUID | None) -> Q:
    """By what is done beside the workflow. The few open measures are found first, then their cases."""
    found = Q()
    if filters.mark in MARKS:
        found &= Q(marks__contains=filters.mark)
        if filters.mark in standing.KEPT:
            found &= _on_its_way(districts, filters.mark)
        elif kinds := [kind.code for kind in KINDS.values() if filters.mark in kind.marks.values()]:
            found &= _with_measure(districts, kind__in=kinds)
    if filters.to_decide:
        found &= _with_measure(districts, state=ASKED, decider=person_id or NOBODY)
    if filters.called:
        found &= _with_measure(districts, kind="whistle", assignee=person_id or NOBODY)
    if filters.parent:
        number = ids.normalise_number(filters.parent)
        found &= Q(parent__in=Case.objects.filter(district__in=districts, number=number).values("id"))
    return found


def _on_its_way(districts: tuple[str, ...], mark: str) -> Q:
    """Cases that were sent across a district line, or came across one, and wait for an answer."""
    sent = Crossing.objects.filter(district__in=districts, state=WAITING)
    came = Arrival.objects.filter(district__in=districts, state="offered")
    rows = sent.values("case_id") if mark == standing.OUT else came.values("case_id")
    return Q(district__in=districts, id__in=rows)


def _with_measure(districts: tuple[str, ...], **wanted: Any) -> Q:
    rows = Measure.objects.filter(district__in=districts, is_open=True, **wanted)
    return Q(district__in=districts, id__in=rows.values("case_id"))


def _clock(filters: CaseFilters, now: datetime) -> Q:
    found = light_is(filters.light, now) if filters.light else Q()
    if filters.due_days:
        midnight = datetime.combine(timezone.localdate(now), time(), timezone.get_default_timezone())
        found &= Q(is_open=True, due_at__lt=midnight + timedelta(days=filters.due_days))
    return found & light_is("late", now) if filters.overdue else found


def _days(filters: CaseFilters) -> Q:
    """Whole local days, both included."""
    zone = timezone.get_default_timezone()
    found = Q()
    if filters.reported_from:
        found &= Q(reported_at__gte=datetime.combine(filters.reported_from, time(), zone))
    if filters.reported_to:
        end = filters.reported_to + timedelta(days=1)
        found &= Q(reported_at__lt=datetime.combine(end, time(), zone))
    return found
