"""Today on a phone: what is mine, in the order of its clocks; one main act each. Pages are kept for no network."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import AvailableAct, CaseFilters, CasePage, CaseRow, TimelineEntry
from youlin.apps.duties import selectors as duties
from youlin.apps.offers import counters
from youlin.apps.parties import selectors as parties
from youlin.apps.places.acts import KEEP
from youlin.apps.rewards import selectors as rewards
from youlin.doors import maps, pictures
from youlin.doors.entrance import staff
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor

MOST_MARKS = 9
"""Numbered marks on the small map; more would hide each other."""


MOST_CALLED = 5
"""Cases of others that I was called to, shown above my own."""


@require_safe
@staff("field")
def today(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My cases of today, most urgent first."""
    rows = cases.todays_list(actor)
    holdings = duties.holdings(actor)
    home = _home(holdings)
    context = {
        "tabs": tabs("today", actor),
        "rows": rows,
        "called": cases.inbox(actor, filters=CaseFilters(called=True), size=MOST_CALLED).rows,
        "me": _name(actor),
        "today": clock.local_now(),
        "place": _where(holdings),
        "map": _marked(home, rows),
        "mine": _only(holdings),
    }
    return render(request, "field/today.html", context)


@require_safe
@staff("field")
def case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One case with a form for each act, so that all of it works from the kept page."""
    page = cases.case_page(actor, number)
    return render(request, "field/case.html", case_context(page, actor))


@require_safe
@staff("field")
def grid(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My grids: outline and everything open in them."""
    holdings = duties.holdings(actor)
    home = _home(holdings)
    found = cases.inbox(actor, filters=CaseFilters(), page=1, size=50)
    context = {
        "tabs": tabs("grid", actor),
        "rows": found.rows,
        "total": found.total,
        "map": _marked(home, found.rows),
        "mine": _only(holdings),
        "places": [areas.local_path(code) for code in _areas(holdings)],
    }
    return render(request, "field/grid.html", context)


@require_safe
@staff("field")
def me(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My duties, in words: what, where, and whether I stand in for somebody."""
    listed = [
        {
            "name": holding.kind_name,
            "places": [areas.local_path(code) for code in holding.areas],
            "is_stand_in": holding.is_stand_in,
        }
        for holding in duties.holdings(actor)
    ]
    return render(request, "field/me.html", {"tabs": tabs("me", actor), "duties": listed, "me": _name(actor)})


def tabs(current: str, actor: Actor | None = None) -> list[dict[str, Any]]:
    """The bar under the thumb; places for those who keep some, a counter for hosts."""
    keeps = actor is not None and bool(duties.access(actor).districts(KEEP))
    serves = actor is not None and counters.hosts_any(actor)
    gives = actor is not None and rewards.serves_any(actor)
    entries = (
        ("today", _("今天"), "list", False),
        *((("places", _("地点"), "pin", False),) if keeps else ()),
        *((("offers", _("柜台"), "check", False),) if serves else ()),
        *((("rewards", _("兑换"), "star", False),) if gives else ()),
        ("report", _("上报"), "plus", True),
        ("grid", _("网格"), "grid", False),
        ("me", _("我"), "person", False),
    )
    return [
        {
            "url": reverse(f"field:{name}"),
            "label": label,
            "icon": icon,
            "main": main,
            "current": name == current,
        }
        for name, label, icon, main in entries
    ]


def case_context(page: CasePage, actor: Actor) -> dict[str, Any]:
    """What the case page shows: one form an act, each with a key of its own."""
    row = page.row
    states = {"done": "done", "current": "now", "ahead": "todo"}
    told = [_told(entry) for entry in page.timeline]
    return {
        "tabs": tabs("", actor),
        "detail": page,
        "case": row,
        "steps": [{"label": step.name, "state": states[step.position]} for step in page.steps],
        "acts": [{"act": act, "key": str(ids.uuid7())} for act in page.acts if _fits_a_phone(act)],
        "photos": pictures.each_once(pictures.shown(page.photos), told),
        "place": maps.closer(maps.place(row.area, row.lon, row.lat, row.light)),
        "timeline": told,
    }


def _told(entry: TimelineEntry) -> dict[str, Any]:
    """One entry of the history as `ui/timeline.html` reads it."""
    return {
        "at": entry.at,
        "act": entry.what,
        "who": entry.who,
        "text": entry.text,
        "why": "\n".join(entry.why),
        "photos": pictures.shown(entry.photos),
    }


def _fits_a_phone(act: AvailableAct) -> bool:
    """Acts that need a look at other cases or categories belong to the desk."""
    return act.allowed and not act.asks_category and not act.asks_duplicate


def _home(holdings: Any) -> str:
    """The smallest area that holds all of mine and still has areas in it to draw."""
    return maps.common_prefix(_areas(holdings), smallest="community")


def _areas(holdings: Any) -> list[str]:
    return list(dict.fromkeys(code for holding in holdings for code in holding.areas))


def _where(holdings: Any) -> str:
    """My grid as colleagues say it (community and grid), or the area that holds all of mine."""
    mine = _areas(holdings)
    if len(mine) != 1:
        return areas.short_name(_home(holdings)) if mine else ""
    return areas.local_path(mine[0]).split(" · ", 1)[-1]


def _only(holdings: Any) -> str:
    """My grid when it is one: marked on the map."""
    mine = _areas(holdings)
    return mine[0] if len(mine) == 1 else ""


def _name(actor: Actor) -> str:
    return parties.person_label(actor.person_id, viewer=actor) if actor.person_id else ""


def _marked(home: str, rows: tuple[CaseRow, ...]) -> dict[str, Any] | None:
    """The map with the first cases numbered as they are listed."""
    if not home:
        return None
    drawn = maps.picture(home)
    if drawn is None:
        return None
    projection = areas.projection(home, maps.WIDTH, maps.HEIGHT)
    drawn["points"] = [
        {
            "x": projection.xy(row.lon, row.lat)[0],
            "y": projection.xy(row.lon, row.lat)[1],
            "state": row.light,
            "number": number,
            "label": row.title,
            "href": reverse("field:case", args=[row.number]),
        }
        for number, row in enumerate(rows[:MOST_MARKS], start=1)
        if row.lon is not None and row.lat is not None
    ]
    return drawn
