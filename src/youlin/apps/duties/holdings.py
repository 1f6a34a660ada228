"""What a person holds now: the scopes that their assignments span, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from youlin.apps.duties import places, verbs
from youlin.apps.duties.models import AssignmentArea, DutyKind
from youlin.kernel import clock
from youlin.kernel.actors import Actor

EVERYWHERE = ("",)
"""The area prefix that contains every area; for relations that are narrowed to one row."""


@dataclass(frozen=True)
class Holding:
    """One duty held now, directly or as a stand-in: these verbs over this scope.

    A row is inside when its district is one of `districts`, its area begins with one of `areas`, and it
    matches whatever else narrows the scope (category prefix, organisation, place, case).
    """

    district: str
    kind_code: str
    kind_name: str
    verbs: frozenset[str]
    areas: tuple[str, ...]
    category: str = ""
    organisation_id: UUID | None = None
    place: UUID | None = None
    case: UUID | None = None
    is_stand_in: bool = False
    confidential: bool = False
    assignment_id: UUID | None = None
    districts: frozenset[str] = field(default_factory=frozenset)

    @property
    def reach(self) -> frozenset[str]:
        """The shards in which the scope's rows may lie: its own, and those of districts merged with it."""
        return self.districts or frozenset({self.district})

    def covers(
        self,
        *,
        district: str,
        area: str,
        category: str = "",
        organisation: UUID | None = None,
        case: UUID | None = None,
        place: UUID | None = None,
    ) -> bool:
        """Whether a row with these values lies in the scope."""
        return (
            district in self.reach
            and any(area.startswith(prefix) for prefix in self.areas)
            and category_within(category, self.category)
            and self.organisation_id in (None, organisation)
            and self.case in (None, case)
            and self.place in (None, place)
        )


def _over_cities(held: list[Holding], reach: places.Reach) -> list[Holding]:
    over = [one for one in held if any(places.above_districts(code) for code in one.areas)]
    if not over:
        return held
    within = {one.assignment_id: _districts(one) for one in over}
    kinds = DutyKind.objects.filter(
        district__in={district for found in within.values() for district in found},
        code__in={one.kind_code for one in over},
        level="city",
        retired_at__isnull=True,
    )
    declared = {(kind.district, kind.code): kind for kind in kinds}
    spread = [one for one in held if one not in over]
    for one in over:
        for district in within[one.assignment_id]:
            if (kind := declared.get((district, one.kind_code))) is not None:
                spread.append(_in_district(one, kind, reach))
    return spread


def _districts(one: Holding) -> list[str]:
    return sorted({district for code in one.areas for district in places.districts_under(code)})


def _in_district(one: Holding, kind: DutyKind, reach: places.Reach) -> Holding:
    """A city's duty as it holds in one of its districts."""
    return replace(
        one,
        district=kind.district,
        kind_name=kind.name,
        verbs=granted(kind.verbs, confidential=kind.confidential),
        confidential=kind.confidential,
        districts=reach.of(kind.district),
    )


def category_within(category: str, scope: str) -> bool:
    """Whether a dotted category is the scope's or below it; the empty scope contains all."""
    return not scope or category == scope or category.startswith(f"{scope}.")


def in_force(at: datetime, prefix: str = "") -> Q:
    """Rows whose dates (`valid_from` inclusive, `valid_to` exclusive) contain the moment."""
    return Q(**{f"{prefix}valid_from__lte": at}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": at})
    )


def stood_in_by(person_id: UUID, at: datetime, prefix: str = "") -> Q:
    """Assignments whose holder is away at the moment and named this person."""
    away = Q(**{f"{prefix}stand_in": person_id, f"{prefix}away_from__lte": at})
    return away & (Q(**{f"{prefix}away_to__isnull": True}) | Q(**{f"{prefix}away_to__gt": at}))


def holdings(actor: Actor, at: datetime | None = None) -> list[Holding]:
    """What the actor holds at a moment (now), own duties and those they stand in for. Two queries.

    A duty over a city is one holding for each of its districts that declares the kind: what it grants there is that
    district's own word. One query more for whoever has one.

    A holder on leave keeps seeing what is theirs; shifts say who answers, not who may look.
    """
    if actor.kind != "person" or actor.person_id is None:
        return []
    moment = at or clock.now()
    reach = places.reach()
    rows = (
        AssignmentArea.objects.filter(in_force(moment), in_force(moment, "assignment__"))
        .filter(district__in=reach.districts, assignment__district__in=reach.districts)
        .filter(Q(assignment__holder=actor.person_id) | stood_in_by(actor.person_id, moment, "assignment__"))
        .filter(Q(assignment__kind__retired_at__isnull=True) | Q(assignment__kind__retired_at__gt=moment))
        .select_related("assignment__kind")
        .order_by("assignment_id", "code")
    )
    return _over_cities(_grouped(rows, actor.person_id, reach), reach)


def _grouped(rows: Iterable[AssignmentArea], person_id: UUID, reach: places.Reach) -> list[Holding]:
    areas: dict[UUID, list[str]] = {}
    assignments = {}
    for row in rows:
        areas.setdefault(row.assignment_id, []).append(row.code)
        assignments[row.assignment_id] = row.assignment
    return [
        Holding(
            district=one.district,
            kind_code=one.kind.code,
            kind_name=one.kind.name,
            verbs=granted(one.kind.verbs, confidential=one.kind.confidential),
            areas=tuple(areas[id]),
            category=one.category,
            organisation_id=one.organisation_id,
            place=one.place,
            case=one.case,
            is_stand_in=one.holder_id != person_id,
            confidential=one.kind.confidential,
            assignment_id=one.id,
            districts=reach.of(one.district),
        )
        for id, one in assignments.items()
    ]


def granted(declared: Iterable[str], *, confidential: bool) -> frozenset[str]:
    """The verbs a kind really grants: confidential ones only where the kind says so."""
    return frozenset(verb for verb in declared if confidential or not verbs.is_confidential(verb))
