"""Weekly windows as a form sends them: from and to for each day, on half hours."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.kernel.errors import Invalid

DAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
_CLOCK = re.compile(r"([01]\d|2[0-4]):([03]0)\Z")


def windows_in(given: Mapping[str, str]) -> list[list[int]]:
    """The windows of a form. Raises `Invalid` for a time that is none; a day without both times has no window."""
    found = []
    for day in range(7):
        start, end = (given.get(f"{name}-{day}", "").strip() for name in ("from", "to"))
        if start and end:
            found.append([day, _half_hours(start), _half_hours(end)])
        elif start or end:
            raise Invalid(_("%(day)s的开始和结束要都填") % {"day": DAYS[day]}, field="windows")
    return found


def _half_hours(text: str) -> int:
    matched = _CLOCK.match(text)
    if not matched:
        raise Invalid(_("时段取整点或半点"), field="windows", remedy=_("例如 18:00 到 20:30"))
    return int(matched[1]) * 2 + int(matched[2]) // 30
