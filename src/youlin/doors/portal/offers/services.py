"""The catalogue: what there is, whether now, how near; one item with its places; a season's collection."""

from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.offers import catalogue
from youlin.apps.offers.catalogue import OfferRow, Wanted
from youlin.apps.places import hours
from youlin.apps.places.hours import Hours
from youlin.doors import offer_words, place_words
from youlin.doors.portal.home import DISTRICT_COOKIE, district_of
from youlin.doors.portal.places.finding import link_of
from youlin.kernel import clock

MOST_PLACES = 60


def item_link(row: OfferRow) -> str:
    """The page of an offer."""
    return reverse("portal:service", args=[row.number])


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """The catalogue by category; narrowed by words, category, street, now, and near a point."""
    wanted = _wanted(request)
    if not wanted.district:
        return render(request, "portal/nothing.html")
    rows = catalogue.catalogue(wanted)
    found = [
        {
            "name": offer_words.name_of(rows_[0].category) if rows_[0].category else "",
            "icon": offer_words.icon_of(rows_[0].category),
            "cards": [offer_words.card(row, item_link(row)) for row in rows_],
        }
        for _code, group in groupby(rows, key=lambda row: row.category.code if row.category else "")
        if (rows_ := list(group))
    ]
    context = _frame(request, wanted) | {
        "groups": found,
        "total": len(rows),
        "narrowed": bool(wanted.words or wanted.category or wanted.area or wanted.open_at),
        "seasons": [_season(one) for one in catalogue.seasons(wanted.district)],
        "meals": catalogue.districts_with_meals([one.code for one in areas.districts()]),
    }
    response = render(request, "portal/offers/services.html", context)
    if request.COOKIES.get(DISTRICT_COOKIE) != wanted.district:
        response.set_cookie(DISTRICT_COOKIE, wanted.district, max_age=31_536_000, samesite="Lax")
    return response


@require_safe
def service(request: HttpRequest, number: str) -> HttpResponse:
    """One offer: what, for whom, when, how to get it, and where, open places first."""
    district = catalogue.district_of_number([area.code for area in areas.districts()], number)
    row = catalogue.item(district, number)
    here = point_of(request)
    places = catalogue.places_of(row, here, MOST_PLACES)
    context = {
        "card": offer_words.card(row, item_link(row)),
        "row": row,
        "district": areas.get(district),
        "category": offer_words.name_of(row.category or row.kind),
        "places": [
            offer_words.place_card(row, one, link_of(one.number), far=here is not None) for one in places
        ],
        "here": here,
        "days": week(row),
        "audience": [
            {"name": offer_words.name_of(one), "proof": offer_words.text_of(one, "proof")}
            for one in row.audience
        ],
        "seasons": [_season(one) for one in catalogue.seasons_of(row)],
        "is_meal": row.kind.counted == "person",
    }
    return render(request, "portal/offers/service.html", context)


@require_safe
def season(request: HttpRequest, season_id: UUID) -> HttpResponse:
    """A season with its services."""
    district = catalogue.district_of_season([area.code for area in areas.districts()], season_id)
    row, found = catalogue.season(district, season_id)
    context = {
        "season": _season(row),
        "district": areas.get(district),
        "cards": [offer_words.card(one, item_link(one)) for one in found],
    }
    return render(request, "portal/offers/season.html", context)


def point_of(request: HttpRequest) -> tuple[float, float] | None:
    """The point of the address, None where there is none that can be read."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def week(row: OfferRow) -> list[dict[str, Any]]:
    """The week of an offer with hours of its own."""
    if not row.hours:
        return []
    return [
        {
            "name": formats.date_format(one.day, "l"),
            "today": one.day == clock.today(),
            "times": "，".join(f"{start}–{end}" for start, end in one.times),
        }
        for one in hours.week(Hours(row.hours), clock.today())
    ]


def _wanted(request: HttpRequest) -> Wanted:
    asked, district = request.GET, district_of(request)
    area = asked.get("area", "")[:24].replace("\0", "")
    return Wanted(
        district,
        words=asked.get("q", "")[:100].replace("\0", "").strip(),
        category=asked.get("category", "")[:64].replace("\0", ""),
        area=area if area.startswith(district) and area != district and areas.live(area) else "",
        open_at=clock.now() if asked.get("open") == "now" else None,
        here=point_of(request),
    )


def _frame(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    """What one can choose."""
    return {
        "wanted": wanted,
        "open_now": wanted.open_at is not None,
        "district": areas.get(wanted.district),
        "districts": areas.districts(),
        "categories": [(one.code, offer_words.name_of(one)) for one in catalogue.categories(wanted.district)],
        "streets": [(area.code, areas.label(area.code)) for area in areas.children(wanted.district)],
        "everything": f"{reverse('portal:services')}?{urlencode({'district': wanted.district})}",
        "foreign": place_words.foreign(),
    }


def _season(row: catalogue.SeasonRow) -> dict[str, Any]:
    return offer_words.season(row, reverse("portal:season", args=[row.id]))
