"""What is said on paper of a place, and how much room that takes."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from youlin.apps.places.hours import Hours, week
from youlin.apps.places.hours.phrases import phrases
from youlin.apps.places.paper import Sheet
from youlin.doors import place_words
from youlin.kernel import clock

LATIN = 0.58
"""How wide a letter is beside a Chinese character, at most, in the faces that browsers choose."""
SLACK = 1.08
"""Lines are broken between words, so that some of each stays free."""


def hours(sheet: Sheet) -> list[str]:
    """The hours, a line for each rule; day by day where no rule can be said; [] where nobody knows them."""
    if not sheet.hours:
        return []
    said = phrases(sheet.hours)
    lines = said if said is not None else _week(sheet)
    return [*lines, _("调休上班日照常开放")] if sheet.makeup_days and len(lines) > 1 else lines


def _week(sheet: Sheet) -> list[str]:
    """The coming week, days in a row with the same times together."""
    days = week(Hours(sheet.hours, sheet.makeup_days, sheet.row.lon, sheet.row.lat), clock.today())
    told = [(formats.date_format(one.day, "l"), _times(one.times, whole=one.whole)) for one in days]
    lines = []
    for times, same in groupby(told, key=lambda pair: pair[1]):
        names = [name for name, _times_ in same]
        span = (
            names[0] if len(names) == 1 else _("%(first)s至%(last)s") % {"first": names[0], "last": names[-1]}
        )
        lines.append(pgettext("days and times", "%(days)s %(times)s") % {"days": span, "times": times})
    return [*lines, _("（%(day)s起一周；其他日子请扫码看）") % {"day": f"{days[0].day:%m-%d}"}]


def _times(times: Iterable[tuple[str, str]], *, whole: bool) -> str:
    if whole:
        return _("全天开放")
    said = [f"{start}–{end}" for start, end in times]
    return pgettext("between times", "，").join(said) or _("不开放")


def has(sheet: Sheet) -> list[str]:
    """What works there, and what is lent."""
    working = [place_words.name_of(one) for one in sheet.row.facilities if one.working]
    foreign = place_words.foreign()
    lent = [one.name_en if foreign and one.name_en else one.name for one in sheet.lends]
    return working + [_("可借%(name)s") % {"name": name} for name in lent]


def wheelchair(sheet: Sheet) -> str:
    """How far a wheelchair gets, in a word; "" where nobody has looked."""
    return {"yes": _("轮椅可用"), "limited": _("轮椅部分可用"), "no": _("轮椅不可用")}.get(
        sheet.row.wheelchair, ""
    )


def lines_of(text: str, size: float, width: float) -> int:
    """How many lines a text takes at most: `size` of a character and `width` of the column in millimetres."""
    ems = sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else LATIN for one in text)
    return max(1, math.ceil(ems * size * SLACK / width)) if text else 0


def joined(parts: Sequence[str]) -> str:
    """Parts of one line."""
    return " · ".join(part for part in parts if part)
