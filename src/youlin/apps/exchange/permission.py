"""Who may look after what goes out and comes back."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.exchange.acts import MANAGE
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


def may_manage(actor: Actor, district: str) -> bool:
    """Whether the actor looks after the district's exchange."""
    return duties.access(actor).may(MANAGE, district=district, area=district)


def demand(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor looks after the district's exchange."""
    if not may_manage(actor, district):
        raise NotAllowed(_("管理对外交换需要“管理对外交换”的岗位"))


def managed(actor: Actor) -> Sequence[str]:
    """The districts whose exchange the actor looks after."""
    return [code for code in duties.all_districts() if may_manage(actor, code)]
