"""When in the week a duty is answered.

A shift is data: `{"periods": [{"days": [1, 2], "from": "22:00", "to": "06:00"}]}`. `days` are ISO weekdays
(1 Monday to 7 Sunday) on which a period begins; one that ends at or before its beginning ends on the next
day. No periods: always. Times are those of the installation's time zone.
"""

import re
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.kernel.errors import Invalid

Shift = dict[str, Any]

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")
_DAYS = (
    _lazy("周一"),
    _lazy("周二"),
    _lazy("周三"),
    _lazy("周四"),
    _lazy("周五"),
    _lazy("周六"),
    _lazy("周日"),
)


def on_duty(shift: Shift, at: datetime) -> bool:
    """Whether the shift covers the moment `at` (aware)."""
    periods = shift.get("periods", [])
    return not periods or any(_covers(period, at) for period in periods)


def _covers(period: dict[str, Any], at: datetime) -> bool:
    local = timezone.localtime(at, timezone.get_default_timezone())
    start, end, now = time.fromisoformat(period["from"]), time.fromisoformat(period["to"]), local.time()
    day = local.isoweekday()
    yesterday = (day - 2) % 7 + 1
    if start < end:
        return day in period["days"] and start <= now < end
    return (day in period["days"] and now >= start) or (yesterday in period["days"] and now < end)


def checked(shift: Shift | None) -> Shift:
    """The shift if it is well formed; `Invalid` in words otherwise."""
    if not shift:
        return {}
    periods = shift.get("periods")
    if set(shift) != {"periods"} or not isinstance(periods, list):
        raise Invalid(_("班次应写成 periods 列表"), field="shift")
    for period in periods:
        _check_period(period)
    return {"periods": [{key: period[key] for key in ("days", "from", "to")} for period in periods]}


def _check_period(period: Any) -> None:
    if not isinstance(period, dict) or set(period) != {"days", "from", "to"}:
        raise Invalid(_("每个班次须有 days、from、to 三项"), field="shift")
    days = period["days"]
    if not isinstance(days, list) or not days or not all(type(d) is int and 1 <= d <= 7 for d in days):
        raise Invalid(_("days 是 1（周一）到 7（周日）的列表"), field="shift")
    for end in ("from", "to"):
        if not isinstance(period[end], str) or not _TIME.match(period[end]):
            raise Invalid(_("班次时间应写成 08:30 的样子"), field="shift")


def words(shift: Shift) -> str:
    """The shift for people: `周一至周五 09:00–18:00`; empty when it is always."""
    return _("；").join(
        f"{_days(period['days'])} {period['from']}–{period['to']}" for period in shift.get("periods", [])
    )


def _days(days: list[int]) -> str:
    days = sorted(set(days))
    if len(days) == 7:
        return _("每天")
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return _("%(first)s至%(last)s") % {"first": _DAYS[days[0] - 1], "last": _DAYS[days[-1] - 1]}
    return _("、").join(str(_DAYS[day - 1]) for day in days)
