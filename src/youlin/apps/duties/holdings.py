"""What a person holds now: the scopes that their assignments span, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Q, UUIDField

from youlin.apps.duties import places, verbs
from youlin.apps.duties.models import AssignmentArea, DutyKind
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.prepared import Given, Prepared

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


def in_force(at: datetime | Given, prefix: str = "") -> Q:
    """Rows whose dates (`valid_from` inclusive, `valid_to` exclusive) contain the moment."""
    return Q(**{f"{prefix}valid_from__lte": at}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": at})
    )


def stood_in_by(person_id: UUID | Given, at: datetime | Given, prefix: str = "") -> Q:
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
    moment, reach = at or clock.now(), places.reach()
    rows = _held(reach.districts).values(person=actor.person_id, at=moment)
    return _over_cities(_grouped(rows, actor.person_id, reach), reach)


@lru_cache(maxsize=16)
def _held(districts: tuple[str, ...]) -> Prepared[AssignmentArea]:
    """The areas of what a person holds: asked on every page that anybody on duty opens."""
    person, at = Given("person", UUIDField()), Given("at", DateTimeField())
    kind = Q(assignment__kind__retired_at__isnull=True) | Q(assignment__kind__retired_at__gt=at)
    return Prepared(
        lambda: (
            AssignmentArea.objects.filter(in_force(at), in_force(at, "assignment__"))
            .filter(district__in=districts, assignment__district__in=districts)
            .filter(Q(assignment__holder=person) | stood_in_by(person, at, "assignment__"))
            .filter(kind)
            .order_by("assignment_id", "code")
            .values_list("code", "assignment_id", *(f"assignment__{name}" for name in _COLUMNS))
        )
    )


_COLUMNS = (
    "district", "kind__code", "kind__name", "kind__verbs", "kind__confidential", "category", "organisation_id",
    "place", "case", "holder_id",
)  # fmt: skip


def _grouped(rows: Iterable[Sequence[Any]], person_id: UUID, reach: places.Reach) -> list[Holding]:
    areas: dict[UUID, list[str]] = {}
    assignments = {}
    for code, assignment, *rest in rows:
        areas.setdefault(assignment, []).append(code)
        assignments[assignment] = rest
    return [
        Holding(
            district=district,
            kind_code=kind,
            kind_name=name,
            verbs=granted(verbs, confidential=confidential),
            areas=tuple(areas[id]),
            category=category,
            organisation_id=organisation,
            place=place,
            case=case,
            is_stand_in=holder != person_id,
            confidential=confidential,
            assignment_id=id,
            districts=reach.of(district),
        )
        for id, (
            district, kind, name, verbs, confidential, category, organisation, place, case, holder
        ) in assignments.items()
    ]  # fmt: skip


def granted(declared: Iterable[str], *, confidential: bool) -> frozenset[str]:
    """The verbs a kind really grants: confidential ones only where the kind says so."""
    return frozenset(verb for verb in declared if confidential or not verbs.is_confidential(verb))
