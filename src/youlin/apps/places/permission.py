"""Who may do what with a place: a duty over its area, its organisation, or narrowed to the place itself."""

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Fields
from youlin.apps.places.models import Place
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

FIELDS = Fields(area="area_now", category="", organisation="keeper_id", case="", place="id")


def may(actor: Actor, verb: str, place: Place) -> bool:
    """Whether the actor may do `verb` with this place."""
    return duties.access(actor).may(
        verb, district=place.district, area=place.area_now, organisation=place.keeper_id, place=place.id
    )


def demand(actor: Actor, verb: str, place: Place) -> None:
    """Raise `NotAllowed` unless the actor may do `verb` with this place."""
    if not may(actor, verb, place):
        raise NotAllowed(_("这个地点不归您维护"))
