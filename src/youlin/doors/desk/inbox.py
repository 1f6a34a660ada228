"""The inbox: what waits, in the order of its clocks, with filters, map and the sidebar's counts."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.lists import selectors as lists
from youlin.apps.cases.selectors.rows import CaseRow, MapPoint
from youlin.apps.duties import selectors as duties
from youlin.doors import districts, maps
from youlin.doors.desk import filtering
from youlin.doors.desk.filtering import ARRIVED, ORDERS, VIEW_KEYS, VIEWS
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.ui.paging import known_page

PAGE_SIZE = 30
DESK_VERB = "case.read"
KEPT = ("filter", "view", "area", "light", "due", "state", "channel", "from", "to", "archived", "show")
"""What stays chosen when a search or another filter is sent."""


@require_safe
@staff("desk")
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list with sidebar and map; without words, the filter with which the person wants to begin."""
    if not request.GET and (first := lists.default_filter(actor)) is not None:
        return HttpResponseRedirect(f"{reverse('desk:inbox')}?filter={first}")
    return render(request, "desk/inbox.html", page_context(request, actor))


@require_safe
@staff("desk")
def rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list alone, for the page that refreshes itself; unchanged since the last look answers 304."""
    context = list_context(request, actor)
    seen = [(row.number, row.version, row.light) for row in context["page"].object_list]
    tag = hashlib.sha256(repr((seen, context["page"].paginator.count)).encode()).hexdigest()[:32]
    if request.headers.get("If-None-Match") == f'"{tag}"':
        return HttpResponse(status=304)
    response = render(request, "desk/_rows.html", context)
    response["ETag"] = f'"{tag}"'
    return response


@require_safe
@staff("desk")
def points(request: HttpRequest, actor: Actor) -> JsonResponse:
    """The cases of the present filter in a part of the map: points, or clusters where they are many."""
    asked = filtering.asked_in(request, actor).filters
    found = cases.map_view(actor, filters=asked, box=maps.box_of(request))
    base = case_base()
    return JsonResponse(maps.points_geojson(found.points, lambda number: f"{base}{number}/", found.clusters))


@require_safe
@staff("desk")
def areas_geojson(request: HttpRequest, actor: Actor) -> JsonResponse:
    """The streets of the actor's districts as the base map."""
    return maps.areas_response(request, home_of(actor))


def home_of(actor: Actor) -> str:
    """The smallest area that holds all the actor reads, not below a street: what the desk's map shows."""
    prefixes = duties.access(actor).areas(DESK_VERB)
    return maps.common_prefix(prefixes)


def list_context(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the list needs: rows, page, filters. It shows the district that is looked at, also beside a case."""
    actor = districts.narrowed(request, actor)
    asked = filtering.asked_in(request, actor)
    found = cases.inbox(actor, filters=asked.filters, page=asked.form.page(), size=PAGE_SIZE)
    page = known_page(found.rows, number=found.number, size=found.size, total=found.total)
    home = home_of(actor)
    return {
        "form": asked.form,
        "filters": asked.filters,
        "view": asked.view,
        "saved": asked.saved,
        "kept_query": asked.query,
        "is_filtered": bool(asked.query),
        "page": page,
        "total_is_capped": found.total_is_capped,
        "home": home,
        "home_name": districts.name_of(home) if home else "",
        "home_path": districts.path_of(home) if home else "",
        "reads": duties.access(actor).holds_any(DESK_VERB),
        "query": request.GET.urlencode(),
        "case_base": case_base(),
    }


def case_base() -> str:
    """What comes before a case's number in its address: made once, not for every row."""
    return reverse("desk:case", args=["0"]).removesuffix("0/")


def _points(rows: Iterable[CaseRow]) -> Iterator[MapPoint]:
    """What is drawn with the page: the cases of the list beside; the live map then asks for all."""
    for row in rows:
        if row.lon is not None and row.lat is not None:
            yield MapPoint(row.number, row.lon, row.lat, row.light, row.title, row.category)


def page_context(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """The list and everything around it."""
    actor = districts.narrowed(request, actor)
    context = list_context(request, actor)
    counts = cases.counts(actor)
    home, filters = context["home"], context["filters"]
    numbers = {
        "mine": counts.mine,
        "soon": counts.soon,
        "late": counts.late,
        "unassigned": counts.unassigned,
        "duplicates": counts.possible_duplicates,
    }
    access = duties.access(actor)
    categories, base = _categories(access.districts(DESK_VERB)), context["case_base"]
    drawn = maps.picture(home, _points(context["page"].object_list), lambda number: f"{base}{number}/")
    return context | {
        "categories": categories,
        "category_name": dict(categories).get(filters.category, filters.category),
        "area_name": areas.short_name(filters.area) if filters.area else "",
        "orders": ORDERS,
        "kept": [(name, value) for name in KEPT for value in request.GET.getlist(name) if value],
        "by_map": request.GET.get("show") == "map",
        "counts": counts,
        "sides": [
            {"code": code, "label": label, "key": VIEW_KEYS[code], "count": numbers.get(code)}
            for code, (label, _f) in VIEWS.items()
            if code != ARRIVED or len(duties.all_districts()) > 1
        ],
        "children": _children(home, drawn),
        "map": drawn,
        "may_take_calls": bool(access.districts("case.file")),
        "may_import": bool(access.districts("case.import")),
        "may_keep_places": any(
            access.may("place.keep", district=one, area=one) for one in access.districts("place.keep")
        ),
        "may_keep_linkage": bool(access.districts("linkage.keep")),
        "may_call_responders": bool(access.districts("responder.call")),
        "may_consult": bool(access.districts("linkage.consult")),
        "has_tasks": any(one.kind_code in TASKS_BY for one in access.held),
        "may_keep_offers": bool(access.districts("offer.keep")),
        "may_read_points": bool(access.districts("ledger.read")),
        "may_see_targets": access.holds_any("cockpit.read", "target.propose", "target.approve"),
        "holdings": access.held,
        "me": _own_name(request),
    }


TASKS_BY = ("linkage_coordinator", "task_owner")
"""The kinds of duty whose holders find the task list beside their inbox."""


def _children(home: str, drawn: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Code and name of the areas below, as the map has drawn them already."""
    shapes = drawn["areas"] if drawn else ()
    return sorted((shape.code, shape.name) for shape in shapes if shape.code != home)


def _own_name(request: HttpRequest) -> str:
    """One's own name, which nobody masks."""
    person = getattr(request.user, "person", None)
    return str(person.name if person and person.name else request.user)


def _categories(districts: tuple[str, ...]) -> list[tuple[str, str]]:
    """The classes of the categories in the first of the actor's districts, the broader ones first."""
    rows = cases.categories(districts[0], reportable_only=False) if districts else ()
    return [(row.code, row.name) for row in rows if not row.is_leaf]
