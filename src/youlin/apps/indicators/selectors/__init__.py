"""Figures for those who lead: of an area, of those below it, over time, by what they consist of.

Every one takes the actor and answers for areas over which a duty grants `cockpit.read`. Periods are (first, last)
local days, both included.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, naming, periods, permission, reading
from youlin.apps.indicators.asking import NOTHING, Asked, Number, Numbers, of_nothing
from youlin.apps.indicators.definitions import Definition, Grain
from youlin.apps.indicators.periods import Period
from youlin.apps.indicators.selectors.rows import Figure, Point, Slice
from youlin.apps.indicators.targets import judging
from youlin.apps.indicators.targets import selectors as targets
from youlin.apps.indicators.targets.selectors import InForce
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.languages import in_language


def declared(district: str) -> list[Definition]:
    """The indicators that hold in a district today, in the order of its programmes; definitions are public."""
    return list(declarations.in_force(district).values())


def figures(
    actor: Actor, *, area: str, codes: Sequence[str], period: Period, compare: Period | None = None
) -> list[Figure]:
    """The named figures of one area and all below it, in the order asked for; those nobody declares are left out."""
    district = permission.demand(actor, area)
    asked = Asked(district, area, period)
    now = reading.numbers(asked, codes)
    before = reading.numbers(asked.at(compare), codes) if compare else {}
    known, moment = _known(district, period), reading.as_of(district, codes)
    aims = _aims(district, [area], known, codes, period)[area]
    return [
        _figure(
            known[code],
            _one(known[code], now, moment),
            _one(known[code], before, moment),
            moment,
            aims.get(code),
        )
        for code in dict.fromkeys(codes)
        if code in known
    ]


def by_area(
    actor: Actor, *, area: str, codes: Sequence[str], period: Period, compare: Period | None = None
) -> dict[str, dict[str, Figure]]:
    """The same of each area directly below one, by its code: as many questions for hundred areas as for one."""
    district = permission.demand(actor, area)
    below = [one.code for one in areas.children(area)]
    if not below:
        return {}
    asked = Asked(district, area, period, width=len(below[0]))
    now = reading.numbers(asked, codes)
    before = reading.numbers(asked.at(compare), codes) if compare else {}
    known, moment = _known(district, period), reading.as_of(district, codes)
    aims = _aims(district, below, known, codes, period)
    return {
        child: {
            code: _figure(
                known[code],
                _one(known[code], now, moment, child),
                _one(known[code], before, moment, child),
                moment,
                aims[child].get(code),
            )
            for code in codes
            if code in known
        }
        for child in below
    }


def series(
    actor: Actor, *, area: str, codes: Sequence[str], grain: Grain, period: Period
) -> dict[str, list[Point]]:
    """The named figures over time, one point for each stretch of the period, also for those without any row."""
    district = permission.demand(actor, area)
    found = reading.numbers(Asked(district, area, period, grain=grain), codes)
    known = _known(district, period)
    starts = [start for start, _end in periods.stretches(period, grain)]
    return {
        code: [_point(start, numbers, of_nothing(known[code])) for start in starts]
        for code, numbers in found.items()
    }


def breakdown(actor: Actor, *, area: str, code: str, period: Period, by: str) -> list[Slice]:
    """One figure by the values of a column, the largest base first; values of which there is nothing are left out."""
    district = permission.demand(actor, area)
    found = reading.numbers(Asked(district, area, period, by=by), [code]).get(code, {})
    definition = _known(district, period).get(code)
    keys = {key for _area, _start, key in found}
    dataset = definition.rule.dataset if definition else None
    names = naming.names(dataset, by, district, keys) if dataset else {}
    slices = [
        Slice(key, names.get(key, key), one.value, one.n, one.d)
        for (_area, _start, key), one in found.items()
        if (one.n if one.d is None else one.d)
    ]
    return sorted(slices, key=lambda one: (-(one.d if one.d is not None else one.n), one.key))


def _known(district: str, period: Period) -> dict[str, Definition]:
    return declarations.in_force(district, min(period[1], clock.today()))


def _one(
    definition: Definition, found: dict[str, Numbers], moment: datetime | None, area: str = ""
) -> Number:
    """The number of an area, or of no rows; nothing at all where nothing was ever exported or asked."""
    if moment is None or definition.code not in found:
        return NOTHING
    return found[definition.code].get((area, None, ""), of_nothing(definition))


def _point(start: date, numbers: Numbers, nothing: Number) -> Point:
    one = numbers.get(("", start, ""), nothing)
    return Point(start, one.value, one.n, one.d)


def _aims(
    district: str,
    wanted: Sequence[str],
    known: Mapping[str, Definition],
    codes: Sequence[str],
    period: Period,
) -> dict[str, dict[str, InForce]]:
    """The targets in force, by area and indicator."""
    asked = {code: known[code] for code in codes if code in known}
    return targets.in_force(district, wanted, asked, period)


def _figure(
    definition: Definition, now: Number, before: Number, moment: datetime | None, aim: InForce | None
) -> Figure:
    indicator = definition.indicator
    target = aim.value if aim else None
    return Figure(
        code=definition.code,
        name=definition.title,
        about=definition.about,
        value=now.value,
        n=now.n,
        d=now.d,
        before=before.value,
        d_before=before.d,
        unit=indicator.unit,
        decimals=indicator.decimals,
        direction=indicator.direction,
        version=definition.rule.version,
        source=in_language(*definition.rule.origin),
        target=target,
        status=judging.status(now.value, target, indicator.direction).code,
        as_of=moment,
        target_mark=aim.mark if aim else "",
    )


def status(value: float | None, target: float | None, direction: str) -> str:
    """`met`, `near`, `missed`, `no_value` or `no_target`."""
    return judging.status(value, target, direction).code
