"""Showing one person's full data to somebody who says why."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import permission, selectors
from youlin.apps.parties.models import Person
from youlin.kernel import privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

VERB = "person.unmask"


@dataclass(frozen=True)
class Unmasked:
    """What was asked for, in full: the name, and pairs of kind and value."""

    name: str
    contacts: tuple[tuple[str, str], ...]
    identifiers: tuple[tuple[str, str], ...]


@transaction.atomic
def unmask(
    *,
    actor: Actor,
    person_id: UUID,
    district: str,
    reason: str,
    parts: Collection[str] = ("contacts",),
) -> Unmasked:
    """A person's name and the `parts` asked for (`contacts`, `identifiers`), for a reason put on record.

    Needs `person.unmask` over a place of the district where the person is known (a body, a household, a duty, a
    report), or over a body alone to which the person belongs today. Asking for one's own needs no duty.
    Raises `Invalid` without a reason.
    """
    person = Person.objects.filter(id=person_id, erased_at__isnull=True).select_related("merged_into").first()
    if person is None:
        raise NotFound(_("没有这位人员"))
    person = person.merged_into or person
    if actor.person_id != person.id:
        _demand_where_known(actor, person, district)
    shown = partial(privacy.unmask, actor=actor, district=district, reason=reason)
    points = person.contact_points.exclude(kind="push") if "contacts" in parts else []
    numbers = person.identifiers.all() if "identifiers" in parts else []
    return Unmasked(
        name=shown(subject=person, field="name"),
        contacts=tuple((row.kind, shown(subject=row, field="value")) for row in points),
        identifiers=tuple((row.kind, shown(subject=row, field="value")) for row in numbers),
    )


def _demand_where_known(actor: Actor, person: Person, district: str) -> None:
    if actor.kind == "system":
        return
    places = {area for home, area in permission.known_in(person.id) if home == district}
    asked: list[tuple[str, UUID | None]] = [(area, None) for area in sorted(places)]
    asked += [(body.area or district, body.id) for body in selectors.bodies_of(person.id, district=district)]
    if not any(
        permission.may(actor, VERB, district=district, area=area, organisation=body) for area, body in asked
    ):
        raise NotAllowed(_("查看完整信息须有相应岗位，且此人在您负责的范围内"))
