"""The page of a place: open today and this week, what it has, how to get there, and two taps to say what is not so."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import services
from youlin.apps.places import navigation
from youlin.apps.places import selectors as places
from youlin.apps.places.hours import DayHours
from youlin.apps.places.models.place import PROFILES
from youlin.apps.places.models.voices import SAYINGS
from youlin.apps.places.selectors import PlacePage
from youlin.doors import maps, pace, place_photos, place_words, qr_codes
from youlin.doors.entrance import visitor
from youlin.doors.portal.offers.given import given
from youlin.doors.portal.places import entrances
from youlin.doors.portal.places.finding import link_of
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem, TooMany
from youlin.ui.errors import wants_json

PROFILE_NAMES = {"wheelchair": _lazy("轮椅"), "low_vision": _lazy("低视力"), "pram": _lazy("婴儿车")}
LEVEL_NAMES = {
    "yes": ("ok", _lazy("能用")),
    "limited": ("soon", _lazy("部分能用")),
    "no": ("late", _lazy("不能用")),
}


@gzip_page
@require_safe
@visitor("portal")
def place(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What is told of a place, and after a word about it what became of that."""
    return _page(request, actor, number)


@never_cache
@require_POST
@visitor("portal")
def say(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Closed, moved, wrong, broken, thanks: heard once however often it is sent."""
    try:
        pace.demand(request, actor)
        said = services.say_at_place(
            actor=actor,
            district=_district(number),
            number=number.upper(),
            saying=request.POST.get("saying", ""),
            speaker=pace.speaker(request, actor),
        )
    except (Invalid, Conflict, TooMany) as error:
        if wants_json(request):
            raise
        return _page(request, actor, number, problems=error.problems, status=error.status)
    address = f"{link_of(number.upper())}?said={said.voice.saying}"
    if said.receipt is not None:
        address += f"&case={said.receipt.number}&t={said.receipt.token}"
    if wants_json(request):
        return JsonResponse({"receipt": address, "number": said.voice.case}, status=201)
    return HttpResponseRedirect(f"{address}#said")


@require_safe
@visitor("portal")
def qr(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The address of a place as a QR code, for its door."""
    page = places.place_page(actor, _district(number), number.upper())
    address = request.build_absolute_uri(link_of(page.row.number))
    return HttpResponse(qr_codes.svg(address), content_type="image/svg+xml")


def _district(number: str) -> str:
    return places.district_of_number([area.code for area in areas.districts()], number.upper())


def _page(
    request: HttpRequest,
    actor: Actor,
    number: str,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = places.place_page(actor, _district(number), number.upper())
    row = page.row
    state = place_words.state_of(row)
    drawn = maps.place(row.area, row.lon, row.lat, state.light if state.open else "none")
    instead = [] if state.open else places.nearby_instead(page)
    found = entrances.ways(page)
    context = {
        "page": page,
        "row": row,
        "name": place_words.name_of(row),
        "kind": place_words.name_of(row.kind),
        "icon": place_words.icon_of(row.kind),
        "state": state,
        "confirmed": place_words.confirmed(row),
        "crowding": str(place_words.CROWDING.get(row.crowding, "")),
        "area_path": areas.local_path(row.area),
        "description": page.description_en if _foreign(page) else page.description,
        "days": [_day(one) for one in page.week],
        "today": _today(page),
        "accessibility": _accessibility(page),
        "facilities": [(has, place_words.name_of(has)) for has in row.facilities],
        "lendables": [(place_words.name_of(one), one) for one in page.lendables],
        "ways": navigation.ways(row.lon, row.lat, row.name),
        "picture": maps.closer(drawn),
        "entrances": found,
        "closeup": entrances.picture(row, found),
        "photos": place_photos.shown(row.district, row.id, row.number),
        "instead": [place_words.card(one, link_of(one.number), far=True) for one in instead],
        "points": [place_words.card(one, link_of(one.number)) for one in page.points],
        "given": given(row),
        "sayings": SAYINGS,
        "said": _said(request),
        "key": str(ids.uuid7()),
        "problems": problems or [],
        "address": request.build_absolute_uri(link_of(row.number)),
    }
    return render(request, "portal/places/place.html", context, status=status)


def _foreign(page: PlacePage) -> bool:
    return bool(page.description_en) and place_words.foreign()


def _said(request: HttpRequest) -> dict[str, str] | None:
    """What was said a moment ago, with where to follow it."""
    saying = request.GET.get("said", "")
    if saying not in dict(SAYINGS):
        return None
    number, token = request.GET.get("case", "")[:32], request.GET.get("t", "")[:128]
    track = f"{reverse('portal:track-case', args=[number])}?t={token}" if number and token else ""
    return {"saying": saying, "words": str(dict(SAYINGS)[saying]), "number": number, "track": track}


def _today(page: PlacePage) -> str:
    return _times(page.week[0]) if page.week and not page.week[0].whole else ""


def _day(one: DayHours) -> dict[str, Any]:
    """A day of the week in words."""
    mark = _("节假日") if one.holiday else _("调休上班") if one.makeup else ""
    return {
        "name": _("今天") if one.day == clock.today() else formats.date_format(one.day, "l"),
        "date": f"{one.day:%m-%d}",
        "times": _times(one),
        "mark": mark,
        "today": one.day == clock.today(),
    }


def _times(one: DayHours) -> str:
    if one.whole:
        return _("全天开放")
    times = [f"{start}–{_clock(end)}" for start, end in one.times]
    times += [_("%(start)s–%(end)s（不一定）") % {"start": a, "end": _clock(b)} for a, b, _why in one.maybe]
    return "，".join(times) if times else _("不开放")


def _clock(time: str) -> str:
    """A time of the next day as people say it."""
    hours, minutes = int(time[:2]), time[3:]
    return (
        _("次日 %(time)s") % {"time": f"{hours - 24:02}:{minutes}"}
        if hours >= 24 and time != "24:00"
        else time
    )


def _accessibility(page: PlacePage) -> list[dict[str, Any]]:
    """For each profile how far it can be used and what falls short; nobody has looked where nothing is told."""
    found = []
    for profile in PROFILES:
        said = page.accessibility.get(profile, {})
        light, words = LEVEL_NAMES.get(said.get("level", ""), ("none", _("没有人看过")))
        found.append(
            {
                "name": str(PROFILE_NAMES[profile]),
                "light": light,
                "words": str(words),
                "note": said.get("note", ""),
            }
        )
    return found
