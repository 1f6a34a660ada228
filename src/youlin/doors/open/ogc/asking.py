"""Reading a question of OGC API – Features. Whatever the standard lets nobody ask is told by its name, in words."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from youlin.doors.open.ogc.features import Asking, Collection
from youlin.doors.open.ogc.features.shapes import DEEPEST, Box
from youlin.kernel.errors import Invalid

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
PAGE = 100
LONGEST = 200
YEARS = range(1900, 2200)
EVERYWHERE = ("f",)
ITEMS = ("f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime")

_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{0,20})?([eE][+-]?\d{1,2})?\Z", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}\Z", re.ASCII)


def check(given: QueryDict, known: Iterable[str]) -> None:
    """Refuse what nobody knows here, what comes twice, and any format but JSON (Requirements 8 and 9 of the core)."""
    allowed = tuple(known)
    for name, values in given.lists():
        shown = name.replace("\0", "")[:LONGEST]
        if name not in allowed:
            raise Invalid(
                _("没有“%(name)s”这个参数") % {"name": shown},
                field=shown,
                remedy=_("可用：%s") % "、".join(allowed),
            )
        if len(values) > 1:
            raise Invalid(_("只能给出一次"), field=name)
        if "\0" in values[0] or len(values[0]) > LONGEST:
            raise Invalid(_("不是合适的值"), field=name)
    if given.get("f", "json") != "json":
        raise Invalid(_("没有这种格式"), field="f", remedy=_("请用 json"))


def items(given: QueryDict, collection: Collection) -> Asking:
    """The question for a collection's items. Raises `Invalid` with the argument that is wrong."""
    check(given, (*ITEMS, *collection.filters))
    for name in ("crs", "bbox-crs"):
        if given.get(name, CRS84) != CRS84:
            raise Invalid(_("只有 CRS84"), field=name, remedy=CRS84)
    if "bbox-crs" in given and "bbox" not in given:
        raise Invalid(_("没有给出 bbox"), field="bbox-crs")
    return Asking(
        box=None if (box := given.get("bbox")) is None else box_of(box),
        span=span_of(given.get("datetime")),
        words=words_of(
            {name: value for name in collection.filters if (value := given.get(name)) is not None}, collection
        ),
        skip=_skip(given, collection.deepest),
        most=min(whole(given, "limit", PAGE, lowest=1, highest=DEEPEST), collection.most),
    )


def _skip(given: QueryDict, deepest: int) -> int:
    """How many to pass over; where a collection is not leafed to its end, how to reach the rest is told."""
    skip = whole(given, "offset", 0, lowest=0, highest=DEEPEST)
    if skip > deepest:
        raise Invalid(
            _("最多翻到第 %(count)d 条") % {"count": deepest},
            field="offset",
            remedy=_("请用 datetime 或 bbox 缩小范围"),
        )
    return skip


def whole(given: QueryDict, name: str, default: int, *, lowest: int, highest: int) -> int:
    """A whole number of the query."""
    text = given.get(name)
    if text is None:
        return default
    if not _WHOLE.match(text) or not lowest <= int(text) <= highest:
        limits = {"lowest": lowest, "highest": highest}
        raise Invalid(_("应为 %(lowest)d 到 %(highest)d 的整数") % limits, field=name)
    return int(text)


def box_of(text: str) -> Box:
    """`west,south,east,north`; heights in a box of six numbers are read and not used.

    A box that crosses the 180th meridian has its west beyond its east, as the standard has it.
    """
    parts = text.split(",")
    degrees = [float(part) for part in parts if _DEGREES.match(part.strip())]
    if len(degrees) != len(parts) or len(parts) not in (4, 6) or not all(map(math.isfinite, degrees)):
        raise _no_box()
    flat = degrees if len(degrees) == 4 else [*degrees[0:2], *degrees[3:5]]
    west, south, east, north = flat
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise _no_box()
    return (west, south, east, north)


def written(asked: Asking, given: QueryDict) -> dict[str, str]:
    """The question as it is handed on: in one way of writing, whatever way it came in."""
    words = {name: str(value) for name, value in given.items()} | {"limit": str(asked.most)}
    return words if asked.box is None else words | {"bbox": ",".join(map(str, asked.box))}


def one_sided(box: Box | None, extent: Box) -> Box | None:
    """Of a box that crosses the 180th meridian the side on which the district lies."""
    if box is None or box[0] <= box[2]:
        return box
    west, south, east, north = box
    return (west, south, 180.0, north) if extent[2] >= west else (-180.0, south, east, north)


def _no_box() -> Invalid:
    return Invalid(_("不是经纬度范围"), field="bbox", remedy=_("西,南,东,北，例如 116.3,39.85,116.4,39.95"))


def span_of(text: str | None) -> tuple[datetime | None, datetime | None]:
    """`datetime` of the core: a moment, or two with `/` between them of which one may be open (`..` or nothing)."""
    if text is None:
        return (None, None)
    first, slash, last = text.partition("/")
    if not slash:
        return (_moment(first, last=False), _moment(first, last=True))
    span = (_bound(first, last=False), _bound(last, last=True))
    if span == (None, None) or (span[0] and span[1] and span[0] > span[1]):
        raise _no_time()
    return span


def _bound(text: str, *, last: bool) -> datetime | None:
    return None if text in ("", "..") else _moment(text, last=last)


def _moment(text: str, *, last: bool) -> datetime:
    """A moment of RFC 3339; a day is its first or its last moment (UTC). A `+` that arrived as blank is put right."""
    try:
        day = parse_date(text)
        found = parse_datetime(text.replace(" ", "+")) if day is None else datetime.combine(day, time(), UTC)
    except ValueError:
        raise _no_time() from None
    if found is None or found.tzinfo is None or found.year not in YEARS:
        raise _no_time()
    return found + timedelta(days=1, microseconds=-1) if day is not None and last else found


def _no_time() -> Invalid:
    remedy = _("例如 2026-01-31T08:00:00Z 或 2026-01-01T00:00:00Z/..")
    return Invalid(_("不是时间"), field="datetime", remedy=remedy)


def words_of(given: Mapping[str, str], collection: Collection) -> dict[str, str]:
    """Properties that are asked for by their value."""
    for name, value in given.items():
        known = collection.filters[name]
        if not value:
            raise Invalid(_("不是合适的值"), field=name)
        if known and value not in known:
            raise Invalid(
                _("没有“%(value)s”这个值") % {"value": value},
                field=name,
                remedy=_("可用：%s") % "、".join(known),
            )
    return dict(given)
