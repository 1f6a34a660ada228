"""Who is on which post, and where nobody is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from youlin.apps.duties import places, shifts
from youlin.apps.duties.answering import away
from youlin.apps.duties.holdings import in_force
from youlin.apps.duties.models import Assignment, AssignmentArea, DutyKind
from youlin.kernel import clock


@dataclass(frozen=True)
class Vacancy:
    """A post that a kind declares and nobody fills now: no holder at all, or one away without a stand-in."""

    kind_code: str
    kind_name: str
    area: str
    area_name: str
    level: str
    reason: str


@dataclass(frozen=True)
class RosterLine:
    """One assignment at a moment. `answers` is who acts now: holder, stand-in, or None (away, off shift)."""

    assignment_id: UUID
    kind_code: str
    kind_name: str
    areas: tuple[str, ...]
    category: str
    organisation: str
    rank: int
    holder_id: UUID
    stand_in_id: UUID | None
    shift: str
    on_shift: bool
    is_away: bool
    answers: UUID | None
    is_demo: bool


def vacancies(district: str, at: datetime | None = None) -> list[Vacancy]:
    """The vacant posts of a district by kind and area: a kind has a post in every area of its level.

    A post is filled by any assignment of the kind whose scope contains the area and that is not narrowed to
    a place or case; one narrowed to a category or organisation fills it too. Four queries at most.
    """
    moment = at or clock.now()
    kinds = list(
        DutyKind.objects.filter(district=district)
        .filter(Q(retired_at__isnull=True) | Q(retired_at__gt=moment))
        .order_by("code")
    )
    held: dict[str, list[tuple[str, bool]]] = {}
    for one in _current(district, moment).filter(place__isnull=True, case__isnull=True):
        absent = away(one, moment) and one.stand_in_id is None
        held.setdefault(one.kind.code, []).extend((row.code, absent) for row in one.areas.all())
    return [
        vacancy
        for kind in kinds
        for area in places.at_levels(district, kind.level, moment)
        if (vacancy := _vacancy(kind, area, held.get(kind.code, [])))
    ]


def _vacancy(kind: DutyKind, area: places.Place, held: list[tuple[str, bool]]) -> Vacancy | None:
    covering = [absent for code, absent in held if area.code.startswith(code)]
    if covering and not all(covering):
        return None
    reason = _("离岗，无人代班") if covering else _("空缺")
    return Vacancy(kind.code, kind.name, area.code, area.name, kind.level, reason)


def roster(district: str, area: str, at: datetime | None = None) -> list[RosterLine]:
    """Who is on which post in an area: assignments within it and those that cover it, by kind and rank."""
    moment = at or clock.now()
    found = []
    for one in _current(district, moment):
        codes = tuple(
            row.code for row in one.areas.all() if row.code.startswith(area) or area.startswith(row.code)
        )
        if codes:
            found.append(_line(one, codes, moment))
    return sorted(found, key=lambda line: (line.kind_code, line.areas, line.rank, line.holder_id))


def _line(one: Assignment, codes: tuple[str, ...], at: datetime) -> RosterLine:
    absent, on_shift = away(one, at), shifts.on_duty(one.shift, at)
    present = one.stand_in_id if absent else one.holder_id
    return RosterLine(
        assignment_id=one.id,
        kind_code=one.kind.code,
        kind_name=one.kind.name,
        areas=codes,
        category=one.category,
        organisation=one.organisation.name if one.organisation else "",
        rank=one.rank,
        holder_id=one.holder_id,
        stand_in_id=one.stand_in_id,
        shift=shifts.words(one.shift),
        on_shift=on_shift,
        is_away=absent,
        answers=present if on_shift else None,
        is_demo=one.is_demo,
    )


def _current(district: str, at: datetime) -> models.QuerySet[Assignment]:
    shards = places.reach().of(district)
    areas = AssignmentArea.objects.filter(in_force(at), district__in=shards).order_by("code")
    return (
        Assignment.objects.filter(in_force(at), district__in=shards)
        .filter(Q(kind__retired_at__isnull=True) | Q(kind__retired_at__gt=at))
        .select_related("kind", "organisation")
        .prefetch_related(Prefetch("areas", queryset=areas))
        .order_by("id")
    )
