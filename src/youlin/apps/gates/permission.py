"""Who keeps a compound and who checks at its gates: a duty over its area, its property office, or the place itself."""

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access, Fields
from youlin.apps.gates.acts import CHECK, KEEP, ROSTER
from youlin.apps.parties.models import Organisation
from youlin.apps.places.models import Place
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

FIELDS = Fields(
    area="place__area_now", category="", organisation="place__keeper_id", case="", place="place_id"
)
"""A compound, for `access.scope`."""


def may(access: Access, verb: str, place: Place) -> bool:
    """Whether the actor may do `verb` at this compound."""
    return access.may(
        verb, district=place.district, area=place.area_now, organisation=place.keeper_id, place=place.id
    )


def demand_keep(actor: Actor, place: Place) -> None:
    """Raise `NotAllowed` unless the actor keeps this compound."""
    if not may(duties.access(actor), KEEP, place):
        raise NotAllowed(_("这个小区不归您维护"))


def demand_check(actor: Actor, place: Place) -> None:
    """Raise `NotAllowed` unless the actor stands at this compound's gates."""
    if not may(duties.access(actor), CHECK, place):
        raise NotAllowed(_("这里的门岗不归您"))


def demand_district(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor keeps all compounds of the district."""
    if not duties.access(actor).may(KEEP, district=district, area=district):
        raise NotAllowed(_("接入小区由区里的专班办理"))


def may_roster(access: Access, body: Organisation) -> bool:
    """Whether the actor brings this body's rosters."""
    return access.may(ROSTER, district=body.district, area=body.district, organisation=body.id)


def demand_roster(actor: Actor, body: Organisation) -> None:
    """Raise `NotAllowed` unless the actor brings this body's rosters."""
    if not may_roster(duties.access(actor), body):
        raise NotAllowed(_("这家企业的名单不归您导入"))
