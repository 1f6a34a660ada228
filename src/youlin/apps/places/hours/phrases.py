"""Opening hours as people write them on a door: 周一至周五 9:00–17:00；节假日休息.

Only what can be said exactly is said: weekdays, holidays, times, "closed". Anything else (months, weeks, the sun,
fallbacks, comments) has no phrase, and the caller shows the days one by one.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_DAYS = rf"{_DAY}(?:-{_DAY})?(?:\s*,\s*{_DAY}(?:-{_DAY})?)*"
_TIME = r"[0-9]{2}:[0-9]{2}"
_SPAN = rf"{_TIME}-{_TIME}"
_RULE = re.compile(rf"^(?:(?P<days>{_DAYS})\s*)?(?P<times>{_SPAN}(?:\s*,\s*{_SPAN})*|off|closed|open)?$")
_ORDER = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WHOLE = "00:00-24:00"


def phrases(expression: str) -> list[str] | None:
    """Each rule in words; None where one of them cannot be said in a few."""
    if expression.strip() == "24/7":
        return [_("每天全天开放")]
    found = []
    for rule in expression.split(";"):
        match = _RULE.match(rule.strip())
        if match is None or not any(match.groups()):
            return None
        found.append(_phrase(match["days"] or "", match["times"] or "open"))
    return found


def _phrase(days: str, times: str) -> str:
    when = _days(days)
    if times in ("off", "closed"):
        return _("%(days)s休息") % {"days": when}
    if times in ("open", _WHOLE):
        return _("%(days)s全天开放") % {"days": when}
    return pgettext("days and times", "%(days)s %(times)s") % {"days": when, "times": _times(times)}


def _days(days: str) -> str:
    parts = [part.strip() for part in days.split(",") if part.strip()]
    if not parts or parts == ["Mo-Su"]:
        return _("每天")
    return pgettext("between days", "、").join(_part(part) for part in parts)


def _part(part: str) -> str:
    first, _dash, last = part.partition("-")
    if not last or first == last:
        return _day(first)
    if "PH" not in (first, last) and (_ORDER.index(last) - _ORDER.index(first)) % 7 == 1:
        return pgettext("between days", "、").join((_day(first), _day(last)))
    return _("%(first)s至%(last)s") % {"first": _day(first), "last": _day(last)}


def _day(code: str) -> str:
    names = {
        "Mo": _("周一"),
        "Tu": _("周二"),
        "We": _("周三"),
        "Th": _("周四"),
        "Fr": _("周五"),
        "Sa": _("周六"),
        "Su": _("周日"),
        "PH": pgettext("opening hours", "节假日"),
    }
    return names[code]


def _times(times: str) -> str:
    return pgettext("between times", "，").join(_span(span.strip()) for span in times.split(","))


def _span(span: str) -> str:
    start, end = span.split("-")
    if end == "24:00" or end > start and end < "24:00":
        return f"{_short(start)}–{_short(end)}"
    hours, minutes = int(end[:2]) % 24, end[3:]
    return _("%(start)s–次日 %(end)s") % {"start": _short(start), "end": f"{hours}:{minutes}"}


def _short(time: str) -> str:
    return time[1:] if time.startswith("0") else time
