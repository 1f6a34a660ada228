"""Who is able: the people who hold, now, a duty that grants a verb over an area."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from youlin.apps.duties import places, shifts
from youlin.apps.duties.answering import away
from youlin.apps.duties.holdings import category_within, granted, in_force
from youlin.apps.duties.models import Assignment
from youlin.kernel import clock


@dataclass(frozen=True)
class Able:
    """One person who could do it, and under which kind of duty."""

    person_id: UUID
    kind_code: str
    kind_name: str
    on_shift: bool


@dataclass(frozen=True)
class Holds:
    """One person who holds a kind of duty, and for which organisation."""

    person_id: UUID
    kind_code: str
    kind_name: str
    organisation_id: UUID | None
    organisation: str


def who_hold(kinds: Collection[str], *, district: str, area: str) -> list[Holds]:
    """Those who hold one of these kinds of duty over the area now, one line for each, whatever the category.

    Whoever is away is left out, their stand-in is in. One query.
    """
    now = clock.now()
    rows = (
        Assignment.objects.filter(in_force(now), in_force(now, "areas__"))
        .filter(district__in=places.reach().of(district), areas__code__in=places.prefixes(area))
        .filter(kind__code__in=kinds, place__isnull=True, case__isnull=True)
        .select_related("kind", "organisation")
        .order_by("kind__code", "rank", "id")
    )
    found: dict[UUID, Holds] = {}
    for one in rows:
        person_id = one.stand_in_id if away(one, now) else one.holder_id
        if person_id is not None:
            unit = one.organisation.name if one.organisation else ""
            found.setdefault(
                person_id, Holds(person_id, one.kind.code, one.kind.name, one.organisation_id, unit)
            )
    return list(found.values())


def able(verb: str, *, district: str, area: str, category: str = "") -> list[Able]:
    """People to choose from, those nearest to the area first; one line for each. One query.

    Whoever is away is left out, their stand-in is in. Duties narrowed to a place or a case are not looked at.
    """
    now = clock.now()
    rows = (
        Assignment.objects.filter(in_force(now), in_force(now, "areas__"))
        .filter(district__in=places.reach().of(district), areas__code__in=places.prefixes(area))
        .filter(place__isnull=True, case__isnull=True, kind__retired_at__isnull=True)
        .select_related("kind")
        .order_by("-areas__code", "rank", "id")
    )
    found: dict[UUID, Able] = {}
    for one in rows:
        person_id = one.stand_in_id if away(one, now) else one.holder_id
        verbs = granted(one.kind.verbs, confidential=one.kind.confidential)
        if person_id is not None and verb in verbs and category_within(category, one.category):
            on_shift = shifts.on_duty(one.shift, now)
            found.setdefault(person_id, Able(person_id, one.kind.code, one.kind.name, on_shift))
    return sorted(found.values(), key=lambda one: not one.on_shift)
