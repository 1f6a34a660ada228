"""Figures for leaders: rates and counts of an area and of those directly below it."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import Substr, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import permission
from youlin.apps.cases import rates as definitions
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.cases.rates import Definition, Period, Ratio
from youlin.apps.cases.selectors import filtering
from youlin.apps.cases.selectors.rows import AreaFigures, DayCount, Figure
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

VERB = "cockpit.read"
DAYS = 30


def rates(actor: Actor, *, area: str, period: Period | None = None) -> tuple[Figure, ...]:
    """Every rate in force, of one area and all below it. One query each."""
    district = _demand(actor, area)
    asked = period or last_days()
    shards = areas.shards(district)
    return tuple(
        figure(one, definitions.evaluate(one, area=area, shards=shards, period=asked))
        for one in definitions.in_force(asked[1])
    )


def area_figures(actor: Actor, *, area: str, period: Period | None = None) -> tuple[AreaFigures, ...]:
    """The areas directly below one, each with counts and rates. Counts of open cases are of now.

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
    by_rate = {
        one: _merged(definitions.by_area(one, area=area, shards=shards, period=asked, width=width), codes)
        for one in definitions.in_force(asked[1])
    }
    return tuple(
        AreaFigures(
            code=one.code,
            name=one.short_name,
            level=one.level,
            **{name: counts[name].get(one.code, 0) for name in counts},
            rates={
                rate.code: figure(rate, found.get(one.code, Ratio(0, 0))) for rate, found in by_rate.items()
            },
        )
        for one in below
    )


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
    by_rate = {
        one: _merged(
            definitions.by_area(one, area=city, shards=shards, period=asked, width=width), set(codes)
        )
        for one in definitions.in_force(asked[1])
    }
    return tuple(
        AreaFigures(
            code=code,
            name=areas.short_name(code),
            level="district",
            **{name: counts[name].get(code, 0) for name in counts},
            rates={rate.code: figure(rate, found.get(code, Ratio(0, 0))) for rate, found in by_rate.items()},
        )
        for code in codes
    )


def street_figures(actor: Actor, district: str, *, period: Period | None = None) -> tuple[AreaFigures, ...]:
    """The streets of a district, each with counts and rates."""
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
    begin, now = definitions.moments((first, last))[0], clock.now()
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


def rate_trends(
    actor: Actor, *, area: str, codes: Sequence[str], period: Period | None = None, parts: int = 10
) -> dict[str, tuple[float | None, ...]]:
    """The named rates over `parts` equal stretches of the period, oldest first. One query each.

    A stretch with nothing to divide by is None.
    """
    district = _demand(actor, area)
    first, last = asked = period or last_days()
    days, shards = (last - first).days + 1, areas.shards(district)
    parts = min(parts, days)
    trends = {}
    for one in definitions.in_force(last):
        if one.code not in codes:
            continue
        sums = [Ratio(0, 0)] * parts
        for day, ratio in definitions.by_day(one, area=area, shards=shards, period=asked).items():
            part = (day - first).days * parts // days
            sums[part] = _added(sums[part], ratio)
        trends[one.code] = tuple(total.value for total in sums)
    return trends


def last_days(days: int = DAYS) -> Period:
    """The last `days` local days, today included."""
    today = clock.today()
    return today - timedelta(days=days - 1), today


def figure(definition: Definition, ratio: Ratio) -> Figure:
    """A rate with all that is needed to read it."""
    return Figure(
        code=definition.code,
        name=definition.title(),
        value=ratio.value,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        unit=definition.unit,
        direction=definition.direction,
        source=definition.source,
        version=definition.version,
    )


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
    first, last = definitions.moments(period)
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


def _merged(found: Mapping[str, Ratio], codes: set[str]) -> dict[str, Ratio]:
    result: dict[str, Ratio] = {}
    for code, ratio in found.items():
        here = _now(code, codes)
        result[here] = _added(result.get(here, Ratio(0, 0)), ratio)
    return result


def _added(one: Ratio, other: Ratio) -> Ratio:
    return Ratio(one.numerator + other.numerator, one.denominator + other.denominator)


def _now(code: str, codes: set[str]) -> str:
    """The living code under which a row of `code` is counted."""
    if code in codes:
        return code
    heirs = (heir[: len(code)] for heir, _share in areas.resolve_now(code))
    return next((heir for heir in heirs if heir in codes), code)


def _by_day(rows: Any, column: str, period: Period) -> Counter[date]:
    first, last = definitions.moments(period)
    zone = timezone.get_default_timezone()
    days = rows.filter(**{f"{column}__gte": first, f"{column}__lt": last}).values(
        day=TruncDate(column, tzinfo=zone)
    )
    return Counter({row["day"]: row["number"] for row in days.annotate(number=Count("pk")).order_by("day")})
