"""What of a claim is granted: caps of a day and a month, pauses, and what people could only do by agreement.

Pure: a rule, a claim, and what the same person claimed before. Order does not matter to fairness: who claims first is
granted first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext_lazy as _

NEAR_METRES = 300
"""Positions of places are no better than this."""

REASONS = {
    "nothing": _("按规则折算不到 1"),
    "cap_day": _("今天按这条规则已经得满"),
    "cap_month": _("本月按这条规则已经得满"),
    "pause": _("离上一次太近"),
    "pair": _("同一位组织者或对象，本月次数已满"),
    "place": _("同一地点，当天次数已满"),
    "travel": _("两次之间来不及从一处到另一处"),
    "oneself": _("不能由自己确认"),
    "account": _("账户收不下：已到上限"),
    "spent": _("更正前的已经用掉，不能收回"),
    "replaced": _("记录已更正，按更正后的计"),
}
"""Why nothing, or not all, was granted; the words a person reads."""


class Known(NamedTuple):
    """An earlier claim of the same person that was granted: by which rule, how much, when, with whom, where."""

    rule: str
    given: int
    at: datetime
    pair: str = ""
    place: str = ""
    position: tuple[float, float] | None = None


@dataclass(frozen=True)
class Verdict:
    """How much is granted; the reason where that is less than was asked."""

    given: int
    reason: str = ""


def judge(rule: Any, claim: Any, known: Sequence[Known], position: tuple[float, float] | None) -> Verdict:
    """What of a claim is granted by a rule, after what was granted to the same person before."""
    if claim.amount <= 0:
        return Verdict(0, "nothing")
    if claim.pair and claim.pair.replace("-", "") == claim.person.hex:
        return Verdict(0, "oneself")
    same = [one for one in known if one.rule == rule.code]
    refused = (
        _too_soon(rule, claim, same)
        or _same_pair(rule, claim, known)
        or _same_place(rule, claim, known)
        or _too_fast(rule, claim, known, position)
    )
    return Verdict(0, refused) if refused else _capped(rule, claim, same)


def _too_soon(rule: Any, claim: Any, same: Sequence[Known]) -> str:
    pause = timedelta(minutes=rule.pause_minutes)
    return "pause" if rule.pause_minutes and any(abs(claim.at - one.at) < pause for one in same) else ""


def _same_pair(rule: Any, claim: Any, known: Sequence[Known]) -> str:
    if not rule.same_pair_month or not claim.pair:
        return ""
    month = _day(claim.at).replace(day=1)
    times = sum(one.pair == claim.pair and _day(one.at).replace(day=1) == month for one in known)
    return "pair" if times >= rule.same_pair_month else ""


def _same_place(rule: Any, claim: Any, known: Sequence[Known]) -> str:
    if not rule.same_place_day or not claim.place:
        return ""
    times = sum(one.place == claim.place and _day(one.at) == _day(claim.at) for one in known)
    return "place" if times >= rule.same_place_day else ""


def _too_fast(rule: Any, claim: Any, known: Sequence[Known], position: tuple[float, float] | None) -> str:
    if not rule.fastest_kmh or position is None:
        return ""
    for one in known:
        if one.position is None:
            continue
        far = metres(one.position, position) - NEAR_METRES
        hours = abs((claim.at - one.at).total_seconds()) / 3600
        if far > 0 and far / 1000 > hours * rule.fastest_kmh:
            return "travel"
    return ""


def _capped(rule: Any, claim: Any, same: Sequence[Known]) -> Verdict:
    """What the caps leave: the rest up to a cap is granted, and the reason told."""
    today = _day(claim.at)
    spans = (
        ("cap_day", rule.most_day, [one for one in same if _day(one.at) == today]),
        (
            "cap_month",
            rule.most_month,
            [one for one in same if _day(one.at).replace(day=1) == today.replace(day=1)],
        ),
    )
    given, reason = claim.amount, ""
    for name, most, before in spans:
        if most is not None and (left := max(0, most - sum(one.given for one in before))) < given:
            given, reason = left, name
    return Verdict(given, reason)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two positions (longitude, latitude), on a sphere: haversine, radius 6,371,009 m."""
    (west, south), (east, north) = (tuple(map(radians, each)) for each in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * 6_371_009 * asin(min(1.0, sqrt(half)))


def _day(at: datetime) -> date:
    return localtime(at, get_default_timezone()).date()
