"""Lists for people in duty: the inbox, today's list, the map, the sidebar's numbers."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, permission
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import again, filtering, making, mapping, searching
from youlin.apps.cases.selectors.rows import Box, CaseFilters, CaseRow, Cluster, Counts, MapView, Page
from youlin.apps.cases.words import SEARCH_KIND
from youlin.apps.duties.selectors import Access
from youlin.kernel import clock, counting, tallies
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.kept import Kept
from youlin.kernel.search import Narrowed
from youlin.kernel.walking import Plain

LEAF_TO = 10_000
"""How far a list can be leafed through; beyond, people filter."""
PAGE_MOST = 200
SHOWN = (
    "district", "number", "title", "category", "case_type", "state", "is_open", "area_now", "address", "lon", "lat",
    "light_at", "due_at", "closed_at", "holder", "reported_at", "updated_at", "channel", "me_too_count", "reopened",
    "escalation", "confidential", "is_demo", "outcome", "version", "marks",
)  # fmt: skip
"""What a row of a list is made of."""
_WALKED, _SHARD = "area_walked", "shard"
KEPT_FROM = 2_000
"""As many cases on a map make its clusters worth keeping."""
_clusters: Kept[tuple[Cluster, ...]] = Kept(seconds=15)


def readable(access: Access) -> QuerySet[Case]:
    """Every case the actor may know."""
    return Case.objects.filter(permission.visible(access))


def walking(access: Access) -> QuerySet[Case]:
    """The same for a page out of many cases, walked in the page's order until it is full."""
    rows = Case.objects.alias(**{_WALKED: Plain("area_now")})
    return rows.filter(permission.visible(access, area=_WALKED))


def named(access: Access, ids: Collection[UUID]) -> QuerySet[Case]:
    """The same for a few cases, looked up by their ids and by nothing else."""
    rows = Case.objects.alias(**{_WALKED: Plain("area_now"), _SHARD: Plain("district")})
    shards = {f"{_SHARD}__in": permission.shards(access)}
    return rows.filter(permission.visible(access, area=_WALKED, district=_SHARD), **shards, id__in=ids)


