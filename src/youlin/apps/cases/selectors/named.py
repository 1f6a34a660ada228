"""Cases by their ids, for who comes from a figure or another list: those alone that the actor may know."""

from collections.abc import Collection, Sequence
from uuid import UUID

from youlin.apps.cases import permission
from youlin.apps.cases.selectors import making, staff
from youlin.apps.cases.selectors.rows import CaseRow
from youlin.kernel.actors import Actor

CHUNK = 2_000
"""Ids asked for at once."""


def cases_of(actor: Actor, ids: Collection[UUID]) -> dict[UUID, CaseRow]:
    """The rows of these cases by id; what the actor may not know is left out, as if there were none."""
    if not ids:
        return {}
    found = list(staff.named(permission.access(actor), ids).only(*staff.SHOWN))
    return {row.id: row for row in making.rows(found, actor)}


def knowable(actor: Actor, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids whose cases the actor may know. One query for each two thousand."""
    access = permission.access(actor)
    found: set[UUID] = set()
    for start in range(0, len(ids), CHUNK):
        found.update(staff.named(access, ids[start : start + CHUNK]).values_list("id", flat=True))
    return found
