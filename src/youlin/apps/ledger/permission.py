"""Who may do what with the books of a district: keep them, read them, close their periods."""

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.ledger.acts import CLOSE, KEEP, READ
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


def may(actor: Actor, verb: str, district: str) -> bool:
    """Whether the actor's duties grant a verb over the district's books."""
    return duties.access(actor).may(verb, district=district, area=district)


def demand_keep(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor keeps the books of the district."""
    if not may(actor, KEEP, district):
        raise NotAllowed(_("账本不归您管理"))


def demand_read(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor may see all accounts of the district."""
    if not may(actor, READ, district):
        raise NotAllowed(_("您不能查看这些账户"))


def demand_close(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor closes the periods of the district."""
    if not may(actor, CLOSE, district):
        raise NotAllowed(_("结账不归您办理"))
