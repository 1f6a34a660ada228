"""The one place that knows the time, so that tests can turn it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_time", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def local_now() -> datetime:
    """The present moment in the installation's time zone (`YOULIN_TIME_ZONE`)."""
    return timezone.localtime(now(), timezone.get_default_timezone())


def today() -> date:
    """The present day in the installation's time zone."""
    return local_now().date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` (aware); `advance` moves it on."""
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def advance(by: timedelta) -> datetime:
    """Move a frozen clock on by `by`; a running clock refuses."""
    stopped = _frozen.get()
    if stopped is None:
        raise RuntimeError("only a frozen clock can be advanced")
    _frozen.set(stopped + by)
    return stopped + by
