"""The district to take along: one file of all its places, and the two pages in which a phone shows it without a network.

The file is in both languages and the same for everybody. It changes when places change, and once a week: what has not
changed is answered with 304. The service worker keeps it and answers from it (`static/portal/pocket/`).
"""

import gzip
import hashlib
import json
import threading
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import brotli
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dates import WEEKDAYS
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.places import carrying
from youlin.apps.places.carrying import Carried, CarriedPlace
from youlin.apps.places.hours.evaluating import zone
from youlin.doors import maps, place_words
from youlin.doors.portal.home import district_of
from youlin.doors.portal.places.asking import PAGE_SIZE, search_of
from youlin.doors.portal.places.finding import frame
from youlin.doors.portal.places.page import LEVEL_NAMES, PROFILE_NAMES
from youlin.kernel import clock
from youlin.kernel.errors import NotFound
from youlin.kernel.kept import Kept
from youlin.ui import icons

FORMAT = 1
"""Other when older scripts could not read the file."""
LEVELS = {"yes": "y", "limited": "l", "no": "n"}
HOW = ("", "steward", "visit", "voices")
_MICRO = 1_000_000
_FLAGGED, _DEMO = 1, 2


class Packed(NamedTuple):
    """The file as it is sent, plain and compressed, and its mark."""

    etag: str
    plain: bytes
    gzip: bytes
    br: bytes


class Made(NamedTuple):
    """A file, when it was made, and of which state of its district."""

    state: tuple[int, date]
    at: datetime
    packed: Packed


_kept: Kept[Made] = Kept(seconds=3600, most=48)
"""The last file of each district."""
_making = threading.Lock()
YOUNG = timedelta(seconds=60)
"""A file is made at most once a minute, however fast places change."""


@require_safe
def district_file(request: HttpRequest) -> HttpResponse:
    """The file of a district, unless the phone has this very one."""
    district = district_of(request)
    if not district:
        raise NotFound(_("没有这个区"))
    packed = packed_of(district)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response = HttpResponse(content_type="application/json")
    if packed.etag in known or "*" in known:
        response.status_code = 304
    else:
        accepted = request.headers.get("Accept-Encoding", "")
        coding = next((one for one in ("br", "gzip") if one in accepted), "")
        response.content = getattr(packed, coding or "plain")
        if coding:
            response["Content-Encoding"] = coding
    response["ETag"] = packed.etag
    response["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


@gzip_page
@require_safe
def find_shell(request: HttpRequest) -> HttpResponse:
    """The page on which a place is found, without answers: the phone fills them in."""
    search = search_of(request)
    if not search.district:
        raise NotFound(_("没有这个区"))
    context = frame(search, []) | {"search": search, "query": search.query(), "shell": words()}
    return render(request, "portal/places/find.html", context)


@gzip_page
@require_safe
def place_shell(request: HttpRequest) -> HttpResponse:
    """The page of a place, empty."""
    return render(request, "portal/places/shell.html", {"shell": words()})


def packed_of(district: str) -> Packed:
    """The file of a district, made anew when something has changed, though not more than once a minute."""
    state = carrying.state(district)
    packed = _standing(district, state)
    if packed is not None:
        return packed
    with _making:
        packed = _standing(district, state)
        if packed is None:
            packed = _pack(content_of(district))
            _kept.put(district, Made(state, clock.now(), packed))
    return packed


def _standing(district: str, state: tuple[int, date]) -> Packed | None:
    """The file that was made of this state, or a moment ago in this week."""
    made = _kept.get(district)
    if made is None:
        return None
    young = timedelta() <= clock.now() - made.at < YOUNG and made.state[1] == state[1]
    return made.packed if young or made.state == state else None


def forget() -> None:
    """Make the next file anew."""
    _kept.clear()


def _pack(content: dict[str, Any]) -> Packed:
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    mark = hashlib.sha256(plain).hexdigest()[:20]
    return Packed(f'W/"{mark}"', plain, gzip.compress(plain, 9, mtime=0), brotli.compress(plain, quality=9))


def content_of(district: str) -> dict[str, Any]:
    """What the file says. Positions are millionths of a degree, times are minutes since 1970."""
    told = carrying.carried(district)
    codes = sorted({place.area for place in told.places})
    return {
        "format": FORMAT,
        "district": district,
        "zone": str(zone()),
        "start": _minutes(told.start),
        "end": _minutes(told.end),
        "horizon": int(carrying.HORIZON.total_seconds()) // 60,
        "soon": int(place_words.SOON.total_seconds()) // 60,
        "page": PAGE_SIZE,
        "name": _both(lambda: areas.short_name(district)),
        "middle": maps.middle(district),
        "kinds": [
            [one.code, one.name, one.name_en, place_words.icon_of(one), one.role] for one in told.kinds
        ],
        "facilities": [[one.code, one.name, one.name_en] for one, _need in told.facilities],
        "streets": [[area.code, maps.middle(area.code)] for area in areas.children(district)],
        "areas": [[code, *_both(lambda code=code: areas.local_path(code))] for code in codes],
        "hours": told.hours,
        "places": _columns(told, codes),
        "left_out": told.left_out,
    }


def _columns(told: Carried, codes: list[str]) -> dict[str, list[Any]]:
    """One list for each thing that is said of all places: what is alike stands together and takes little room."""
    kinds = {word.code: number for number, word in enumerate(told.kinds)}
    facilities = {word.code: number for number, (word, _need) in enumerate(told.facilities)}
    areas_of = {code: number for number, code in enumerate(codes)}
    rows = [_row(place, kinds, facilities, areas_of) for place in told.places]
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}


