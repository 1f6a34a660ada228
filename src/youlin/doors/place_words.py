"""Places in words: whether one is open and until when, how far it is, who confirmed it. The same for every door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.places.hours import Standing
from youlin.apps.places.selectors import Out, PlaceRow
from youlin.apps.places.telling import Has, Word
from youlin.kernel import clock
from youlin.ui import icons

SOON = timedelta(minutes=30)
"""Who comes now may stand before a closed door."""

CROWDING = {"free": _lazy("空闲"), "busy": _lazy("较忙"), "full": _lazy("已满")}


@dataclass(frozen=True)
class State:
    """How a place stands: `light` as maps and lists draw it, `words` for people."""

    light: str
    words: str
    open: bool | None


def name_of(one: PlaceRow | Word | Has | Out) -> str:
    """The name in the reader's language, the Chinese one where there is no other."""
    return one.name_en if foreign() and one.name_en else one.name


def icon_of(word: Word) -> str:
    """The icon of a kind, a pin where it names none that there is."""
    return word.icon if word.icon in icons.drawings() else "pin"


def state_of(row: PlaceRow, at: datetime | None = None) -> State:
    """Open, about to close, closed or unknown, with the next change; at a moment, now if none is given."""
    if row.closure:
        return State("late", _("临时关闭：%(reason)s") % {"reason": row.closure}, False)
    if row.standing is None or row.standing.state == "unknown":
        return State("none", _("开放时间不详"), None)
    moment = at or clock.now()
    if row.standing.state == "open":
        return _open(row.standing, moment, told_now=at is None)
    return State("none", _closed(row.standing, moment), False)


def _open(standing: Standing, moment: datetime, *, told_now: bool) -> State:
    if standing.until is None:
        return State("ok", _("全天开放"), True)
    left = standing.until - moment
    if told_now and left <= SOON:
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        return State("soon", _("%(n)s 分钟后关门") % {"n": minutes}, True)
    return State("ok", _("开到 %(time)s") % {"time": moment_of(standing.until, moment)}, True)


def _closed(standing: Standing, moment: datetime) -> str:
    if standing.until is None:
        return _("近期不开放")
    return _("已关门，%(time)s 开门") % {"time": moment_of(standing.until, moment)}


def moment_of(at: datetime, since: datetime) -> str:
    """A time of day; the day as well unless it is the same, tomorrow or within the week in words."""
    local, day = timezone.localtime(at), timezone.localtime(since).date()
    days = (local.date() - day).days
    time = f"{local:%H:%M}"
    if days == 0:
        return time
    if days == 1:
        return _("24:00") if time == "00:00" else _("明天 %(time)s") % {"time": time}
    if days < 7:
        return f"{formats.date_format(local, 'l')} {time}"
    return f"{formats.date_format(local, 'm-d')} {time}"


def distance(metres: float | None, way: str = "") -> str:
    """How far, and what that is: on foot, by bicycle, or a straight line; to ten metres below a kilometre."""
    if metres is None:
        return ""
    near = metres < 995
    how_far = {"n": max(10, round(metres / 10) * 10)} if near else {"n": f"{metres / 1000:.1f}"}
    if way == "walk":
        return (_("步行 %(n)s 米") if near else _("步行 %(n)s 公里")) % how_far
    if way == "ride":
        return (_("骑行 %(n)s 米") if near else _("骑行 %(n)s 公里")) % how_far
    return (_("直线 %(n)s 米") if near else _("直线 %(n)s 公里")) % how_far


def confirmed(row: PlaceRow) -> str:
    """When it was last confirmed and by what."""
    if row.confirmed_at is None or not row.confirmed_how:
        return _("尚未核实")
    days = (clock.today() - timezone.localtime(row.confirmed_at).date()).days
    return _confirmed(row.confirmed_how, days, str(get_language()))


@lru_cache(maxsize=1024)
def _confirmed(way: str, days: int, language: str) -> str:
    """In the language that is being read."""
    how = {
        "steward": _("管护人核实"),
        "visit": _("到场核实"),
        "voices": _("多人反映一致"),
    }.get(way, _("核实"))
    if days <= 0:
        return _("今天%(how)s") % {"how": how}
    if days == 1:
        return _("昨天%(how)s") % {"how": how}
    return _("%(n)s 天前%(how)s") % {"n": days, "how": how}


def card(row: PlaceRow, href: str, at: datetime | None = None, *, far: bool = False) -> dict[str, Any]:
    """A place as lists show it; `far`: with its distance."""
    return {
        **_same(row.name, row.name_en, row.kind, row.facilities, str(get_language())),
        "row": row,
        "href": href,
        "state": state_of(row, at),
        "distance": distance(row.metres, row.way) if far else "",
        "way_in": "",
        "offers": (),
        "crowding": str(CROWDING.get(row.crowding, "")),
        "confirmed": confirmed(row),
    }


@lru_cache(maxsize=4096)
def _same(name: str, name_en: str, kind: Word, has: tuple[Has, ...], language: str) -> dict[str, Any]:
    """What a card says at any time, in the language that is being read."""
    named = name_en if foreign() and name_en else name
    return {
        "name": named,
        "kind": name_of(kind),
        "icon": icon_of(kind),
        "facilities": [(name_of(one), one.working) for one in has],
        "line": _line(has),
        "go": _("怎么去%(name)s") % {"name": named},
    }


def _line(has: Sequence[Has]) -> SafeString:
    """What a place has, one after the other, what is broken struck out; made here once, not piece by piece in a row."""
    broken = _("（坏了）")
    told = ((name_of(one), "" if one.working else broken) for one in has)
    pieces = ((format_html(_BROKEN, *one) if one[1] else one[0],) for one in told)
    return format_html_join(" · ", "{}", pieces)


_BROKEN = '<s>{}</s><span class="visually-hidden">{}</span>'


def foreign() -> bool:
    """Whether the reader reads another language than Chinese."""
    return not str(get_language() or "").startswith("zh")
