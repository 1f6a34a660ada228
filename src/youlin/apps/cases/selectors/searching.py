"""A page of the cases that contain some words: found once, in the order of the list, counted as far as it is found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from youlin.apps.cases import permission
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import filtering
from youlin.apps.cases.selectors.rows import CaseFilters, Counts
from youlin.apps.duties.selectors import Access
from youlin.kernel import counting, search

AHEAD = 1
"""Pages that are looked ahead where cases are walked: each further one costs as much as the first."""
Rows = Callable[[CaseFilters, search.Narrowed], QuerySet[Case]]
"""What the actor may know of what filters ask for, found by words."""


class Found(NamedTuple):
    """The ids of a list, as far as it was looked at, and whether it goes on."""

    ids: list[UUID]
    capped: bool


def found(access: Access, filters: CaseFilters, rows: Rows, *, page: int, size: int, leaf_to: int) -> Found:
    """The cases with the words of `filters`, in the order asked for, a few pages beyond `page`.

    What is due comes first in the order "due" and is open: the index is asked for it among the open ones alone,
    and often it fills the page. Each part takes two queries, on PostgreSQL three.
    """
    ids: list[UUID] = []
    cap = 0
    for narrower, part, order in _parts(filters):
        words = filtering.worded(narrower, permission.shards(access), access.prefixes(permission.READ))
        cap = _cap(page, size, leaf_to, walked=words.many)
        if len(ids) <= cap:
            one = rows(narrower, words).filter(part).order_by(*order)
            ids += one.values_list("id", flat=True)[: cap + 1 - len(ids)]
        if len(ids) > cap:
            break
    return Found(ids[:cap], len(ids) > cap)


def _cap(page: int, size: int, leaf_to: int, *, walked: bool) -> int:
    if walked:
        return min(leaf_to, (max(1, page) + AHEAD) * size)
    return counting.cap(page=page, size=size, most=Counts.MOST, leaf_to=leaf_to)


def _parts(filters: CaseFilters) -> Iterator[tuple[CaseFilters, Q, tuple[Any, ...]]]:
    """The list in parts that follow each other, each in an order that an index has."""
    if filters.order != "due":
        yield filters, Q(), filtering.ORDERS[filters.order]
        return
    if filters.open is not False:
        yield replace(filters, open=True), Q(due_at__isnull=False), filtering.IN_TIME
    yield filters, ~Q(is_open=True, due_at__isnull=False), filtering.ORDERS["newest"]
