"""Friendly meals: the restaurants as the find page shows places, map beside list, nearest first where one stands."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.selectors.rows import MapPoint
from youlin.apps.offers import catalogue
from youlin.apps.offers.catalogue import Meal
from youlin.apps.places.walking import selectors as walking
from youlin.apps.places.walking.network import Mode
from youlin.doors import maps, offer_words
from youlin.doors.portal.offers.services import item_link
from youlin.doors.portal.places import paths
from youlin.doors.portal.places.asking import Search, search_of
from youlin.doors.portal.places.finding import link_of
from youlin.ui.errors import is_fragment


@require_safe
def meals(request: HttpRequest) -> HttpResponse:
    """The restaurants of a district with what they give, or the list alone where htmx asks for it."""
    search = search_of(request)
    known = catalogue.districts_with_meals([area.code for area in areas.districts()])
    if search.district not in known and known:
        search.district = known[0]
    if not search.district:
        return render(request, "portal/nothing.html")
    cards, answers = _answers(search)
    if is_fragment(request):
        response = render(request, "portal/offers/_meals.html", answers)
        response["HX-Push-Url"] = f"{reverse('portal:meals')}?{search.query()}"
    else:
        response = render(request, "portal/offers/meals.html", answers | _frame(search, cards, known))
    patch_vary_headers(response, ("HX-Request",))
    return response


def _answers(search: Search) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The restaurants as cards; what the list says."""
    way: Mode | None = None if search.here is None else "ride" if search.ride else "walk"
    found = catalogue.meals(search.asked(), search.words, by=way)
    cards = [_card(one, far=search.here is not None) for one in found]
    address = f"{reverse('portal:meals')}?"
    return cards, {
        "search": search,
        "district": areas.get(search.district),
        "cards": cards,
        "problems": [one for one in search.problems if one.field in ("lon", "at")],
        "audience": [
            {"name": offer_words.name_of(one), "proof": offer_words.text_of(one, "proof")}
            for one in _audience(found, search.district)
        ],
        "everything": f"{address}district={search.district}",
        "nowhere": address + search.query(lon=None, lat=None),
        **paths.told(search, [one.place for one in found]),
    }


def _frame(search: Search, cards: list[dict[str, Any]], known: list[str]) -> dict[str, Any]:
    """What stands around the list: the map as it is first drawn, and what one can choose."""
    return {
        "search_page": "portal:meals",
        "choices": [(code, areas.short_name(code)) for code in known],
        "map": maps.picture(search.district, [_point(card) for card in cards], link_of),
        "has_streets": walking.streets_of(search.district) is not None,
    }


def _card(one: Meal, *, far: bool) -> dict[str, Any]:
    shown = next((row for row in one.offers if catalogue.open_now(row, one.place)), one.offers[0])
    card = offer_words.place_card(shown, one.place, link_of(one.place.number), far=far)
    card["icon"] = "star"
    card["offers"] = [offer_words.card(row, item_link(row)) for row in one.offers]
    card["street"] = areas.short_name(one.place.area[:9]) if one.place.area else ""
    return card


def _point(card: dict[str, Any]) -> MapPoint:
    place, state = card["row"], card["state"]
    light: Any = state.light if state.light in ("ok", "soon") else "none"
    title = f"{card['name']} · {state.words}"
    return MapPoint(number=place.number, lon=place.lon, lat=place.lat, light=light, title=title, category="")


def _audience(found: list[Meal], district: str) -> list[catalogue.Word]:
    """Whom any of the meals is for, in the order of the district's kinds."""
    wanted = {word.code for one in found for row in one.offers for word in row.audience}
    return [one for one in catalogue.entitlement_kinds(district) if one.code in wanted]
