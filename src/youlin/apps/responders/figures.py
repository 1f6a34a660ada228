"""What a leader sees: how many are addressed and how many enrolled, two figures; how calls went. No names."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Sum

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.responders import permission
from youlin.apps.responders.models import (
    AddressedGroup,
    Call,
    CallOut,
    Occupation,
    Responder,
    Service,
    Thanks,
)
from youlin.apps.responders.models.calling import COMING
from youlin.apps.responders.services import serving
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

DAYS = 30
LATEST = 12
"""Words of thanks that are told one by one."""
LEADS = "cockpit.read"
"""Whoever sees the figures of an area."""


@dataclass(frozen=True)
class Line:
    """One occupation: how many are addressed, how many enrolled, and of these verified."""

    occupation: Occupation
    addressed: int
    enrolled: int
    verified: int


@dataclass(frozen=True)
class Figures:
    """A district's figures; of calls those since a day. `first_seconds`: the median from calling out to the first
    acceptance. `coverage`: of the people wanted, how many accepted, in per cent. `per_person`: calls to each person
    called."""

    lines: list[Line]
    addressed: int
    enrolled: int
    verified: int
    call_outs: int
    called: int
    people_called: int
    accepted: int
    wanted: int
    first_seconds: int | None
    minutes: int
    services: int
    since: datetime

    @property
    def coverage(self) -> float | None:
        """None where nobody was wanted."""
        return round(100 * self.accepted / self.wanted, 1) if self.wanted else None

    @property
    def per_person(self) -> float | None:
        """None where nobody was called."""
        return round(self.called / self.people_called, 2) if self.people_called else None


def figures(actor: Actor, district: str, *, days: int = DAYS) -> Figures:
    """The figures of a district. Raises `NotAllowed` without a duty for the whole of it."""
    if not permission.may_count(actor, district):
        raise NotAllowed()
    return _figures(district, clock.now() - timedelta(days=days))


def thanks(actor: Actor, area: str, *, days: int = DAYS) -> list[str]:
    """The latest words of thanks for what was served in an area, by nobody to nobody. Raises `NotAllowed` for who does
    not lead it."""
    district = areas.get(area).district
    if not duties.access(actor).may(LEADS, district=district, area=area):
        raise NotAllowed()
    since = clock.now() - timedelta(days=days)
    rows = Thanks.objects.filter(district=district, service__area__startswith=area, at__gte=since)
    return list(rows.order_by("-at", "-id").values_list("words", flat=True)[:LATEST])


def _figures(district: str, since: datetime) -> Figures:
    lines = _lines(district)
    outs = list(CallOut.objects.filter(district=district, made_at__gte=since))
    calls = Call.objects.filter(district=district, call_out__made_at__gte=since)
    waits = [(one.first_accepted_at - one.made_at).total_seconds() for one in outs if one.first_accepted_at]
    served = serving.effective(Service.objects.filter(district=district, began_at__gte=since, minutes__gt=0))
    totals = served.aggregate(minutes=Sum("minutes"), services=Count("id"))
    return Figures(
        lines=lines,
        addressed=sum(one.addressed for one in lines),
        enrolled=sum(one.enrolled for one in lines),
        verified=sum(one.verified for one in lines),
        call_outs=len(outs),
        called=calls.count(),
        people_called=calls.values("responder").distinct().count(),
        accepted=calls.filter(answer__in=COMING).count(),
        wanted=sum(one.wanted for one in outs),
        first_seconds=int(median(waits)) if waits else None,
        minutes=totals["minutes"] or 0,
        services=totals["services"],
        since=since,
    )


def _lines(district: str) -> list[Line]:
    addressed = Counter[Any]()
    groups = AddressedGroup.objects.filter(district=district).values_list("occupation_id", "number")
    for occupation, number in groups:
        addressed[occupation] += number
    mine = Responder.objects.filter(district=district, ended_at=None, consented_at__isnull=False)
    enrolled = _by_occupation(mine)
    verified = _by_occupation(mine.filter(verified_at__isnull=False))
    rows = Occupation.objects.filter(district=district).order_by("position", "code")
    return [
        Line(row, addressed[row.id], enrolled[row.id], verified[row.id])
        for row in rows
        if row.retired_at is None or addressed[row.id] or enrolled[row.id]
    ]


def _by_occupation(rows: Any) -> Counter[Any]:
    return Counter(dict(rows.order_by().values_list("occupation_id").annotate(number=Count("id"))))
