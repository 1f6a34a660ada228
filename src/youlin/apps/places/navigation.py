"""Ways out to the map apps people have: each link in the coordinates that its app takes.

Amap, Tencent and Apple's map of China show GCJ-02, Baidu BD-09; `geo:` (RFC 5870) and everything we keep is WGS84.
Amap and Baidu are told in which system we write, so that neither moves the point once more.
"""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from youlin.apps.areas.geometry import crs

SOURCE = "youlin"


class Way(NamedTuple):
    """One app: its name, the link, and the coordinate system the link is written in."""

    code: str
    name: str
    href: str
    crs: str


def ways(lon: float, lat: float, name: str) -> list[Way]:
    """Links that show the way to a point (WGS84) in each app."""
    told = (
        ("amap", _("高德地图"), "gcj02", _amap),
        ("baidu", _("百度地图"), "bd09", _baidu),
        ("tencent", _("腾讯地图"), "gcj02", _tencent),
        ("apple", _("苹果地图"), "gcj02", _apple),
        ("geo", _("手机自带地图"), "wgs84", _geo),
    )
    return [
        Way(code, label, _link(link, system, lon, lat, name), system) for code, label, system, link in told
    ]


def _link(link: Callable[[str, str, str], str], system: str, lon: float, lat: float, name: str) -> str:
    x, y = crs.FROM_WGS84[system](lon, lat)
    return link(f"{x:.6f}", f"{y:.6f}", name)


def _amap(lon: str, lat: str, name: str) -> str:
    """lbs.amap.com, URI API, 路径规划 is app-only; a marker opens the app or the web page and leads on."""
    asked = {
        "position": f"{lon},{lat}",
        "name": name,
        "src": SOURCE,
        "coordinate": "gaode",
        "callnative": "1",
    }
    return f"https://uri.amap.com/marker?{urlencode(asked)}"


def _baidu(lon: str, lat: str, name: str) -> str:
    """lbsyun.baidu.com, URI API: `location` is latitude first; `coord_type` bd09ll."""
    asked = {
        "location": f"{lat},{lon}",
        "title": name,
        "content": name,
        "coord_type": "bd09ll",
        "output": "html",
        "src": SOURCE,
    }
    return f"https://api.map.baidu.com/marker?{urlencode(asked)}"


def _tencent(lon: str, lat: str, name: str) -> str:
    """lbs.qq.com, URI API: `marker=coord:lat,lng;title:…`; `coord_type` 2 is GCJ-02."""
    told = name.replace(";", " ").replace(":", " ")
    asked = {"marker": f"coord:{lat},{lon};title:{told};addr:{told}", "coord_type": "2", "referer": SOURCE}
    return f"https://apis.map.qq.com/uri/v1/marker?{urlencode(asked)}"


def _apple(lon: str, lat: str, name: str) -> str:
    """developer.apple.com, Map Links: latitude first; in China Apple's map is drawn in GCJ-02."""
    return f"https://maps.apple.com/?{urlencode({'ll': f'{lat},{lon}', 'q': name})}"


def _geo(lon: str, lat: str, name: str) -> str:
    """RFC 5870, with the label that Android's maps read."""
    label = urlencode({"q": f"{lat},{lon}({name})"})
    return f"geo:{lat},{lon}?{label}"
