"""Who reported cases or joined them, for messages about many cases at once."""

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from youlin.apps.cases.models import Case, CaseReporter

MOST_REPORTERS = 500
"""Of one case; whoever joined later reads it on the page."""


class Reporters:
    """The reporters of cases of one district, also those who reported one that was merged away."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = {case.id: case for case in cases}

    def people(self, case: Case) -> list[UUID]:
        """Those with an account, each once, the first to report first."""
        return list(self._people[case.id])[:MOST_REPORTERS]

    def contacts(self, case: Case) -> list[CaseReporter]:
        """Those who left a contact and have no account; protected informants are left out."""
        return self._contacts[case.id][:MOST_REPORTERS]

    @cached_property
    def _people(self) -> dict[UUID, dict[UUID, None]]:
        found: dict[UUID, dict[UUID, None]] = {id: {} for id in self._cases}
        rows = self._rows().filter(person_id__isnull=False)
        for case_id, came_from_id, person_id in rows.values_list("case_id", "came_from_id", "person_id"):
            for id in found.keys() & {case_id, came_from_id}:
                if person_id is not None:
                    found[id][person_id] = None
        return found

    @cached_property
    def _contacts(self) -> dict[UUID, list[CaseReporter]]:
        found: dict[UUID, list[CaseReporter]] = {id: [] for id in self._cases}
        for row in self._rows().filter(person_id__isnull=True, protected=False).exclude(contact=""):
            for id in found.keys() & {row.case_id, row.came_from_id}:
                found[id].append(row)
        return found

    def _rows(self) -> QuerySet[CaseReporter]:
        cases = list(self._cases.values())
        rows = CaseReporter.objects.filter(Q(case__in=cases) | Q(came_from__in=cases))
        return rows.filter(district__in={case.district for case in cases}).order_by("created_at", "id")
