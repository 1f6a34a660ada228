"""People with duties in several districts look at one of them, or at all; everybody else notices nothing of it.

The choice is kept in the session and checked at every request against the duties held then. Lists, counts, maps and
exports follow it; one case that somebody opens by its number is shown wherever it lies.
"""

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.kernel.actors import Actor
from youlin.ui.context import DISTRICT_KEY

ALL = "all"
FOLLOWING = ("desk", "field", "hotline")
"""Doors whose lists follow the choice. In the cockpit the address says which area is looked at."""


@dataclass(frozen=True)
class Choice:
    """One district of the switch, or all."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True)
class Switch:
    """What the switch shows, and where it comes back to."""

    now: str
    choices: tuple[Choice, ...]
    next: str


def look_at(request: HttpRequest, access: Access, *, one_case: bool = False) -> Actor:
    """The actor as they look at the district of their choice; puts the switch on the request if there is a choice."""
    actor = access.actor
    held = held_in(access)
    if len(held) < 2:
        return actor
    chosen = chosen_of(request, access)
    names = {code: areas.short_name(code) for code in held}
    choices = (
        Choice(ALL, _("全部"), not chosen),
        *(Choice(code, name, code == chosen) for code, name in names.items()),
    )
    door = f"/{actor.via}/" if actor.via in ("desk", "field", "cockpit") else "/desk/"
    next_page = door if one_case or actor.via == "cockpit" else request.get_full_path()
    shown = names.get(chosen, _("全部"))
    request.districts = Switch(shown, choices, next_page)  # type: ignore[attr-defined]
    if one_case or actor.via not in FOLLOWING:
        return actor
    return replace(actor, district=chosen)


def narrowed(request: HttpRequest, actor: Actor) -> Actor:
    """The actor as they look at the chosen district, for lists beside a case that is shown wherever it lies."""
    if getattr(request, "districts", None) is None:
        return actor
    return replace(actor, district=chosen_of(request, duties.access(replace(actor, district=""))))


def chosen_of(request: HttpRequest, access: Access) -> str:
    """The district chosen in this session if it is still theirs; else where their duty is, "" for all.

    Whoever holds a duty over a city begins with all of its districts, others with the first they hold a duty in.
    """
    held = held_in(access)
    asked = str(request.session.get(DISTRICT_KEY, ""))
    if asked == ALL:
        return ""
    if asked in held:
        return asked
    over_all = any(len(code) < len(one.district) for one in access.held for code in one.areas)
    home = str(getattr(request.user, "home_district", ""))
    return "" if over_all else home if home in held else held[0]


def held_in(access: Access) -> tuple[str, ...]:
    """The districts in which somebody holds a duty, by code."""
    return tuple(sorted({one.district for one in access.held}))


def name_of(code: str) -> str:
    """An area by its names from the district down; a city, which an installation of one need not know by name."""
    return path if (path := areas.name_path(code)) != code else _("全市")


def path_of(code: str) -> str:
    """The same without the district; empty for a district itself, as for a city."""
    return path if (path := areas.local_path(code)) != code else ""
