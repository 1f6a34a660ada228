"""Who keeps shops and rewards of a district, and who gives them at a shop."""

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.rewards.acts import KEEP, SERVE
from youlin.apps.rewards.models import Shop
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


def may_keep(actor: Actor, district: str) -> bool:
    """Whether the actor keeps the district's shops and rewards."""
    return duties.access(actor).may(KEEP, district=district, area=district)


def demand_keep(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor keeps the district's shops and rewards."""
    if not may_keep(actor, district):
        raise NotAllowed(_("奖品不归您维护"))


def may_serve(actor: Actor, shop: Shop) -> bool:
    """Whether the actor gives rewards at this shop."""
    return duties.access(actor).may(
        SERVE,
        district=shop.district,
        area=shop.place.area_now,
        organisation=shop.organisation_id,
        place=shop.place_id,
    )


def demand_serve(actor: Actor, shop: Shop) -> None:
    """Raise `NotAllowed` unless the actor gives rewards at this shop."""
    if not may_serve(actor, shop):
        raise NotAllowed(_("这家商户不归您值守"))
