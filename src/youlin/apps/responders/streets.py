"""What a leader sees of responders, street by street: sums in the order of the streets, never a person, never a rank."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Substr

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.responders.models import AddressedGroup, Call, CallOut, Responder, Service, Thanks
from youlin.apps.responders.models.calling import COMING
from youlin.apps.responders.services import serving
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

VERB = "cockpit.read"
_STREET = 9
"""The length of a street's code: what lies in it begins with it."""


@dataclass
class Street:
    """The figures of one street, or of all together. Of calls and services those since a day.

    `first_seconds`: the median from calling out to the first acceptance. `person_times`: services, each of one person.
    `people`: how many different people were called.
    """

    code: str = ""
    name: str = ""
    enrolled: int = 0
    verified: int = 0
    call_outs: int = 0
    wanted: int = 0
    accepted: int = 0
    called: int = 0
    people: int = 0
    first_seconds: int | None = None
    person_times: int = 0
    minutes: int = 0
    thanks: int = 0

    @property
    def coverage(self) -> float | None:
        """Of the people wanted, how many accepted, in per cent; None where nobody was wanted."""
        return round(100 * self.accepted / self.wanted, 1) if self.wanted else None

    @property
    def per_person(self) -> float | None:
        """Calls to each person called; None where nobody was."""
        return round(self.called / self.people, 2) if self.people else None

    @property
    def hours(self) -> float:
        """Hours with one decimal, rounded down."""
        return self.minutes * 10 // 60 / 10


@dataclass(frozen=True)
class Overview:
    """An area's figures: together and street by street. `addressed` is told of a whole district alone (else None)."""

    together: Street
    streets: list[Street]
    addressed: int | None
    since: datetime


def overview(actor: Actor, code: str, *, days: int) -> Overview:
    """The figures of a district or a street. Raises `NotAllowed` for an area the actor does not lead."""
    district = areas.get(code).district
    if not duties.access(actor).may(VERB, district=district, area=code):
        raise NotAllowed()
    since = clock.now() - timedelta(days=days)
    found = _read(district, code, since)
    whole = code == district
    listed = [area.code for area in areas.subtree(district, level="street")] if whole else [code]
    lines = [found.get(one, Street()) for one in listed]
    for one, line in zip(listed, lines, strict=True):
        line.code, line.name = one, areas.label(one)
    return Overview(
        together=_together(district, code, since, found),
        streets=lines if whole else [],
        addressed=_addressed(district) if whole else None,
        since=since,
    )


def _read(district: str, code: str, since: datetime) -> dict[str, Street]:
    found: dict[str, Street] = defaultdict(Street)
    for rows in _sums(district, code, since):
        for row in rows:
            for name, value in row.items():
                if name.startswith("n_"):
                    setattr(found[row["street"]], name.removeprefix("n_"), value or 0)
    waits: dict[str, list[float]] = defaultdict(list)
    for area, made_at, first_at in _outs(district, code, since).values_list(
        "area_now", "made_at", "first_accepted_at"
    ):
        if first_at:
            waits[area[:_STREET]].append((first_at - made_at).total_seconds())
    for street, seconds in waits.items():
        found[street].first_seconds = int(median(seconds))
    return found


def _sums(district: str, code: str, since: datetime) -> list[Any]:
    """Each table's sums by street; of what is called `n_wanted` there `wanted` is told."""
    agreed = Responder.objects.filter(
        district=district, area_now__startswith=code, ended_at=None, consented_at__isnull=False
    )
    return [
        _by(agreed, "area_now").annotate(
            n_enrolled=Count("id"), n_verified=Count("id", filter=Q(verified_at__isnull=False))
        ),
        _by(_outs(district, code, since), "area_now").annotate(
            n_call_outs=Count("id"), n_wanted=Sum("wanted")
        ),
        _by(_calls(district, code, since), "call_out__area_now").annotate(
            n_called=Count("id"),
            n_people=Count("responder", distinct=True),
            n_accepted=Count("id", filter=Q(answer__in=COMING)),
        ),
        _by(_served(district, code, since), "area").annotate(
            n_person_times=Count("id"), n_minutes=Sum("minutes")
        ),
        _by(_thanked(district, code, since), "service__area").annotate(n_thanks=Count("id")),
    ]


def _by(rows: QuerySet[Any], column: str) -> Any:
    return rows.order_by().annotate(street=Substr(column, 1, _STREET)).values("street")


def _outs(district: str, code: str, since: datetime) -> QuerySet[CallOut]:
    return CallOut.objects.filter(district=district, area_now__startswith=code, made_at__gte=since)


def _calls(district: str, code: str, since: datetime) -> QuerySet[Call]:
    return Call.objects.filter(
        district=district, call_out__area_now__startswith=code, call_out__made_at__gte=since
    )


def _served(district: str, code: str, since: datetime) -> Any:
    rows = Service.objects.filter(district=district, area__startswith=code, began_at__gte=since)
    return serving.effective(rows.filter(minutes__gt=0))


def _thanked(district: str, code: str, since: datetime) -> QuerySet[Thanks]:
    return Thanks.objects.filter(district=district, service__area__startswith=code, at__gte=since)


def _together(district: str, code: str, since: datetime, found: dict[str, Street]) -> Street:
    """Sums of the streets; who was called in two streets is one person, and the median is that of all call-outs."""
    every = Street(code=code, name=areas.label(code))
    for name in (
        "enrolled",
        "verified",
        "call_outs",
        "wanted",
        "accepted",
        "called",
        "person_times",
        "minutes",
        "thanks",
    ):
        setattr(every, name, sum(getattr(one, name) for one in found.values()))
    every.people = _calls(district, code, since).aggregate(n=Count("responder", distinct=True))["n"]
    waits = [
        (first_at - made_at).total_seconds()
        for made_at, first_at in _outs(district, code, since).values_list("made_at", "first_accepted_at")
        if first_at
    ]
    every.first_seconds = int(median(waits)) if waits else None
    return every


def _addressed(district: str) -> int:
    return int(AddressedGroup.objects.filter(district=district).aggregate(n=Sum("number"))["n"] or 0)
