"""A sheet for the door, A4: what the place is, when it is open, what it has, and a code that leads to all the rest."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.places import paper
from youlin.apps.places import selectors as places
from youlin.apps.places.models.place import PROFILES
from youlin.apps.places.paper import Sheet
from youlin.doors import maps, place_words, qr_codes
from youlin.doors.entrance import visitor
from youlin.doors.portal.places.page import LEVEL_NAMES, PROFILE_NAMES
from youlin.doors.portal.places.paper import words
from youlin.doors.portal.places.paper.keeping import kept
from youlin.doors.portal.places.paper.poster import street_of
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

MOST_THINGS = 18
"""So many things stand on a sheet; the others are told by their number."""
LONG_NAME, LONG_HOURS = 16, 4
"""From so many characters, or lines, they are set smaller."""


@require_safe
@visitor("portal")
def door(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The sheet of one place."""
    district = places.district_of_number([area.code for area in areas.districts()], number.upper())
    sheet = paper.one(actor, district, number.upper())
    back = reverse("portal:place", args=[sheet.row.number])
    context = _paper(request, [sheet], title=place_words.name_of(sheet.row), back=back)
    return render(request, "portal/paper/doors.html", context)


@require_safe
@visitor("portal")
def doors(request: HttpRequest, actor: Actor, area: str) -> HttpResponse:
    """The sheets of all places of a street, by name, in one document."""
    district = street_of(area)
    context = kept(request, "doors", area, district, lambda: _of_street(request, district, area))
    return render(request, "portal/paper/doors.html", context)


def _of_street(request: HttpRequest, district: str, area: str) -> dict[str, Any]:
    lon, lat = maps.middle(area) or (0.0, 0.0)
    street = paper.of_street(district, area, lon, lat)
    if not street.sheets:
        raise NotFound(_("这个街道还没有登记友好地点"), remedy=_("登记以后再来打印"))
    sheets = sorted(street.sheets, key=lambda one: (one.row.name, one.row.number))
    back = f"{reverse('portal:places')}?district={district}&area={area}"
    return _paper(request, sheets, title=areas.short_name(area), back=back)


def _paper(request: HttpRequest, sheets: list[Sheet], *, title: str, back: str) -> dict[str, Any]:
    return {
        "title": title,
        "back": back,
        "sheets": [_sheet(request, one) for one in sheets],
        "today": clock.today(),
    }


def _sheet(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    row = sheet.row
    address = request.build_absolute_uri(reverse("portal:place", args=[row.number]))
    name, hours, things = place_words.name_of(row), words.hours(sheet), words.has(sheet)
    return {
        "row": row,
        "name": name,
        "other_name": row.name if name == row.name_en else row.name_en,
        "small_name": words.lines_of(name, 1.0, LONG_NAME) > 1,
        "tiny_name": words.lines_of(name, 1.0, LONG_NAME) > 3,
        "kind": place_words.name_of(row.kind),
        "icon": place_words.icon_of(row.kind),
        "hours": hours,
        "small_hours": len(hours) > LONG_HOURS or sum(map(len, hours)) > 80,
        "has": things[:MOST_THINGS],
        "more": max(0, len(things) - MOST_THINGS),
        "access": _access(sheet),
        "step_free": words.joined([words.joined([one.name, one.note]) for one in sheet.step_free[:3]]),
        "phone": sheet.phone,
        "area_path": areas.local_path(row.area),
        "address": address,
        "code": qr_codes.inline(address),
    }


def _access(sheet: Sheet) -> list[str]:
    """For each profile that somebody looked at, how far it can be used and what falls short."""
    found = []
    for profile in PROFILES:
        said = sheet.accessibility.get(profile, {})
        if said.get("level") in LEVEL_NAMES:
            how = _("%(who)s：%(how)s") % {
                "who": PROFILE_NAMES[profile],
                "how": LEVEL_NAMES[said["level"]][1],
            }
            found.append(words.joined([how, str(said.get("note", ""))[:60]]))
    return found
