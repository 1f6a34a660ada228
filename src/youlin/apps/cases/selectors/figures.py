"""Counts for leaders, as they are at this moment: of an area and of those directly below it. Rates are indicators."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import Substr, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import permission
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.cases.selectors import filtering
from youlin.apps.cases.selectors.rows import AreaFigures, DayCount
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

VERB = "cockpit.read"
Period = tuple[date, date]
"""Two local dates, both included."""
DAYS = 30


def area_figures(actor: Actor, *, area: str, period: Period | None = None) -> tuple[AreaFigures, ...]:
    """The areas directly below one, each with counts. Those of open cases are of now.

    Rows under codes that are retired are counted with the largest heir.
    """
    district = _demand(actor, area)
    asked = period or last_days()
    below = list(areas.children(area)) if areas.level(area) not in ("grid", "dedicated_grid") else []
    if not below:
        return ()
    shards, width = areas.shards(district), len(below[0].code)
    codes = {one.code for one in below}
    counts = _counts(area, shards, width, asked, codes)
    return tuple(
        AreaFigures(
            code=one.code,
            name=one.short_name,
            level=one.level,
            **{name: counts[name].get(one.code, 0) for name in counts},
        )
        for one in below
    )


def area_counts(actor: Actor, *, area: str, period: Period | None = None) -> AreaFigures:
    """The counts of a whole area, with what lies in it and in no area below."""
    district = _demand(actor, area)
    whole = areas.get(area)
    found = _counts(area, areas.shards(district), len(area), period or last_days(), {area})
    counted = {name: found[name].get(area, 0) for name in found}
    return AreaFigures(code=area, name=whole.short_name, level=whole.level, **counted)


def city_districts(actor: Actor, *, city: str) -> tuple[str, ...]:
    """The districts of a city whose figures the actor may see as a whole, by code."""
    held = permission.access(actor)
    return tuple(
        one.code
        for one in areas.districts()
        if one.code.startswith(city) and held.may(VERB, district=one.code, area=one.code)
    )


def city_figures(actor: Actor, *, city: str, period: Period | None = None) -> tuple[AreaFigures, ...]:
    """The districts of a city side by side, each by its own rows. As many queries for sixteen as for one.

    Raises `NotAllowed` for whoever may see fewer than two: there is nothing to be compared.
    """
    codes = city_districts(actor, city=city)
    if len(codes) < 2:
        raise NotAllowed(_("没有查看全市数据的岗位"))
    asked, width = period or last_days(), len(codes[0])
    shards = sorted({shard for code in codes for shard in areas.shards(code)})
    counts = _counts(city, shards, width, asked, set(codes))
    return tuple(
        AreaFigures(
            code=code,
            name=areas.short_name(code),
            level="district",
            **{name: counts[name].get(code, 0) for name in counts},
        )
        for code in codes
    )


def street_figures(actor: Actor, district: str, *, period: Period | None = None) -> tuple[AreaFigures, ...]:
    """The streets of a district, each with counts."""
    return area_figures(actor, area=district, period=period)


def daily_counts(actor: Actor, *, area: str, period: Period | None = None) -> tuple[DayCount, ...]:
    """Reports and closings of every local day of the period, also days without any. Two queries."""
    district = _demand(actor, area)
    first, last = period or last_days()
    rows = _rows(area, areas.shards(district))
    reported, closed = (_by_day(rows, column, (first, last)) for column in ("reported_at", "closed_at"))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(DayCount(day, reported[day], closed[day]) for day in days)


def late_by_day(actor: Actor, *, area: str, period: Period | None = None) -> tuple[int, ...]:
    """How many cases were past a deadline at the end of every local day of the period, today: now. One query.

    Deadlines count as they stand: one that was moved is told as if it had always been there.
    """
    district = _demand(actor, area)
    first, last = period or last_days()
    begin, now = moments((first, last))[0], clock.now()
    ends = [begin + timedelta(days=number + 1) for number in range((last - first).days + 1)]
    ends[-1] = min(ends[-1], now)
    running = Q(stopped_at__isnull=True, suspended_at__isnull=True, case__is_open=True)
    clocks = CaseClock.objects.filter(
        running | Q(stopped_at__gte=begin, stopped_at__gt=F("due_at")),
        filtering.inside("case__area_now", area),
        district__in=areas.shards(district),
        case__confidential=False,
        due_at__lt=ends[-1],
    )
    late: list[set[UUID]] = [set() for _end in ends]
    for case, due, stopped in clocks.values_list("case_id", "due_at", "stopped_at"):
        until = len(ends) if stopped is None else bisect_left(ends, stopped)
        for number in range(bisect_right(ends, due), until):
            late[number].add(case)
    return tuple(len(cases) for cases in late)


def moments(period: Period) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the first moment after the last."""
    zone = timezone.get_default_timezone()
    first, last = period
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def last_days(days: int = DAYS) -> Period:
    """The last `days` local days, today included."""
    today = clock.today()
    return today - timedelta(days=days - 1), today


def _demand(actor: Actor, area: str) -> str:
    """The district of the area, if the actor may see its figures."""
    district = areas.get(area).district
    if not permission.access(actor).may(VERB, district=district, area=area):
        raise NotAllowed(_("没有查看这个区域数据的岗位"))
    return district


def _rows(area: str, shards: Iterable[str]) -> Any:
    return Case.objects.filter(
        filtering.inside("area_now", area), district__in=list(shards), confidential=False
    )


def _counts(
    area: str, shards: list[str], width: int, period: Period, codes: set[str]
) -> dict[str, dict[str, int]]:
    """open, late, soon, reported, closed by code. One query."""
    first, last = moments(period)
    now = clock.now()
    filters = {
        "open": Q(is_open=True),
        "late": filtering.light_is("late", now),
        "soon": filtering.light_is("soon", now),
        "reported": Q(reported_at__gte=first, reported_at__lt=last),
        "closed": Q(closed_at__gte=first, closed_at__lt=last),
    }
    wanted = Q(is_open=True) | filters["reported"] | filters["closed"]
    groups = _rows(area, shards).filter(wanted).values(group=Substr("area_now", 1, width)).order_by("group")
    counted = list(groups.annotate(**{name: Count("pk", filter=one) for name, one in filters.items()}))
    return {name: _summed({row["group"]: row[name] for row in counted}, codes) for name in filters}


def _summed(found: Mapping[str, int], codes: set[str]) -> dict[str, int]:
    result: Counter[str] = Counter()
    for code, number in found.items():
        result[_now(code, codes)] += number
    return dict(result)


def _now(code: str, codes: set[str]) -> str:
    """The living code under which a row of `code` is counted."""
    if code in codes:
        return code
    heirs = (heir[: len(code)] for heir, _share in areas.resolve_now(code))
    return next((heir for heir in heirs if heir in codes), code)


def _by_day(rows: Any, column: str, period: Period) -> Counter[date]:
    first, last = moments(period)
    zone = timezone.get_default_timezone()
    days = rows.filter(**{f"{column}__gte": first, f"{column}__lt": last}).values(
        day=TruncDate(column, tzinfo=zone)
    )
    return Counter({row["day"]: row["number"] for row in days.annotate(number=Count("pk")).order_by("day")})
