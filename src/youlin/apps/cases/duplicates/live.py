"""Which earlier cases a case may repeat: the scorecard on live cases. Access is the caller's matter."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from youlin.apps.cases.duplicates import scorer
from youlin.apps.cases.duplicates.scorer import METRES_PER_DEGREE, REACH_DAYS, REACH_METRES, Filing
from youlin.apps.cases.models import Case

MOST = 200
"""Cases looked at, newest first: more than stand within 100 m of one point in a quarter of a year."""


@dataclass(frozen=True)
class Candidate:
    """An earlier case, how probable it is that it is the same matter, and why, in words."""

    case: Case
    probability: float
    reasons: list[str]
    metres: int | None

    @property
    def is_duplicate(self) -> bool:
        """Whether the scorecard calls it a duplicate."""
        return self.probability >= scorer.weights().threshold


def candidates(case: Case, *, least: float = 0.05, limit: int = 5) -> list[Candidate]:
    """Earlier cases of the district near `case`, the most probable first; none below `least`. One query.

    Only what was known when `case` was reported is looked at. A case without a place has no candidates.
    """
    if case.lon is None or case.lat is None:
        return []
    new = filing(case)
    card = scorer.weights()
    found = []
    for old_case in _nearby(case, case.lon, case.lat)[:MOST]:
        old = filing(old_case)
        distance = scorer.metres(new, old)
        facts = scorer.facts(new, old)
        probability = card.probability(facts)
        if facts["place"] != "elsewhere" and probability >= least:
            words = scorer.reasons(facts, distance, new.day - old.day)
            metres = None if distance is None else round(distance)
            found.append(Candidate(old_case, probability, words, metres))
    return sorted(found, key=lambda candidate: -candidate.probability)[:limit]


def filing(case: Case) -> Filing:
    """A case as the scorer sees it; days are local days of the installation."""
    return Filing(
        key=str(case.pk),
        sequence=case.reported_at.isoformat(),
        day=_day(case.reported_at),
        closed_day=_day(case.closed_at) if case.closed_at else None,
        category=case.category,
        address=scorer.plain_address(case.address),
        text=case.description,
        lon=case.lon,
        lat=case.lat,
    )


def _day(at: datetime) -> int:
    return timezone.localtime(at).toordinal()


def _nearby(case: Case, lon: float, lat: float) -> QuerySet[Case]:
    north = REACH_METRES / METRES_PER_DEGREE
    east = north / max(0.05, math.cos(math.radians(lat)))
    recent = Q(reported_at__gte=case.reported_at - timedelta(days=REACH_DAYS))
    return (
        Case.objects.filter(
            recent | Q(closed_at__isnull=True) | Q(closed_at__gt=case.reported_at),
            district=case.district,
            reported_at__lte=case.reported_at,
            lat__range=(lat - north, lat + north),
            lon__range=(lon - east, lon + east),
        )
        .exclude(pk=case.pk)
        .order_by("-reported_at")
    )
