"""Lists for people in duty: the inbox, today's list, the map, the sidebar's numbers."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, permission
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import filtering, making
from youlin.apps.cases.selectors.rows import CaseFilters, CaseRow, Counts, MapPoint, Page
from youlin.apps.duties.selectors import Access
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

TOTAL_CAP = 10_000
"""Where counting a list ends; beyond, people filter instead of leafing."""

PAGE_MOST = 200
REPEATS_CAP = 1_000
_HEAVY = ("description", "routing_reason")


def readable(access: Access) -> QuerySet[Case]:
    """Every case the actor may know."""
    return Case.objects.filter(permission.visible(access))


def inbox(
    actor: Actor, *, filters: CaseFilters | None = None, page: int = 1, size: int = 50
) -> Page[CaseRow]:
    """A page of the cases the actor may know, filtered. A fixed number of queries at any size."""
    access = permission.access(actor)
    asked = filters or CaseFilters()
    rows = _filtered(access, asked)
    size = max(1, min(size, PAGE_MOST))
    total = rows.order_by().values("pk")[: TOTAL_CAP + 1].count()
    number = max(1, min(page, -(-min(total, TOTAL_CAP) // size)))
    start = (number - 1) * size
    found = rows.order_by(*filtering.ORDERS[asked.order]).defer(*_HEAVY)[start : start + size]
    return Page(
        making.rows(list(found), actor),
        number,
        size,
        min(total, TOTAL_CAP),
        total_is_capped=total > TOTAL_CAP,
    )


def todays_list(actor: Actor) -> tuple[CaseRow, ...]:
    """What the actor holds and has to do, the most urgent first."""
    return inbox(actor, filters=CaseFilters(mine=True), size=PAGE_MOST).rows


def map_points(
    actor: Actor, *, filters: CaseFilters | None = None, limit: int = 2000
) -> tuple[MapPoint, ...]:
    """The filtered cases that have a point, the most urgent first."""
    access = permission.access(actor)
    asked = filters or CaseFilters()
    rows = _filtered(access, asked).filter(lon__isnull=False).order_by(*filtering.ORDERS[asked.order])
    now = clock.now()
    return tuple(
        MapPoint(number, lon, lat, clocks.light_at(is_open, light_at, due_at, now), title, category)
        for number, lon, lat, is_open, light_at, due_at, title, category in rows.values_list(
            "number", "lon", "lat", "is_open", "light_at", "due_at", "title", "category"
        )[:limit]
        if lon is not None and lat is not None
    )


def counts(actor: Actor) -> Counts:
    """The sidebar's numbers over the open cases the actor may know."""
    access = permission.access(actor)
    if not access.holds_any(permission.READ):
        return Counts()
    now = clock.now()
    rows = readable(access).filter(is_open=True)
    mine = Q(holder_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    late = filtering.light_is("late", now)
    numbers = {
        "open": Count("pk"),
        "late": Count("pk", filter=late),
        "soon": Count("pk", filter=filtering.light_is("soon", now)),
        "mine": Count("pk", filter=mine),
        "mine_late": Count("pk", filter=mine & late),
        "unassigned": Count("pk", filter=Q(holder__isnull=True)),
    }
    by_state: list[dict[str, Any]] = [
        {**row} for row in rows.order_by("state").values("state").annotate(**numbers)
    ]
    found = {name: sum(row[name] for row in by_state) for name in numbers}
    repeats = filtering.possible_duplicates(rows).order_by().values("pk")[:REPEATS_CAP].count()
    states = {row["state"]: row["open"] for row in by_state}
    return Counts(**found, possible_duplicates=repeats, by_state=states)


def case_id(actor: Actor, number: str) -> UUID:
    """The id of a case the actor may know, by its number. Raises `NotFound`."""
    return find(permission.access(actor), number).id


def find(access: Access, case: UUID | str) -> Case:
    """The case by id or number, its type loaded, if the actor may know it; else `NotFound`."""
    if isinstance(case, UUID):
        found = Case.objects.select_related("case_type").filter(id=case).first()
    else:
        found = lookup.with_number(case)
    if found is None or not permission.may_know(access, found):
        raise NotFound(_("没有这个案件"))
    return found


def _filtered(access: Access, filters: CaseFilters) -> QuerySet[Case]:
    return filtering.filtered(
        readable(access),
        filters,
        districts=permission.shards(access),
        person_id=access.actor.person_id,
        now=clock.now(),
    )
