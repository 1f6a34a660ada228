"""Friendly meals: the restaurants on a map beside their list, district by district, and who may have them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.selectors.rows import MapPoint
from youlin.apps.offers import catalogue
from youlin.apps.offers.catalogue import Meal
from youlin.doors import maps, offer_words
from youlin.doors.portal.home import district_of
from youlin.doors.portal.offers.services import item_link
from youlin.doors.portal.places.finding import link_of
from youlin.kernel import clock


@require_safe
def meals(request: HttpRequest) -> HttpResponse:
    """The restaurants of a district with what they give; the others a tap away."""
    known = catalogue.districts_with_meals([area.code for area in areas.districts()])
    district = _chosen(request, known)
    if not district:
        return render(request, "portal/nothing.html")
    open_now = request.GET.get("open") == "now"
    found = catalogue.meals(district, open_at=clock.now() if open_now else None)
    cards = [_card(one) for one in found]
    drawn = [_point(one, card) for one, card in zip(found, cards, strict=True)]
    context = {
        "district": areas.get(district),
        "choices": [(code, areas.short_name(code), code == district) for code in known],
        "cards": cards,
        "open_now": open_now,
        "map": maps.picture(district, drawn, link_of),
        "audience": [
            {"name": offer_words.name_of(one), "proof": offer_words.text_of(one, "proof")}
            for one in _audience(found, district)
        ],
        "here": f"{reverse('portal:meals')}?district={district}",
    }
    return render(request, "portal/offers/meals.html", context)


def _chosen(request: HttpRequest, known: list[str]) -> str:
    asked = district_of(request)
    return asked if asked in known else (known[0] if known else asked)


def _card(one: Meal) -> dict[str, Any]:
    shown = next((row for row in one.offers if catalogue.open_now(row, one.place)), one.offers[0])
    card = offer_words.place_card(shown, one.place, link_of(one.place.number))
    card["offers"] = [offer_words.card(row, item_link(row)) for row in one.offers]
    card["street"] = areas.short_name(one.place.area[:9]) if one.place.area else ""
    return card


def _point(one: Meal, card: dict[str, Any]) -> MapPoint:
    state = card["state"]
    title = f"{card['name']} · {state.words}"
    light: Any = state.light if state.light in ("ok", "soon") else "none"
    return MapPoint(
        number=one.place.number, lon=one.place.lon, lat=one.place.lat, light=light, title=title, category=""
    )


def _audience(found: list[Meal], district: str) -> list[catalogue.Word]:
    """Whom any of the meals is for, in the order of the district's kinds."""
    wanted = {word.code for one in found for row in one.offers for word in row.audience}
    return [one for one in catalogue.entitlement_kinds(district) if one.code in wanted]
