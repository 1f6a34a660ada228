"""When a place is open: an expression evaluated under the calendar of this installation."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from opening_hours import OpeningHours

from youlin.apps.places.hours.spelling import dates, layers, spelled
from youlin.kernel import calendars

State = Literal["open", "closed", "unknown"]
_DAY = timedelta(days=1)
_NOON = time(12)
_KEPT = 4096
_SUN = ("sunrise", "sunset", "dawn", "dusk")
_HORIZON = timedelta(days=8)


class Span(NamedTuple):
    """A time in which one state holds; local times, `end` is the first moment after it."""

    start: datetime
    end: datetime
    state: State
    comment: str


class Standing(NamedTuple):
    """How it stands at a moment, and until when; `until` is None when nothing changes for eight days."""

    state: State
    until: datetime | None
    comment: str


class Hours(NamedTuple):
    """What is evaluated: the expression, whether make-up days are worked, and where (for the sun alone)."""

    expression: str
    makeup_days: bool = False
    lon: float = 0.0
    lat: float = 0.0


def open_at(hours: Hours, at: datetime) -> bool:
    """Whether it is surely open at a moment."""
    return standing(hours, at).state == "open"


def standing(hours: Hours, at: datetime) -> Standing:
    """The state at a moment, with the next change within eight days."""
    local = at.astimezone(zone())
    found = iter(spans(hours, local, local + _HORIZON))
    first = next(found)
    for later in found:
        if later.state != first.state:
            return Standing(first.state, later.start, first.comment)
    return Standing(first.state, None, first.comment)


def spans(hours: Hours, start: datetime, end: datetime) -> Iterator[Span]:
    """The states from `start` to `end`, without gaps, in their order."""
    first, last = start.astimezone(zone()), end.astimezone(zone())
    while first < last:
        until = min(last, datetime(first.year + 1, 1, 1, tzinfo=zone()))
        yield from _layered([_intervals(one, first, until) for one in _compiled(hours, first.year)])
        first = until


def _intervals(one: OpeningHours, first: datetime, until: datetime) -> Iterator[Span]:
    for begins, ends, state, comment in one.intervals(first, until):
        yield Span(begins, min(ends, until), str(state), comment)  # type: ignore[arg-type]


def _layered(layers: list[Iterator[Span]]) -> Iterator[Span]:
    """The first layer that is not closed at each moment; where all are, the last one, which may say why."""
    if len(layers) == 1:
        yield from layers[0]
        return
    spans = [next(layer) for layer in layers]
    while True:
        end = min(span.end for span in spans)
        start = max(span.start for span in spans)
        holds = next((span for span in spans if span.state != "closed"), spans[-1])
        yield holds._replace(start=start, end=end)
        try:
            spans = [
                next(layer) if span.end == end else span for layer, span in zip(layers, spans, strict=True)
            ]
        except StopIteration:
            return


def zone() -> ZoneInfo:
    """The zone in which opening hours are written."""
    return ZoneInfo(settings.TIME_ZONE)


def compiled(expression: str, lon: float = 0.0, lat: float = 0.0) -> OpeningHours:
    """The library's reading of an expression as it is. Raises its `ParserError`."""
    coords = (round(lat, 1), round(lon, 1)) if any(word in expression for word in _SUN) else None
    return OpeningHours(expression, timezone=zone(), coords=coords, auto_country=False)


@lru_cache(maxsize=_KEPT)
def _compiled(hours: Hours, year: int) -> tuple[OpeningHours, ...]:
    """The expression spelled out with the holidays around a year, and with its make-up days; a layer each."""
    text = hours.expression
    if hours.makeup_days:
        text += "".join(f"; {dates([day])} {_worked(hours, day)}" for day in _makeup_days(year))
    text = spelled(text, _holidays(year), _holds)
    return tuple(compiled(one, hours.lon, hours.lat) for one in layers(text))


@lru_cache(maxsize=64)
def _holidays(year: int) -> tuple[date, ...]:
    return tuple(day for day in _around(year) if calendars.is_holiday(day))


@lru_cache(maxsize=64)
def _makeup_days(year: int) -> tuple[date, ...]:
    return tuple(day for day in _around(year) if calendars.is_makeup_day(day))


def _around(year: int) -> list[date]:
    """The days of a year and those beside it: what begins on 31 December may end in the next year."""
    first, last = date(year, 1, 1) - 2 * _DAY, date(year + 1, 1, 1) + 2 * _DAY
    return [first + number * _DAY for number in range((last - first).days)]


def _holds(selector: str, day: date) -> bool:
    return bool(compiled(selector).is_open(datetime.combine(day, _NOON, zone())))


def _worked(hours: Hours, day: date) -> str:
    """What a make-up day is worked like: the Wednesday nearest to it that is no holiday, as times of one day."""
    usual = next(other for other in _wednesdays(day) if calendars.is_working_day(other))
    plain = hours._replace(makeup_days=False)
    start = datetime.combine(usual, time(), zone())
    times = []
    for span in spans(plain, start, start + 2 * _DAY):
        if (
            span.state == "open"
            and span.start < start + _DAY
            and (span.start > start or not _spills(plain, usual))
        ):
            times.append(f"{span.start:%H:%M}-{_clock(span.end - start)}")
    return ",".join(times) or "off"


def _wednesdays(day: date) -> Iterator[date]:
    middle = day - (day.weekday() - 2) * _DAY
    return (middle + step * 7 * _DAY for step in (0, -1, 1, -2, 2, -3, 3))


def _spills(hours: Hours, day: date) -> bool:
    """Whether what is open at the first moment of a day began the day before."""
    start = datetime.combine(day, time(), zone())
    return (
        standing(hours, start - timedelta(minutes=1)).state == "open"
        and standing(hours, start).state == "open"
    )


def _clock(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours:02}:{minutes:02}"