def _row(
    place: CarriedPlace, kinds: dict[str, int], facilities: dict[str, int], codes: dict[str, int]
) -> dict[str, Any]:
    """A facility that does not work is told by the complement of its number."""
    return {
        "number": place.number,
        "name": place.name,
        "en": place.name_en,
        "said": place.said,
        "kind": kinds[place.kind],
        "x": round(place.lon * _MICRO),
        "y": round(place.lat * _MICRO),
        "area": codes[place.area],
        "address": place.address,
        "phone": place.phone,
        "hours": place.hours,
        "access": "".join(LEVELS.get(level, "-") for level in place.access),
        "has": [facilities[code] if working else ~facilities[code] for code, working in place.facilities],
        "closed": [[_minutes(a), _minutes(b) if b else 0, why] for a, b, why in place.closures] or 0,
        "ways": [
            [one.name, round(one.lon * _MICRO), round(one.lat * _MICRO), _step(one.step_free), one.note]
            for one in place.entrances
        ]
        or 0,
        "seen": timezone.localtime(place.confirmed_at).date().toordinal() if place.confirmed_at else 0,
        "how": HOW.index(place.confirmed_how),
        "marks": _FLAGGED * place.flagged + _DEMO * place.is_demo,
    }


def _step(step_free: bool | None) -> int:
    return -1 if step_free is None else int(step_free)


def _minutes(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _both(tell: Any) -> list[str]:
    found = []
    for language in ("zh-hans", "en"):
        with override(language):
            found.append(str(tell()))
    return found


def words() -> dict[str, Any]:
    """What the phone says without us, in the reader's language: the same words as the pages of the server."""
    return {
        "en": place_words.foreign(),
        "icons": {name: str(body) for name, body in icons.drawings().items()},
        "days": [str(WEEKDAYS[number]) for number in range(7)],
        "levels": {
            sign: [LEVEL_NAMES[level][0], str(LEVEL_NAMES[level][1])] for level, sign in LEVELS.items()
        },
        "profiles": [str(name) for name in PROFILE_NAMES.values()],
        "closure": _("临时关闭：%(reason)s"),
        "unknown": _("开放时间不详"),
        "whole": _("全天开放"),
        "leaves": _("%(n)s 分钟后关门"),
        "until": _("开到 %(time)s"),
        "never": _("近期不开放"),
        "opens": _("已关门，%(time)s 开门"),
        "tomorrow": _("明天 %(time)s"),
        "midnight": _("24:00"),
        "nextday": _("次日 %(time)s"),
        "off": _("不开放"),
        "metres": _("直线 %(n)s 米"),
        "kilometres": _("直线 %(n)s 公里"),
        "unseen": _("尚未核实"),
        "how": ["", _("管护人核实"), _("到场核实"), _("多人反映一致")],
        "today_how": _("今天%(how)s"),
        "yesterday_how": _("昨天%(how)s"),
        "days_how": _("%(n)s 天前%(how)s"),
        "demo": _("演示数据"),
        "flagged": _("多人反映有误"),
        "broken": _("（坏了）"),
        "broken_badge": _("坏了"),
        "go_to": _("怎么去%(name)s"),
    } | _page_words()


def _page_words() -> dict[str, Any]:
    return {
        "open_title": _("现在开门的"),
        "at_title": _("%(at)s 开门的"),
        "near_title": _("离这里最近的"),
        "title": _("友好地点"),
        "found": [ngettext("%(n)s 处", "%(n)s 处", n) for n in (1, 2)],
        "straight": _("按直线距离，不是步行距离"),
        "legend": [_("开门"), _("快关门"), _("关门或不详")],
        "signs": [_("圆点"), _("三角"), _("圆圈")],
        "none_title": _("没有同时符合的地点"),
        "none_time": _("这个时间没有符合的地点"),
        "none_text": _("减少一项需要，或换个词：名称、街巷、首字母都行。"),
        "all": _("看全部地点"),
        "before": _("上一页"),
        "after": _("下一页"),
        "kept": _("没连上网络：这是本机%(age)s存下的，开门时间按它算。"),
        "old": _("没连上网络：这是本机%(age)s存下的，太旧了，开没开门说不准。"),
        "left_out": _("本机只存了一部分地点，还有 %(n)s 处没有存。"),
        "ages": [_("刚刚"), _("%(n)s 分钟前"), _("%(n)s 小时前"), _("%(n)s 天前")],
        "week": _("这一周"),
        "today": _("今天"),
        "hours": _("开放时间"),
        "has": _("这里有"),
        "access": _("无障碍"),
        "access_unknown": _("没有人看过"),
        "how_to": _("怎么去"),
        "own_map": _("手机自带地图"),
        "on_map": _("在地图上看"),
        "instead": _("附近开着的同类地点"),
        "step_free": _("无台阶"),
        "steps": _("有台阶"),
        "way_in": _("从%(name)s进"),
        "level_in": _("从%(name)s进，无台阶"),
        "steps_everywhere": _("出入口都有台阶"),
        "entrances": _("出入口"),
        "no_hours": _("没有人告诉过我们这里几点开门，所以不会当作开着。"),
        "flagged_long": _("最近有几个人分别反映这里和写的不一样，管护人正在核实。去之前请多留意。"),
        "missing": _("本机没有存下这个地点"),
        "missing_text": _("它可能是新的，或在别的区。有网络时再打开。"),
        "find": _("找地方"),
        "closed_until": _("恢复时间未定"),
    }
