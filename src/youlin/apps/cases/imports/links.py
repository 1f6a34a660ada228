"""Which earlier case a row marked as a duplicate repeats. The file does not say it; the scorecard does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils import timezone

from youlin.apps.cases.duplicates import evaluation, live, scorer
from youlin.apps.cases.duplicates.history import History
from youlin.apps.cases.duplicates.scorer import Filing
from youlin.apps.cases.imports.rows import Request
from youlin.apps.cases.models import Case

LEAST = 0.05
"""Below this probability a duplicate stays without an earlier case: none that the file holds is likely."""

Found = Case | int
"""A case that was there before, or the place of an earlier request in the same list."""


def find(district: str, requests: Sequence[Request]) -> dict[int, Found]:
    """The most probable earlier one for each request marked as a duplicate, by its place. One query."""
    marked = [place for place, request in enumerate(requests) if request.duplicate]
    if not marked:
        return {}
    zone = timezone.get_default_timezone()
    filings = [evaluation.filing(request, zone) for request in requests]
    places = {filing.key: place for place, filing in enumerate(filings)}
    history = History(filings)
    before = _cases_at(district, [requests[place] for place in marked])
    found: dict[int, Found] = {}
    for place in marked:
        request, new = requests[place], filings[place]
        beside: Iterable[tuple[Filing, Found]] = ((old, places[old.key]) for old in history.candidates(new))
        earlier = [
            (live.filing(case), case)
            for case in before[request.lon, request.lat]
            if case.reported_at <= request.reported_at and case.external_number != request.number
        ]
        best = _most_probable(new, [*beside, *earlier])
        if best is not None:
            found[place] = best
    return found


def _most_probable(new: Filing, candidates: Sequence[tuple[Filing, Found]]) -> Found | None:
    card = scorer.weights()
    scored = [
        (card.probability(scorer.facts(new, old)), place) for place, (old, _case) in enumerate(candidates)
    ]
    probability, best = max(scored, default=(0.0, 0))
    return candidates[best][1] if probability >= LEAST else None


def _cases_at(
    district: str, requests: Sequence[Request]
) -> dict[tuple[float | None, float | None], list[Case]]:
    """The cases at exactly the points of these requests."""
    lats = {request.lat for request in requests}
    found: dict[tuple[float | None, float | None], list[Case]] = defaultdict(list)
    for case in Case.objects.filter(district=district, lat__in=lats):
        found[case.lon, case.lat].append(case)
    return found
