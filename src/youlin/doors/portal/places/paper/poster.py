"""The poster of a street, A3 across: its map with numbered points, and beside it and behind what each number is."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.places import paper
from youlin.apps.places.paper import Sheet
from youlin.doors import maps, place_words, qr_codes
from youlin.doors.entrance import visitor
from youlin.doors.portal.places.paper import words
from youlin.doors.portal.places.paper.keeping import kept
from youlin.doors.portal.places.paper.placing import DOT, Badge, labels, place
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

MAP_WIDTH, MAP_HEIGHT = 238.0, 226.0
"""Of the map on the sheet, in millimetres."""
DRAWN = MAP_HEIGHT - 10.0
"""The height that the street takes of it; below stands the scale."""
COLUMN, HEIGHT_FIRST, HEIGHT = 70.0, 226.0, 248.0
"""Width of a column of the list; its height beside the map and on later pages."""
BESIDE, BEHIND = 2, 5
"""Columns beside the map and on a page without it."""
NAME, SMALL = 3.5, 2.9
"""Size of a character in the name and below it, in millimetres; the style sheet says the same."""
INDENT = 12.0
LEADING = 1.32
ENTRY = 2.4
"""What stays free below an entry."""
METRES_PER_DEGREE = 111_195.0
LONGEST_SCALE = 55.0


class Entry(NamedTuple):
    """One place of the list, and how high it stands in a column (millimetres)."""

    number: int
    name: str
    hours: str
    has: str
    where: str
    height: float


@dataclass
class Page:
    """One sheet: columns of the list, the first one with the map beside."""

    columns: list[list[Entry]] = field(default_factory=list)


class Scale(NamedTuple):
    """The bar that says how long a walk is: metres, and millimetres on the sheet."""

    metres: int
    length: float


@require_safe
@visitor("portal")
def poster(request: HttpRequest, actor: Actor, area: str) -> HttpResponse:
    """The poster of a street as it goes to the printer."""
    district = street_of(area)
    context = kept(request, "poster", area, district, lambda: _of_street(request, district, area))
    return render(request, "portal/paper/poster.html", context)


def _of_street(request: HttpRequest, district: str, area: str) -> dict[str, Any]:
    lon, lat = maps.middle(area) or (0.0, 0.0)
    street = paper.of_street(district, area, lon, lat)
    drawn = maps.drawing(area, "community", MAP_WIDTH, DRAWN)
    badges = _badges(street.sheets, drawn.projection)
    address = request.build_absolute_uri(f"{reverse('portal:places')}?district={district}&area={area}")
    pages = _pages(entries(street.sheets, badges))
    return {
        "area": area,
        "name": areas.short_name(area),
        "district_name": areas.short_name(district),
        "pages": pages,
        "badges": [_drawn(one) for one in badges],
        "shapes": drawn.shapes,
        "labels": labels([(one.name, (one.label_x, one.label_y)) for one in drawn.shapes], badges),
        "width": MAP_WIDTH,
        "height": MAP_HEIGHT,
        "scale": scale_of(drawn.projection.ky),
        "total": street.total,
        "left_out": street.total - len(street.sheets),
        "demo": any(one.row.is_demo for one in street.sheets),
        "address": address,
        "code": qr_codes.inline(address),
        "today": clock.today(),
        "shared": any(len(one.members) > 1 for one in badges),
        "back": address,
    }


def street_of(area: str) -> str:
    """The district of a street that there is. Raises `NotFound`."""
    known = area.isascii() and area.isalnum() and areas.live(area)
    found = next((one.code for one in areas.districts() if area.startswith(one.code)), "") if known else ""
    if not found or areas.level(area) != "street":
        raise NotFound(_("没有这个街道"), remedy=_("请从“找地方”里选街道"))
    return found


def _badges(sheets: list[Sheet], projection: Any) -> tuple[Badge, ...]:
    """A number for every place; what lies over the edge of the map is drawn at its edge."""
    points = []
    for sheet in sheets:
        x, y = projection.xy(sheet.row.lon, sheet.row.lat)
        points.append((_within(x, MAP_WIDTH), _within(y, DRAWN)))
    return place(tuple(points), MAP_WIDTH, DRAWN)


def _within(value: float, most: float) -> float:
    return round(min(max(value, 1.0), most - 1.0), 2)


def _drawn(badge: Badge) -> dict[str, Any]:
    """A badge as the SVG needs it."""
    box = badge.box
    return {
        "text": badge.text,
        "x": round(box.left, 2),
        "y": round(box.top, 2),
        "width": round(box.right - box.left, 2),
        "height": round(box.bottom - box.top, 2),
        "middle_x": round((box.left + box.right) / 2, 2),
        "middle_y": round((box.top + box.bottom) / 2, 2),
        "dot": badge.at if badge.aside else None,
        "radius": DOT,
    }


def entries(sheets: list[Sheet], badges: tuple[Badge, ...]) -> list[Entry]:
    """The list in the order of its numbers."""
    return [
        _entry(badge.first + at, sheets[member])
        for badge in badges
        for at, member in enumerate(badge.members)
    ]


def _entry(number: int, sheet: Sheet) -> Entry:
    name = place_words.name_of(sheet.row)
    hours = pgettext("between rules", "；").join(words.hours(sheet))
    has = words.joined([*words.has(sheet), words.wheelchair(sheet)])
    unknown = "" if hours else _("开放时间不详")
    where = words.joined([place_words.name_of(sheet.row.kind), sheet.row.address, unknown])
    width = COLUMN - INDENT
    small = sum(words.lines_of(text, SMALL, width) for text in (hours, has, where))
    height = words.lines_of(name, NAME, width) * NAME * LEADING + small * SMALL * LEADING + ENTRY
    return Entry(number, name, hours, has, where, height)


def _pages(rows: list[Entry]) -> list[Page]:
    """The list cut into columns and pages by what each entry needs at most."""
    pages = [Page([[]])]
    high = 0.0
    for row in rows:
        page = pages[-1]
        first = len(pages) == 1
        if high + row.height > (HEIGHT_FIRST if first else HEIGHT) and page.columns[-1]:
            if len(page.columns) < (BESIDE if first else BEHIND):
                page.columns.append([])
            else:
                pages.append(Page([[]]))
            high = 0.0
        pages[-1].columns[-1].append(row)
        high += row.height
    return pages


def scale_of(millimetres_per_degree: float) -> Scale:
    """The longest round length that fits."""
    per_metre = millimetres_per_degree / METRES_PER_DEGREE
    steps = [step * 10**power for power in range(1, 5) for step in (1, 2, 5)]
    metres = max((step for step in steps if step * per_metre <= LONGEST_SCALE), default=steps[0])
    return Scale(metres, round(metres * per_metre, 2))
