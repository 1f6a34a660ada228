"""What a browser says of itself and where it asks from, as far as a person needs it to know their own devices again."""

import ipaddress

UNKNOWN = ""
_BROWSERS = (
    ("wxwork/", "企业微信"),
    ("micromessenger/", "微信"),
    ("edg/", "Edge"),
    ("opr/", "Opera"),
    ("firefox/", "Firefox"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
_SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("openharmony", "HarmonyOS"),
    ("harmonyos", "HarmonyOS"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)
"""Marks in a `User-Agent` in the order in which they decide: browsers name those that they resemble as well."""
_DOORS = ("desk", "field", "cockpit", "admin")


def device(agent: str) -> str:
    """`Chrome · Windows`: browser and system by name, without versions; "" for neither."""
    text = agent.casefold()
    found = (next((name for mark, name in marks if mark in text), "") for marks in (_BROWSERS, _SYSTEMS))
    return " · ".join(name for name in found if name)


def place(address: str) -> str:
    """The network an address lies in, coarsely: `203.0.*.*`, `2408:8207:*`; "" for what is no address.

    Enough to tell the office from elsewhere; not enough to find anybody.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if found.version == 4:
        first, second, _third, _last = str(found).split(".")
        return f"{first}.{second}.*.*"
    first, second, *_rest = found.exploded.split(":")
    return f"{first}:{second}:*"


def door(path: str) -> str:
    """The door a path leads through: `desk`, `field`, `cockpit`, `admin`, else `portal`."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _DOORS else "portal"
