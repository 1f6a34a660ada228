"""Who proposes targets, who approves them, who sees them."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.access import Fields
from youlin.apps.duties.selectors import Access
from youlin.apps.indicators.targets.acts import APPROVE, PROPOSE
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

READ = "cockpit.read"
FIELDS = Fields(area="area", category="", organisation="", case="")


def may_propose(access: Access, district: str, area: str) -> bool:
    """Whether the actor proposes targets for the area."""
    return access.may(PROPOSE, district=district, area=area)


def demand_propose(actor: Actor, district: str, area: str) -> None:
    """Raise `NotAllowed` unless the actor proposes targets for the area."""
    if not may_propose(duties.access(actor), district, area):
        raise NotAllowed(_("这个区域的目标不归您提出"))


def may_decide(access: Access, district: str, area: str, proposed_by: UUID | None) -> bool:
    """Whether the actor approves or refuses what somebody else proposed for the area."""
    own = access.actor.person_id is not None and access.actor.person_id == proposed_by
    return not own and access.may(APPROVE, district=district, area=area)


def demand_decide(actor: Actor, district: str, area: str, proposed_by: UUID | None) -> None:
    """Raise `NotAllowed` unless the actor decides, and did not propose it."""
    if actor.person_id is not None and actor.person_id == proposed_by:
        raise NotAllowed(_("自己提出的目标要由另一位同事批准"))
    if not may_decide(duties.access(actor), district, area, proposed_by):
        raise NotAllowed(_("这个区域的目标不归您批准"))


def seen(actor: Actor) -> Q:
    """The targets that the actor may see: over areas whose figures they see, propose for or approve."""
    access = duties.access(actor)
    return (
        access.scope(READ, fields=FIELDS)
        | access.scope(PROPOSE, fields=FIELDS)
        | access.scope(APPROVE, fields=FIELDS)
    )


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts in which the actor sees targets. Raises `NotAllowed` where there is none."""
    access = duties.access(actor)
    found = {code for verb in (READ, PROPOSE, APPROVE) for code in access.districts(verb)}
    if not found:
        raise NotAllowed()
    return tuple(sorted(found))
