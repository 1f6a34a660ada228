"""Lists that are opened again and again: what they ask is compiled once for the same rights and the same filters."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from django.db.models import QuerySet

from youlin.apps.cases import permission
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.duties.selectors import Access
from youlin.kernel.prepared import LatelyPrepared

Build = Callable[[], "QuerySet[Case]"]

_lately: LatelyPrepared[Case] = LatelyPrepared()


@dataclass(frozen=True, slots=True)
class Again:
    """How the queries of one list are asked: compiled anew (`key` None), or as the last time with the same key."""

    key: Hashable | None = None

    def rows(self, part: Hashable, build: Build) -> list[Case]:
        """The rows of one query of the list; `part` tells it from the list's others."""
        return list(build()) if self.key is None else _lately.get((self.key, part), build).rows()

    def count(self, part: Hashable, build: Build) -> int:
        """How many rows a query of the list finds."""
        return build().count() if self.key is None else _lately.get((self.key, part), build).count()


ONCE = Again()


def of(access: Access, filters: CaseFilters) -> Again:
    """The key holds the condition of the actor's rights itself: whoever may know other cases has other queries.

    Nothing is kept of what asks for the present moment or for words, which nobody asks for twice.
    """
    if filters.text.strip() or filters.light or filters.overdue or filters.due_days:
        return ONCE
    of_oneself = filters.mine or filters.to_decide or filters.called
    me = access.actor.person_id if of_oneself else None
    return Again((permission.visible(access), permission.shards(access), me, filters))
