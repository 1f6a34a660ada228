"""What a checker's phone needs: the kinds that there are, and the places where the checker stands."""

from typing import NamedTuple
from uuid import UUID

from youlin.apps.duties import selectors as duties
from youlin.apps.passes.acts import CHECK
from youlin.apps.passes.models import PassKind
from youlin.apps.places import permission as places
from youlin.apps.places.models import Place
from youlin.kernel.actors import Actor

MOST = 60


class Gate(NamedTuple):
    """A place where somebody checks."""

    id: UUID
    name: str
    name_en: str


def kinds(*districts: str) -> list[PassKind]:
    """Every kind of these districts, also those of which no new codes are issued: old ones are still shown."""
    return list(PassKind.objects.filter(district__in=districts).order_by("position", "code"))


def gates(actor: Actor, district: str) -> list[Gate]:
    """The places of the actor's duty to check, by name; none where these are too many to choose from."""
    rows = Place.objects.filter(district=district, retired_at=None)
    rows = rows.filter(duties.access(actor).scope(CHECK, fields=places.FIELDS))
    found = list(rows.order_by("name", "number").values_list("id", "name", "name_en")[: MOST + 1])
    return [Gate(*one) for one in found] if len(found) <= MOST else []
