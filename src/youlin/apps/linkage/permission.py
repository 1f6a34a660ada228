"""Who keeps which body, and who may plan consultations and set tasks."""

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.apps.linkage import acts, words
from youlin.apps.parties.models import Organisation
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

MANAGE = "duty.manage"


def keeps(access: Access, body: Organisation) -> bool:
    """Whether the actor keeps this body: a duty over its street, or over this body there."""
    return access.may(
        acts.KEEP, district=body.district, area=body.area or body.district, organisation=body.id
    )


def demand_keeps(actor: Actor, body: Organisation) -> None:
    """Raise `NotAllowed` unless the actor keeps the body."""
    if not keeps(duties.access(actor), body):
        raise NotAllowed()


def posts(access: Access, body: Organisation) -> bool:
    """Whether the actor gives the post of those who answer for this body on its own side: whoever keeps the body and
    may themselves do all that the post grants there, or fills the posts of its street."""
    if not keeps(access, body):
        return False
    district, area = body.district, body.area or body.district
    if access.may(MANAGE, district=district, area=area):
        return True
    granted: list[str] = next((one.verbs for one in duties.kinds(district) if one.code == words.ANSWERER), [])
    return bool(granted) and all(
        access.may(verb, district=district, area=area, organisation=body.id) for verb in granted
    )


def demand_posts(actor: Actor, body: Organisation) -> None:
    """Raise `NotAllowed` unless the actor gives this post."""
    if not posts(duties.access(actor), body):
        raise NotAllowed(_("这个岗位不归您定"))


def demand(actor: Actor, verb: str, district: str, area: str = "") -> None:
    """Raise `NotAllowed` unless a duty grants the verb over the area, or the whole district."""
    if not duties.access(actor).may(verb, district=district, area=area or district):
        raise NotAllowed()


def districts(actor: Actor, verb: str) -> tuple[str, ...]:
    """The districts in a part of which a duty grants the verb. Raises `NotAllowed` where none does."""
    found = duties.access(actor).districts(verb)
    if not found:
        raise NotAllowed()
    return found
