"""What all pages of linkage share: the district that is worked on, and the ways between them."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.linkage import acts, permission, selectors
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem


def district_of(request: HttpRequest, actor: Actor, verb: str) -> str:
    """The district that is worked on, of those where a duty of the actor grants the verb."""
    every = permission.districts(actor, verb)
    asked = request.GET.get("district") or request.POST.get("district", "")
    return asked if asked in every else every[0]


def day_in(text: str, field: str) -> date:
    """A day as a form sends it. Raises `Invalid` naming the field."""
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("请选一个日期"), field=field, remedy=_("例如 2026-12-31"))
    return found


def status_of(error: Invalid | Conflict | None) -> int:
    """The status of a page that shows its form, again where something is wrong."""
    return 200 if error is None else 422 if isinstance(error, Invalid) else error.status


def frame(actor: Actor, district: str, here: str) -> dict[str, Any]:
    """The context of every page: district, tabs, what the actor may do, a key for forms."""
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "here": here,
        "may_keep_all": selectors.may_everything(actor, acts.KEEP, district),
        "may_consult": selectors.may_everything(actor, acts.CONSULT, district),
        "may_task": selectors.may_everything(actor, acts.TASK, district),
        "problems": list[Problem](),
        "key": str(ids.uuid7()),
    }
