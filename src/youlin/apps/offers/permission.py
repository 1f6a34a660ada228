"""Who may do what: keep offers of the district or of a body, serve at a place, say who may have what is offered."""

from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access, Fields
from youlin.apps.offers.acts import ENTITLE, KEEP, SERVE
from youlin.apps.places.models import Place
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

PLACE = Fields(area="area_now", category="", organisation="keeper_id", case="", place="id")
"""A place, for `access.scope`."""


def may_keep(actor: Actor, district: str, giver: UUID | None = None) -> bool:
    """Whether the actor keeps the district's offers, or those of this body."""
    return keeps(duties.access(actor), district, giver)


def keeps(access: Access, district: str, giver: UUID | None = None) -> bool:
    """The same of an actor whose access is known: for many bodies."""
    return access.may(KEEP, district=district, area=district, organisation=giver)


def demand_keep(actor: Actor, district: str, giver: UUID | None = None) -> None:
    """Raise `NotAllowed` unless the actor keeps the district's offers, or those of this body."""
    if not may_keep(actor, district, giver):
        raise NotAllowed(_("这项供给不归您维护"))


def may_serve(actor: Actor, place: Place) -> bool:
    """Whether the actor is a host at this place."""
    return duties.access(actor).may(
        SERVE, district=place.district, area=place.area_now, organisation=place.keeper_id, place=place.id
    )


def demand_serve(actor: Actor, place: Place) -> None:
    """Raise `NotAllowed` unless the actor is a host at this place."""
    if not may_serve(actor, place):
        raise NotAllowed(_("这里不归您值守"))


def may_entitle(actor: Actor, district: str, organisation: UUID | None = None) -> bool:
    """Whether the actor says who is entitled in the district, or of this body."""
    return entitles(duties.access(actor), district, organisation)


def entitles(access: Access, district: str, organisation: UUID | None = None) -> bool:
    """The same of an actor whose access is known: for many bodies."""
    return access.may(ENTITLE, district=district, area=district, organisation=organisation)


def demand_entitle(actor: Actor, district: str, organisation: UUID | None = None) -> None:
    """Raise `NotAllowed` unless the actor says who is entitled in the district, or of this body."""
    if not may_entitle(actor, district, organisation):
        raise NotAllowed(_("资格不归您认定"))
