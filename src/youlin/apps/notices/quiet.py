"""Quiet hours: written `22:00-07:00`, in the installation's time zone; empty for none."""

import re
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid

_FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)\Z")


def checked(text: str) -> str:
    """The hours as they are stored. Raises `Invalid` in words."""
    text = text.strip().replace("：", ":").replace("–", "-").replace("至", "-")
    if text and not _FORM.match(text):
        raise Invalid(_("免打扰时段应写成 22:00-07:00 的样子"), field="quiet_hours")
    return text


def end_of_quiet(hours: str, at: datetime) -> datetime:
    """When something that comes up at `at` may ring: at once, or when the quiet hours end."""
    found = _FORM.match(hours)
    if not found:
        return at
    zone = timezone.get_default_timezone()
    local = timezone.localtime(at, zone)
    a, b, c, d = (int(part) for part in found.groups())
    start, end, now = time(a, b), time(c, d), local.time()
    if start <= end:
        quiet, days = start <= now < end, 0
    else:
        quiet, days = now >= start or now < end, int(now >= start)
    if not quiet:
        return at
    return datetime.combine(local.date() + timedelta(days=days), end, zone)
