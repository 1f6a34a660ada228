"""Who may issue, check and see codes: the duty that the kind names, over the holder's area or body."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.passes.acts import CHECK
from youlin.apps.passes.models import PassKind
from youlin.apps.places.models import Place
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


def may_issue(actor: Actor, kind: PassKind, *, area: str = "", organisation: UUID | None = None) -> bool:
    """Whether the actor issues codes of this kind there, or for this body."""
    return duties.access(actor).may(
        kind.issue_verb, district=kind.district, area=area or kind.district, organisation=organisation
    )


def demand_issue(actor: Actor, kind: PassKind, *, area: str = "", organisation: UUID | None = None) -> None:
    """Raise `NotAllowed` unless the actor issues codes of this kind there, or for this body."""
    if not may_issue(actor, kind, area=area, organisation=organisation):
        raise NotAllowed(_("“%(name)s”不归您签发") % {"name": kind.name})


def may_check(actor: Actor, district: str, place: Place | None = None, verb: str = CHECK) -> bool:
    """Whether the actor checks codes at this place; without one, anywhere in the district."""
    access = duties.access(actor)
    if place is None:
        return actor.kind == "system" or district in access.districts(verb)
    return access.may(
        verb, district=district, area=place.area_now, organisation=place.keeper_id, place=place.id
    )


def demand_check(actor: Actor, district: str, place: Place | None = None) -> None:
    """Raise `NotAllowed` unless the actor checks codes there."""
    if not may_check(actor, district, place):
        raise NotAllowed(_("您没有查验码证的岗位"), remedy=_("请联系所在单位或街道"))


def checks_any(actor: Actor, verbs: Iterable[str] = (CHECK,)) -> tuple[str, ...]:
    """The districts where the actor checks anything."""
    access = duties.access(actor)
    return tuple(sorted({one for verb in verbs for one in access.districts(verb)}))
