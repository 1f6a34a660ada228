"""What an act needs to know besides its case, read once for all the cases that are acted on together."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from youlin.apps.cases.models import Case, CaseClock, Category
from youlin.apps.duties import selectors as duties


class Around:
    """Categories, running clocks and who answers, for cases of one district; each read when it is first needed."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self._answering: dict[datetime, duties.Answering] = {}

    def category(self, code: str) -> Category | None:
        """The category of this code, also a retired one."""
        return self._categories.get(code)

    def running(self, case: Case) -> list[CaseClock]:
        """The clocks of a case that run, as they are in memory after acts on it."""
        return self._clocks[case.id]

    def go_on_running(self, case: Case, clocks: list[CaseClock]) -> None:
        """An act left these clocks running."""
        self._clocks[case.id] = clocks

    def read_clocks_again(self, case: Case) -> None:
        """Something else has changed the clocks of a case in the database."""
        self._clocks[case.id] = list(_running(case.district, [case.id]))

    def answering(self, at: datetime) -> duties.Answering:
        """Who answers at a moment, for the areas of all the cases."""
        if at not in self._answering:
            areas = {case.area_now for case in self.cases}
            self._answering[at] = duties.Answering(district=self._district, areas=areas, at=at)
        return self._answering[at]

    @property
    def _district(self) -> str:
        return self.cases[0].district

    @cached_property
    def _categories(self) -> dict[str, Category]:
        wanted = {case.category for case in self.cases}
        rows = Category.objects.filter(district=self._district, code__in=wanted)
        return {row.code: row for row in rows}

    @cached_property
    def _clocks(self) -> dict[UUID, list[CaseClock]]:
        found: dict[UUID, list[CaseClock]] = {case.id: [] for case in self.cases}
        for row in _running(self._district, list(found)):
            found[row.case_id].append(row)
        return found


def _running(district: str, case_ids: Sequence[UUID]) -> QuerySet[CaseClock]:
    rows = CaseClock.objects.filter(district=district, case_id__in=case_ids, stopped_at__isnull=True)
    return rows.order_by("started_at", "id")
