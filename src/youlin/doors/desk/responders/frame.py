"""What all pages of responders share: the district that is worked on, and the ways between them."""

from typing import Any

from django.http import HttpRequest

from youlin.apps.areas import selectors as areas
from youlin.apps.responders import acts, permission, selectors
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Problem, YoulinError


def district_of(request: HttpRequest, actor: Actor, verb: str) -> str:
    """The district that is worked on, of those where a duty of the actor grants the verb."""
    every = permission.districts(actor, verb)
    asked = request.GET.get("district") or request.POST.get("district", "")
    return asked if asked in every else every[0]


def frame(actor: Actor, district: str, here: str, error: YoulinError | None = None) -> dict[str, Any]:
    """The context of every page: district, tabs, what the actor may do, what is wrong, a key for forms."""
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "here": here,
        "may_call": selectors.may(actor, acts.CALL, district),
        "may_verify": selectors.may(actor, acts.VERIFY, district),
        "may_organise": selectors.may(actor, acts.ORGANISE, district),
        "may_count": permission.may_count(actor, district),
        "problems": error.problems if error else list[Problem](),
        "key": str(ids.uuid7()),
    }


def status_of(error: YoulinError | None) -> int:
    """The status of a page that shows its form, again where something is wrong."""
    return error.status if error else 200
