"""When somebody may be called: weekly windows and quiet hours in half hours, as one bit for each of a week's 336."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid

HALF_HOURS = 48
SLOTS = 7 * HALF_HOURS
_FORM = re.compile(r"([01]\d|2[0-3]):([03]0)-([01]\d|2[0-3]):([03]0)\Z")

Window = tuple[int, int, int]
"""Weekday (Monday is 0), from and to in half hours of the day; to is not included and may be 48."""


def slot(at: datetime) -> int:
    """The half hour of the week a moment lies in, in the installation's time zone."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return local.weekday() * HALF_HOURS + local.hour * 2 + local.minute // 30


def checked_windows(windows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Windows as they are kept, in order. Raises `Invalid` for one that is none."""
    found = []
    for one in windows:
        if len(one) != 3 or not (0 <= one[0] < 7 and 0 <= one[1] < one[2] <= HALF_HOURS):
            raise Invalid(_("时段的结束应晚于开始"), field="windows", remedy=_("例如：周一 18:00 到 20:30"))
        found.append([int(part) for part in one])
    return sorted(found)


def checked_quiet(text: str) -> str:
    """Quiet hours as they are kept, on half hours; "" for none. Raises `Invalid` in words."""
    text = text.strip().replace("：", ":").replace("–", "-").replace("至", "-")
    if text and not _FORM.match(text):
        raise Invalid(_("免打扰时段应写成 22:00-07:00 的样子"), field="quiet", remedy=_("时间取整点或半点"))
    return text


def is_quiet(hours: str, slot_of_day: int) -> bool:
    """Whether a half hour of the day lies in quiet hours such as `22:00-07:00`."""
    found = _FORM.match(hours)
    if not found:
        return False
    a, b, c, d = (int(part) for part in found.groups())
    start, end = a * 2 + b // 30, c * 2 + d // 30
    return start <= slot_of_day < end if start <= end else slot_of_day >= start or slot_of_day < end


def bits(windows: Sequence[Sequence[int]], quiet: str) -> str:
    """Both as one bit for each half hour of the week, the first of Monday first, hexadecimal."""
    free = [not windows] * SLOTS
    for day, start, end in windows:
        for number in range(day * HALF_HOURS + start, day * HALF_HOURS + end):
            free[number] = True
    for number in range(SLOTS):
        free[number] &= not is_quiet(quiet, number % HALF_HOURS)
    return f"{int(''.join('01'[one] for one in free), 2):0{SLOTS // 4}x}"


def open_in(slots: str, number: int) -> bool:
    """Whether a half hour of the week is open in `bits`."""
    return bool(int(slots, 16) >> (SLOTS - 1 - number) & 1)
