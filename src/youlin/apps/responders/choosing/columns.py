"""A district's responders as columns in memory, as `places.finding.columns` keeps places.

One process keeps one set for each district and reads only what has changed since: every change takes the district's
next revision. A look costs one small query. What a transaction has changed and not committed is read for it alone.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import BooleanField, ExpressionWrapper, Q, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from youlin.apps.responders import revisions
from youlin.apps.responders.choosing import times
from youlin.apps.responders.models import Responder
from youlin.apps.responders.models.responder import KEPT_CALLS, MOST_AREAS

FAR_PAST = -(2**62)
NOWHERE = 1e9
"""Where somebody with fewer than three usual areas "is" in the others: farther than any call reaches."""
_PLAIN = (
    "id",
    "slots",
    "most_week",
    "rest_hours",
    "reach_m",
    "emergencies",
    "paused_until",
    "busy",
    "rested_from",
)
_LISTS = ("stands", "skills", "languages", "kinds", "called")
"""Read as the text that the table holds, and made lists of all at once: one by one takes three times as long."""
_STATES = {
    "is_there": Q(consented_at__isnull=False, ended_at=None),
    "is_verified": Q(verified_at__isnull=False),
}

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def _longs(*shape: int) -> Any:
    return field(default_factory=lambda: np.empty((0, *shape), np.int64))


def _bools() -> Any:
    return field(default_factory=lambda: np.empty(0, bool))


@dataclass
class Columns:
    """The responders of one district as they were at `revision`, one line each.

    `lons`, `lats`: where they usually are, `MOST_AREAS` a line. `skills`, `languages`, `kinds`: bits, numbered as in
    `words`. `slots`: a week's half hours, packed. `called`: their latest calls, newest first. Moments are seconds since
    the epoch. `there`: enrolled and agreed to.
    """

    district: str
    revision: int = -1
    ids: list[UUID] = field(default_factory=list)
    lines: dict[UUID, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    lons: Floats = field(default_factory=lambda: np.empty((0, MOST_AREAS)))
    lats: Floats = field(default_factory=lambda: np.empty((0, MOST_AREAS)))
    slots: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, times.SLOTS // 8), np.uint8))
    skills: Longs = _longs()
    languages: Longs = _longs()
    kinds: Longs = _longs()
    called: Longs = _longs(KEPT_CALLS)
    most_week: Longs = _longs()
    rest: Longs = _longs()
    reach: Longs = _longs()
    paused: Longs = _longs()
    rested: Longs = _longs()
    there: Bools = _bools()
    verified: Bools = _bools()
    emergencies: Bools = _bools()
    busy: Bools = _bools()

    def bits(self, kind: str, codes: Iterable[str]) -> int | None:
        """These words as one number; None if nobody has one of them."""
        numbers = [self.words.get(f"{kind}:{code}") for code in set(codes)]
        return None if None in numbers else sum(1 << number for number in numbers if number is not None)


_ARRAYS = tuple(one.name for one in fields(Columns))[5:]
_held: dict[str, Columns] = {}
_lock = threading.Lock()


def columns_of(district: str) -> Columns:
    """The columns of a district as they are now: one query when nothing has changed."""
    now = revisions.latest(district)
    held = _held.get(district)
    if held is not None and held.revision == now:
        return held
    if revisions.open_here(district):
        return _read(district, Columns(district), now)
    with _lock:
        held = _held.get(district)
        if held is None or held.revision > now:
            held = Columns(district)
        if held.revision < now:
            held = _held[district] = _read(district, held, now)
        return held


def forget(**_: object) -> None:
    """Drop what is held: when tables were emptied or migrated."""
    _held.clear()


def seconds(at: datetime | None) -> int:
    """A moment in whole seconds since the epoch; long ago for none."""
    return int(at.timestamp()) if at else FAR_PAST


def _read(district: str, old: Columns, now: int) -> Columns:
    """Columns brought up to `now`. New ones are made: who is still asking the old ones is not disturbed."""
    rows = _changed(district, old.revision)
    new = Columns(district, revision=now, ids=old.ids, lines=old.lines, words=dict(old.words))
    if any(row[0] not in old.lines for row in rows):
        new.ids, new.lines = list(old.ids), dict(old.lines)
    lines = [_line_of(new, row[0]) for row in rows]
    more = len(new.ids) - len(old.ids)
    for name in _ARRAYS:
        column = getattr(old, name)
        setattr(new, name, np.concatenate([column, np.zeros((more, *column.shape[1:]), column.dtype)]))
    if rows:
        _set(new, lines, rows)
    return new


def _changed(district: str, since: int) -> list[tuple[Any, ...]]:
    """What has changed after a revision, with the columns `_PLAIN`, `_LISTS` and `_STATES`."""
    rows = Responder.objects.filter(district=district, revision__gt=since).order_by("revision", "id")
    texts = {f"{name}_text": Cast(name, TextField()) for name in _LISTS}
    states = {name: ExpressionWrapper(held, BooleanField()) for name, held in _STATES.items()}
    return list(rows.annotate(**texts, **states).values_list(*_PLAIN, *texts, *states))


def _line_of(columns: Columns, responder_id: UUID) -> int:
    line = columns.lines.get(responder_id)
    if line is None:
        line = columns.lines[responder_id] = len(columns.ids)
        columns.ids.append(responder_id)
    return line


def _set(new: Columns, lines: list[int], rows: list[tuple[Any, ...]]) -> None:
    """Column by column: rows by the ten thousand are read like this in a fraction of the time."""
    given = dict(zip((*_PLAIN, *_LISTS, *_STATES), zip(*rows, strict=True), strict=True))
    stands = json.loads(f"[{','.join(given['stands'])}]")
    for number, axis in enumerate((new.lons, new.lats)):
        axis[lines] = [_padded([stand[number] for stand in one], MOST_AREAS, NOWHERE) for one in stands]
    for name in ("skills", "languages", "kinds"):
        numbers = {text: _number(new, name, json.loads(text)) for text in dict.fromkeys(given[name])}
        getattr(new, name)[lines] = [numbers[text] for text in given[name]]
    packed = np.frombuffer(bytes.fromhex("".join(given["slots"])), np.uint8)
    new.slots[lines] = packed.reshape(len(rows), -1)
    called = json.loads(f"[{','.join(given['called'])}]")
    new.called[lines] = [_padded(moments, KEPT_CALLS, FAR_PAST) for moments in called]
    new.most_week[lines] = given["most_week"]
    new.rest[lines] = np.array(given["rest_hours"], np.int64) * 3600
    new.reach[lines] = given["reach_m"]
    new.paused[lines] = [seconds(at) for at in given["paused_until"]]
    new.rested[lines] = [seconds(at) for at in given["rested_from"]]
    new.there[lines] = given["is_there"]
    new.verified[lines] = given["is_verified"]
    new.emergencies[lines] = given["emergencies"]
    new.busy[lines] = given["busy"]


def _padded(values: list[Any], length: int, filling: float) -> list[Any]:
    return [*values[:length], *[filling] * (length - len(values))]


def _number(columns: Columns, kind: str, codes: list[str]) -> int:
    """Words as bits; each kind of word has its own 63."""
    number = 0
    for code in codes:
        word = f"{kind}:{code}"
        if word not in columns.words:
            columns.words[word] = sum(1 for one in columns.words if one.startswith(f"{kind}:"))
        number |= 1 << columns.words[word]
    return number
