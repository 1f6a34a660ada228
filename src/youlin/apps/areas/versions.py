"""Caches that never tell yesterday's areas: each value is kept under the version of its district.

A version is asked for once in a request (elsewhere once a second) with one query, whatever the number of
districts. A thread that has itself changed a district in a transaction that is still open sees its own
change at once, other threads see it when it is committed, and nobody sees it when it is rolled back.
"""

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db.models import Count, F, Sum, Value

from youlin.apps.areas.models import AreaRevision
from youlin.kernel import rows
from youlin.kernel.open_changes import OpenChanges
from youlin.kernel.prepared import Prepared

T = TypeVar("T")

SECONDS = 1.0
ENTRIES = 600
_random = random.SystemRandom()


class _Seen(threading.local):
    def __init__(self) -> None:
        self.generation = -1
        self.until = 0.0
        self.in_request = False
        self.total: list[Any] | None = None
        self.versions: dict[str, int] = {}


_seen = _Seen()
_mine = OpenChanges()
_generation = 0
_building = threading.RLock()
_values: OrderedDict[tuple[str, Hashable], tuple[Hashable, Any]] = OrderedDict()


_TOTAL: Prepared[AreaRevision] = Prepared(
    lambda: (
        AreaRevision.objects.annotate(all=Value(1))
        .values("all")
        .annotate(rows=Count("id"), sum=Sum("revision"))
        .values_list("rows", "sum")
    )
)


def bump(district: str) -> None:
    """Say that a district's areas have changed or are about to; also locks the district's areas for others.

    Services call it before they read what they will change, and again when they have written.
    """
    row = AreaRevision(district=district)
    known = AreaRevision.objects.filter(district=district)
    step = _random.randrange(1, 1 << 31)
    if not known.update(revision=F("revision") + step):
        rows.insert_if_new(row)
        known.update(revision=F("revision") + step)
    _mine.note(district)


def of(prefix: str, width: int) -> Hashable:
    """The version of all districts at or under `prefix`; `width` is that of a district's code.

    None means that nothing is known to be there, so that nothing should be kept.
    """
    _look()
    district = prefix[:width]
    if len(district) == width:
        return _version(district)
    under = {code for code in (*_seen.versions, *_mine) if code.startswith(district)}
    return tuple((code, _version(code)) for code in sorted(under)) or None


def cached(kind: str, key: Hashable, version: Hashable, build: Callable[[], T]) -> T:
    """The value kept for `kind` and `key` if it has this version, else a new one from `build`."""
    held = _values.get((kind, key))
    if version is not None and held is not None and held[0] == version:
        return held[1]  # type: ignore[no-any-return]
    with _building:
        held = _values.get((kind, key))
        if version is not None and held is not None and held[0] == version:
            return held[1]  # type: ignore[no-any-return]
        value = build()
        if version is not None:
            _values[kind, key] = (version, value)
            _values.move_to_end((kind, key))
            while len(_values) > ENTRIES:
                _values.popitem(last=False)
        return value


def forget(**_: Any) -> None:
    """Drop everything: after a migration, or when the tables were emptied."""
    global _generation
    _generation += 1
    _values.clear()


def begin_request(**_: Any) -> None:
    """A request looks once, at its first question."""
    _seen.in_request, _seen.until = True, 0.0


def end_request(**_: Any) -> None:
    """Outside requests versions grow old by the clock."""
    _seen.in_request, _seen.until = False, 0.0


def _version(district: str) -> Hashable:
    return _mine.token(district) or _seen.versions.get(district)


def _look() -> None:
    """Read the versions again if they may have changed."""
    if _mine.settle():
        _seen.until = 0.0
    if _seen.generation != _generation:
        _seen.generation, _seen.total, _seen.until = _generation, None, 0.0
    if time.monotonic() < _seen.until or (_seen.in_request and _seen.until):
        return
    total = next(iter(_TOTAL.values()), [])
    if total != _seen.total:
        _seen.versions = dict(AreaRevision.objects.values_list("district", "revision"))
        _seen.total = total
    _seen.until = time.monotonic() + SECONDS
