"""Whose lists they are: filters, runs, exports and sheets belong to one person in duty."""

from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import permission
from youlin.apps.duties.selectors import Access
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


def person_of(actor: Actor) -> UUID:
    """The person who acts. Raises `NotAllowed` for the system, machines and visitors."""
    if actor.person_id is None:
        raise NotAllowed(_("这里只给在岗的人用"))
    return actor.person_id


def districts(access: Access) -> list[str]:
    """Where the actor's own records may lie: the districts of their duties."""
    return sorted({one.district for one in access.held})


def home(access: Access) -> str:
    """The district in which the actor's own records are kept: the first in which they read cases."""
    found = access.districts(permission.READ)
    if not found:
        raise NotAllowed(_("这需要看案件的岗位"))
    return found[0]
