"""Every read of duties: who answers, who holds what, who may."""

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from django.db.models import DateTimeField, ExpressionWrapper, F, UUIDField

from youlin.apps.duties import places
from youlin.apps.duties.able import Able, Holds, able, who_hold
from youlin.apps.duties.access import Access, Fields, access, one_look, register_relation
from youlin.apps.duties.answering import Answer, Answering, who
from youlin.apps.duties.holdings import EVERYWHERE, Holding, holdings, in_force
from youlin.apps.duties.models import Assignment, AssignmentArea, DutyKind
from youlin.apps.duties.rosters import RosterLine, Vacancy, roster, vacancies
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.prepared import Given, PreparedFor

__all__ = [
    "EVERYWHERE",
    "Able",
    "Access",
    "Answer",
    "Answering",
    "Fields",
    "Holding",
    "Holds",
    "RosterLine",
    "Vacancy",
    "able",
    "access",
    "all_districts",
    "assignments_of",
    "colleagues_among",
    "door_of",
    "doors_of",
    "holders",
    "holdings",
    "kinds",
    "known_in",
    "may",
    "one_look",
    "register_relation",
    "retired_verbs",
    "roster",
    "vacancies",
    "who",
    "who_hold",
]


def may(actor: Actor, verb: str, *, district: str, area: str, organisation: UUID | None = None) -> bool:
    """Whether the actor's duties or relations grant `verb` over an area; the gate that `parties` asks."""
    return access(actor).may(verb, district=district, area=area, organisation=organisation)


def all_districts() -> tuple[str, ...]:
    """Every district of the installation, those merged away included: for reads about one person."""
    return places.reach().districts


def kinds(district: str) -> list[DutyKind]:
    """The duty kinds of a district that are in use, by code."""
    return list(DutyKind.objects.filter(district=district, retired_at__isnull=True).order_by("code"))


def assignments_of(person_id: UUID) -> list[Assignment]:
    """What a person holds now, their own duties only, by kind."""
    rows = Assignment.objects.filter(
        in_force(clock.now()), district__in=places.reach().districts, holder=person_id
    )
    return list(rows.select_related("kind", "organisation").order_by("kind__code", "id"))


def door_of(*, district: str, kind: str) -> str:
    """Where the holders of a kind of duty work: `desk` or `field`."""
    return doors_of(district=district, kinds=[kind])[kind]


def doors_of(*, district: str, kinds: Collection[str]) -> dict[str, str]:
    """The same for many kinds of duty, in one query."""
    rows = DutyKind.objects.filter(district__in=places.reach().of(district), code__in=kinds)
    known = dict(rows.order_by("-id").values_list("code", "door"))
    return {kind: known.get(kind, "desk") for kind in kinds}


def retired_verbs(*, district: str, kind: str) -> frozenset[str]:
    """What a kind of duty granted that is retired now; nothing while it is in use."""
    found = DutyKind.objects.filter(district__in=places.reach().of(district), code=kind)
    kinds = list(found)
    if any(one.retired_at is None for one in kinds):
        return frozenset()
    return frozenset(verb for one in kinds for verb in one.verbs)


def holders(*, district: str, kind: str) -> list[UUID]:
    """The people who hold a kind of duty anywhere in the district now."""
    rows = Assignment.objects.filter(in_force(clock.now()), district=district, kind__code=kind)
    return list(rows.order_by("holder_id").values_list("holder_id", flat=True).distinct())


def colleagues_among(person_ids: Collection[UUID]) -> set[UUID]:
    """Of these people, those who hold a duty now or stand in for somebody. Two queries."""
    now, districts = clock.now(), places.reach().districts
    found = {person_id for (person_id,) in _holding(districts).values(set(person_ids), at=now)}
    missing = set(person_ids) - found
    if missing:
        rows = Assignment.objects.filter(in_force(now), district__in=districts, kind__retired_at__isnull=True)
        standing_in = rows.filter(stand_in__in=missing, away_from__lte=now).exclude(away_to__lte=now)
        found |= set(standing_in.values_list("stand_in_id", flat=True))
    return {person_id for person_id in found if person_id is not None}


@lru_cache(maxsize=16)
def _holding(districts: tuple[str, ...]) -> PreparedFor[Assignment]:
    """Who of some people holds a duty at a moment: asked on every list in which people are named."""
    holder = ExpressionWrapper(F("holder_id"), output_field=UUIDField())
    return PreparedFor(
        UUIDField(),
        lambda ids: (
            Assignment.objects.alias(who=holder)
            .filter(in_force(Given("at", DateTimeField())), who__in=ids)
            .filter(district__in=districts, kind__retired_at__isnull=True)
            .values_list("holder_id")
        ),
    )


def known_in(person_id: UUID) -> set[tuple[str, str]]:
    """Where duties know a person: the areas of all they ever held or stood in for."""
    rows = AssignmentArea.objects.filter(district__in=places.reach().districts, assignment__holder=person_id)
    return set(rows.values_list("district", "code"))