def inbox(
    actor: Actor, *, filters: CaseFilters | None = None, page: int = 1, size: int = 50
) -> Page[CaseRow]:
    """A page of the cases the actor may know, filtered. A fixed number of queries at any size."""
    access = permission.access(actor)
    asked, size = filters or CaseFilters(), max(1, min(size, PAGE_MOST))
    if asked.text.strip():
        return _searched(access, asked, page=page, size=size)
    how, rows = again.of(access, asked), partial(_filtered, access, asked)
    cap = counting.cap(page=page, size=size, most=Counts.MOST, leaf_to=LEAF_TO)
    total = how.count(("count", cap), lambda: rows().order_by().only("pk")[: cap + 1])
    total, capped = min(total, cap), total > cap
    number = max(1, min(page, -(-total // size)))
    few = not capped and total <= Counts.MOST
    shown = lambda: rows(walked=not few).only(*SHOWN)  # noqa: E731
    found = filtering.page(shown, asked.order, start=(number - 1) * size, size=size, few=few, how=how)
    return Page(making.rows(found, actor), number, size, total, total_is_capped=capped)


def _searched(access: Access, filters: CaseFilters, *, page: int, size: int) -> Page[CaseRow]:
    """The same of cases with words: their ids are found in order, then those of the page are read."""
    rows = lambda asked, words: _filtered(access, asked, words=words, walked=words.many)  # noqa: E731
    ids, capped = searching.found(access, filters, rows, page=page, size=size, leaf_to=LEAF_TO)
    number = max(1, min(page, -(-len(ids) // size)))
    wanted = ids[(number - 1) * size : number * size]
    known = {case.id: case for case in named(access, wanted).only(*SHOWN)} if wanted else {}
    found = [known[id] for id in wanted if id in known]
    return Page(making.rows(found, access.actor), number, size, len(ids), total_is_capped=capped)


def todays_list(actor: Actor) -> tuple[CaseRow, ...]:
    """What the actor holds and has to do, the most urgent first."""
    return inbox(actor, filters=CaseFilters(mine=True), size=PAGE_MOST).rows


def map_view(actor: Actor, *, filters: CaseFilters | None = None, box: Box | None = None) -> MapView:
    """The filtered cases in `box` (default: everywhere) for a live map: points where they are few, else clusters.

    Where place alone decides, clusters are read from counts. Other clusters of very many are kept for some seconds,
    for those alone who may know the very same cases.
    """
    access, asked, now = permission.access(actor), filters or CaseFilters(), clock.now()
    key = again.of(access, asked).key
    if key is not None and (known := _clusters.get((key, box))) is not None:
        return MapView((), known)
    if clusters := _counted(access, asked, box, now):
        return MapView((), clusters)
    walked = asked.by_place_alone and permission.by_place_alone(access)
    rows = _filtered(access, asked, walked=walked)
    late = Q(due_at__lt=now) if asked.open else filtering.light_is("late", now)
    few, clusters = mapping.look(rows, mapping.AS_THEY_ARE, box=box, late=late)
    if key is not None and sum(one.number for one in clusters) >= KEPT_FROM:
        _clusters.put((key, box), clusters)
    return MapView(mapping.points(few, now), clusters)


def _counted(access: Access, filters: CaseFilters, box: Box | None, now: datetime) -> tuple[Cluster, ...]:
    """Clusters from the counts of cells; none where these cannot answer, or cases are few."""
    verbs = (permission.READ, permission.READ_CONFIDENTIAL)
    areas = [code for verb in verbs for code in access.prefixes(verb)] + [filters.area, filters.district]
    told = filters.by_place_alone and not filters.bbox and not filters.overdue
    if not told or not permission.by_place_alone(access) or any(len(code) > tallies.AREA for code in areas):
        return ()
    shards, scope = permission.shards(access), permission.visible(access, area="area")
    for code in filter(None, (filters.area, filters.district)):
        scope &= filtering.inside("area", code)
    if not tallies.ready(SEARCH_KIND, shards):
        return ()
    return mapping.counted(shards, scope, box=box, now=now)


def counts(actor: Actor) -> Counts:
    """The sidebar's numbers over the open cases the actor may know, counted as `Counts` says. One query."""
    access = permission.access(actor)
    if not access.holds_any(permission.READ):
        return Counts()
    now = clock.now()
    rows = _filtered(access, CaseFilters())
    mine = rows.filter(holder_id=actor.person_id) if actor.person_id else rows.none()
    late = filtering.light_is("late", now)
    found = counting.upto(
        Counts.MOST + 1,
        {
            "open": rows,
            "late": rows.filter(late),
            "soon": rows.filter(filtering.light_is("soon", now)),
            "mine": mine,
            "mine_late": mine.filter(late),
            "unassigned": rows.filter(holder__isnull=True),
            "possible_duplicates": filtering.possible_duplicates(rows),
        },
    )
    return Counts(**found)


def case_id(actor: Actor, number: str) -> UUID:
    """The id of a case the actor may know, by its number. Raises `NotFound`."""
    return find(permission.access(actor), number).id


def find(access: Access, case: UUID | str) -> Case:
    """The case by id or number, its type loaded, if the actor may know it; else `NotFound`.

    Before refusing, all that could grant it is asked, where there is no such case too: the same work for both.
    """
    try:
        found = _there(case)
        if permission.may_know(access, found):
            return found
        raise lookup.unknown(case) if isinstance(case, str) else NotFound(_("没有这个案件"))
    except NotFound:
        access.prefixes(permission.READ)
        raise


def _there(case: UUID | str) -> Case:
    if isinstance(case, str):
        return lookup.with_number(case)
    found = Case.objects.select_related("case_type").filter(id=case).first()
    if found is None:
        raise NotFound(_("没有这个案件"))
    return found


def _filtered(
    access: Access, filters: CaseFilters, *, words: Narrowed | None = None, walked: bool = False
) -> QuerySet[Case]:
    return filtering.filtered(
        walking(access) if walked else readable(access),
        filters,
        districts=permission.shards(access),
        person_id=access.actor.person_id,
        now=clock.now(),
        prefixes=access.prefixes(permission.READ) if filters.text.strip() else ("",),
        area=_WALKED if walked else "area_now",
        words=words,
    )
