"""Clocks of a case: which promises run in a state, when they turn amber and red, and how they end.

Everything here works on rows in memory; services save them. A clock runs on while consecutive states name it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.dateparse import parse_datetime

from youlin.apps.cases import workflow
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.cases.words import Light
from youlin.kernel import calendars

KEPT, LATE, VOID = "kept", "late", "void"
"""How a clock ends: in time, too late, or taken back so that it does not count."""

_HOUR = timedelta(hours=1)
_END_OF_DAY = time(23, 59, 59)


@dataclass
class Change:
    """What a change of state does to the clocks; `running` are those that go on afterwards."""

    stopped: list[CaseClock] = field(default_factory=list)
    started: list[CaseClock] = field(default_factory=list)
    running: list[CaseClock] = field(default_factory=list)


def limit_of(clock: workflow.Clock, limits: Mapping[str, str]) -> str:
    """The limit in words that holds for a category with these `limits`; "" when there is none."""
    if clock.limit.startswith(workflow.NAMED_DAY):
        return clock.default
    if not clock.limit.startswith("category:"):
        return clock.limit
    return limits.get(clock.limit.removeprefix("category:")) or clock.default


def named_day(case: Case, clock: workflow.Clock) -> datetime | None:
    """When the clock ends because the case itself names the moment (`attribute:<code>`); None otherwise."""
    if not clock.limit.startswith(workflow.NAMED_DAY):
        return None
    said = case.attributes.get(clock.limit.removeprefix(workflow.NAMED_DAY))
    return parse_datetime(said) if isinstance(said, str) else None


def _until(at: datetime, due: datetime) -> calendars.Limit:
    """The hours from `at` to a named moment, for whoever reads how long there was; none for one that is past."""
    return calendars.Limit(max(math.ceil((due - at) / _HOUR), 0), "hour")


def need_category(state: workflow.State) -> bool:
    """Whether a clock of the state takes its limit from the category."""
    return any(clock.limit.startswith("category:") for clock in state.clocks)


def begin(case: Case, clock: workflow.Clock, limits: Mapping[str, str], at: datetime) -> CaseClock | None:
    """A new clock of `case` that starts at `at`, or None when no limit is declared for it."""
    named = named_day(case, clock)
    words = limit_of(clock, limits)
    if named is None and not words:
        return None
    limit = _until(at, named) if named else calendars.Limit.parse(words)
    due = named or calendars.deadline(at, limit)
    return CaseClock(
        district=case.district,
        case=case,
        name=clock.name,
        limit=str(limit),
        started_at=at,
        amber_at=amber(at, due, limit.unit),
        due_at=due,
    )


def amber(start: datetime, due: datetime, unit: calendars.Unit) -> datetime:
    """When the light turns amber: after `settings.AMBER_SHARE` (three quarters) of the time allowed.

    The time of a limit in working hours or days is working time.
    """
    share = float(settings.AMBER_SHARE)
    if unit in ("hour", "day"):
        return start + (due - start) * share
    hours = calendars.working_time_between(start, due) * share / _HOUR
    early = calendars.Limit(Decimal(str(round(hours, 4))), "work_hour")
    return min(due, calendars.deadline(start, early))


def stop(running: CaseClock, at: datetime, *, void: bool = False) -> CaseClock:
    """End a clock at `at`. One that is late already stays late, also when it is taken back.

    A clock that stands still is judged by the moment at which it was stopped.
    """
    running.stopped_at = at
    if (running.suspended_at or at) > running.due_at:
        running.outcome = LATE
    else:
        running.outcome = VOID if void else KEPT
    return running


def change(
    case: Case,
    to: workflow.State,
    running: Iterable[CaseClock],
    *,
    limits: Mapping[str, str],
    at: datetime,
    void: bool = False,
) -> Change:
    """Stop what `to` no longer promises, start what it newly promises, and set the case's lights."""
    promised = {clock.name: clock for clock in to.clocks}
    result = Change()
    for one in running:
        if one.name in promised:
            result.running.append(one)
        else:
            result.stopped.append(stop(one, at, void=void))
    known = {one.name for one in result.running}
    for name, clock in promised.items():
        if name not in known and (fresh := begin(case, clock, limits, at)) is not None:
            result.started.append(fresh)
    result.running += result.started
    set_lights(case, result.running)
    return result


def suspend(running: Iterable[CaseClock], at: datetime) -> list[CaseClock]:
    """Let clocks stand still from `at` on; those that are late already run on. The ones that were stopped."""
    stopped = []
    for one in running:
        if one.suspended_at is None and at <= one.due_at:
            one.suspended_at = at
            one.left = calendars.remaining(one.due_at, _unit(one), at=at).total_seconds()
            stopped.append(one)
    return stopped


def resume(running: Iterable[CaseClock], at: datetime) -> list[CaseClock]:
    """Let clocks that stand still run on with the time they had left. A deadline never moves back."""
    moved = []
    for one in running:
        if one.suspended_at is not None:
            unit: calendars.Unit = "work_hour" if _unit(one) in ("work_hour", "work_day") else "hour"
            left = calendars.Limit(Decimal(str(round(max(one.left or 0.0, 0.0) / 3600, 4))), unit)
            _move(one, calendars.deadline(at, left), at)
            one.suspended_at, one.left = None, None
            moved.append(one)
    return moved


def extend(one: CaseClock, due: datetime, at: datetime) -> None:
    """Move a deadline on to `due`; the first one is kept."""
    _move(one, due, at)
    one.extensions += 1
    one.escalated_at = None


def moved_due(one: CaseClock, day: date) -> datetime:
    """When `day` is over for this clock: at the close of business, or with the day itself."""
    calendar = calendars.default()
    working = _unit(one) in ("work_hour", "work_day")
    return datetime.combine(day, calendar.hours[-1][1] if working else _END_OF_DAY, calendar.zone)


def end_of_day(day: date) -> datetime:
    """The last second of a local day."""
    return datetime.combine(day, _END_OF_DAY, calendars.default().zone)


def local_day(moment: datetime) -> date:
    """The day of a moment where the district is."""
    return moment.astimezone(calendars.default().zone).date()


def _move(one: CaseClock, due: datetime, at: datetime) -> None:
    if due <= one.due_at:
        return
    one.first_due_at = one.first_due_at or one.due_at
    one.due_at = due
    one.amber_at = max(one.amber_at, amber(max(at, one.started_at), due, _unit(one)))


def _unit(one: CaseClock) -> calendars.Unit:
    return calendars.Limit.parse(one.limit).unit


def set_lights(case: Case, running: Iterable[CaseClock]) -> None:
    """The case shows the clock that is due first, of those that do not stand still."""
    moving = (one for one in running if one.suspended_at is None)
    first = min(moving, key=lambda one: one.due_at, default=None)
    case.light_at = first.amber_at if first else None
    case.due_at = first.due_at if first else None


def light(case: Case, now: datetime) -> Light:
    """Green ("ok"), amber ("soon"), red ("late"), or "none" when nothing is promised or all is over."""
    return light_at(case.is_open, case.light_at, case.due_at, now)


def light_at(is_open: bool, amber_at: datetime | None, due_at: datetime | None, now: datetime) -> Light:
    """The light of a promise with these times."""
    if not is_open or due_at is None:
        return "none"
    if now > due_at:
        return "late"
    return "soon" if amber_at is not None and now >= amber_at else "ok"
