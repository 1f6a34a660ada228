"""Who may verify a responder, call people out, organise, see the figures."""

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access, Fields
from youlin.apps.responders.acts import CALL, COUNT, ORGANISE, VERIFY
from youlin.apps.responders.models import CallOut, Responder
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

RESPONDER = Fields(area="area_now", category="", organisation="organisation_id", case="")
CALL_OUT = Fields(area="area_now", category="", organisation="", case="")
"""The columns that a scope is compared with."""


def verifies(access: Access, responder: Responder) -> bool:
    """Whether the actor verifies this responder: for the street where they usually are, or for their body."""
    return access.may(
        VERIFY,
        district=responder.district,
        area=responder.area_now,
        organisation=responder.organisation_id,
    )


def calls(access: Access, district: str, area: str) -> bool:
    """Whether the actor calls people out to this area."""
    return access.may(CALL, district=district, area=area)


def demand_calls(actor: Actor, district: str, area: str) -> None:
    """Raise `NotAllowed` unless the actor calls people out to this area."""
    if not calls(duties.access(actor), district, area):
        raise NotAllowed()


def demand_led(actor: Actor, call_out: CallOut) -> None:
    """Raise `NotAllowed` unless this call-out is the actor's to lead."""
    demand_calls(actor, call_out.district, call_out.area_now)


def demand_organises(actor: Actor, district: str, area: str) -> None:
    """Raise `NotAllowed` unless the actor organises service in this area and confirms hours."""
    if not duties.access(actor).may(ORGANISE, district=district, area=area):
        raise NotAllowed()


def districts(actor: Actor, verb: str) -> tuple[str, ...]:
    """The districts in a part of which a duty grants the verb. Raises `NotAllowed` where none does."""
    found = duties.access(actor).districts(verb)
    if not found:
        raise NotAllowed()
    return found


def may_count(actor: Actor, district: str) -> bool:
    """Whether the actor sees the figures of a whole district."""
    return duties.access(actor).may(COUNT, district=district, area=district)
