"""Sets of cases that a list means: counted up to a cap, as ids in the list's order, by the numbers chosen in it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from youlin.apps.cases import lookup, permission
from youlin.apps.cases.models import Case, CaseType
from youlin.apps.cases.selectors import filtering, making, staff
from youlin.apps.cases.selectors.rows import CaseFilters, CaseRow
from youlin.apps.duties.selectors import Access
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor

COUNTED = 100
"""Where counting the cases of a saved filter ends."""


def filtered(access: Access, filters: CaseFilters) -> QuerySet[Case]:
    """The cases that the list of these filters shows, in no order."""
    return filtering.filtered(
        staff.readable(access),
        filters,
        districts=permission.shards(access),
        person_id=access.actor.person_id,
        now=clock.now(),
    )


def count(actor: Actor, filters: CaseFilters) -> int:
    """How many there are, counted to one above `COUNTED`."""
    rows = filtered(permission.access(actor), filters)
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def numbers(actor: Actor, filters: CaseFilters, *, most: int) -> tuple[str, ...]:
    """The numbers of the first `most` cases in the list's order."""
    rows = filtered(permission.access(actor), filters).order_by(*filtering.ORDERS[filters.order])
    return tuple(rows.values_list("number", flat=True)[:most])


def states(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Code and name of every state that cases of the actor's districts can be in. One query."""
    districts = permission.access(actor).districts(permission.READ)
    found: dict[str, str] = {}
    for kind in CaseType.objects.filter(district__in=districts, is_current=True).order_by("code"):
        for code, state in lookup.table_of(kind).states.items():
            found.setdefault(code, state.title())
    return tuple(found.items())


def ids_of(access: Access, filters: CaseFilters, chosen: Sequence[str], *, most: int) -> list[UUID]:
    """The ids of the list's cases, or of the chosen ones only, in its order."""
    rows = chosen_rows(access, chosen) if chosen else filtered(access, filters)
    return list(rows.order_by(*filtering.ORDERS[filters.order]).values_list("id", flat=True)[:most])


def chosen_rows(access: Access, chosen: Iterable[str]) -> QuerySet[Case]:
    """The cases with these numbers that the actor may know."""
    wanted = {ids.normalise_number(number) for number in chosen}
    return staff.readable(access).filter(district__in=permission.shards(access), number__in=wanted)


def list_rows(actor: Actor, filters: CaseFilters, chosen: Sequence[str], *, most: int) -> tuple[CaseRow, ...]:
    """The rows of the list, or of the chosen ones, in its order; for paper."""
    access = permission.access(actor)
    found = chosen_rows(access, chosen) if chosen else filtered(access, filters)
    ordered = found.order_by(*filtering.ORDERS[filters.order]).defer("description", "routing_reason")
    return making.rows(list(ordered[:most]), actor)
