"""How long, in plain words: "38 分", "1 时 20 分", "2 天"; and how long ago, or until when."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from youlin.kernel import clock

MINUTE, HOUR, DAY = 60, 3600, 86400


def span(length: timedelta) -> str:
    """A length of time without its sign, to two units; nearer than a minute counts as one."""
    seconds = abs(round(length.total_seconds()))
    if seconds < HOUR:
        return _("%(n)s 分") % {"n": max(1, seconds // MINUTE)}
    if seconds < DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        words = _("%(n)s 时") % {"n": hours}
        return words + " " + _("%(n)s 分") % {"n": minutes} if minutes and hours < 10 else words
    days, hours = seconds // DAY, seconds % DAY // HOUR
    words = _("%(n)s 天") % {"n": days}
    return words + " " + _("%(n)s 时") % {"n": hours} if hours and days < 3 else words


def until(moment: datetime) -> str:
    """What is left until a deadline, or by how much it has passed: "剩 38 分", "超 1 时 20 分"."""
    left = moment - clock.now()
    if left <= timedelta(0):
        return _("超 %(span)s") % {"span": span(left)}
    begun_minute = timedelta(seconds=MINUTE - 1)  # a minute that has begun is still there to be used
    return _("剩 %(span)s") % {"span": span(left + begun_minute)}


def ago(moment: datetime) -> str:
    """How long ago something happened; after a day, the day and the time of day."""
    gone = clock.now() - moment
    seconds = int(gone.total_seconds())
    if seconds < MINUTE:
        return _("刚刚") if seconds > -MINUTE else short(moment)
    if seconds < HOUR:
        return _("%(n)s 分钟前") % {"n": seconds // MINUTE}
    local, today = timezone.localtime(moment), clock.local_now().date()
    if local.date() == today:
        return _("%(n)s 小时前") % {"n": seconds // HOUR}
    if local.date() == today - timedelta(days=1):
        return _("昨天 %(time)s") % {"time": formats.date_format(local, "H:i")}
    return short(moment)


def short(moment: datetime) -> str:
    """A moment in local time, as short as it can be said: the year only when it is another one."""
    local = timezone.localtime(moment)
    same_year = local.year == clock.local_now().year
    return formats.date_format(local, "m-d H:i" if same_year else "Y-m-d")
