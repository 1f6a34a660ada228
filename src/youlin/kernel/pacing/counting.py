"""Counting hits in sliding windows, in one statement for all counters of one write.

A window's weight fades while the next one goes on: what counts is `earlier · (1 − elapsed) + hits`. Every process of an
installation adds to the same rows, so that several of them let pass no more than one would.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from youlin.kernel import clock, crypto
from youlin.kernel.pacing.models import PaceCount

_MOST_REMEMBERED = 20_000


class Counter(NamedTuple):
    """What is counted under which name: at most `amount` hits in any `seconds`."""

    name: str
    amount: int
    seconds: int

    @property
    def id(self) -> UUID:
        """The row. A digest under a key of the installation: names hold addresses and persons."""
        return UUID(hex=crypto.blind_index(f"{self.seconds}:{self.name}", "pace")[:32])


class _Count(NamedTuple):
    """How often in this window, and in the one before."""

    hits: int
    earlier: int


_refused: dict[UUID, float] = {}
"""Until when a counter refuses, as far as this process knows: whoever hammers costs no query."""
_lock = threading.Lock()


def hit(counters: Sequence[Counter]) -> float:
    """Count one hit in each of them: 0 when all allow it, else the seconds to wait, and then nothing was counted.

    One query; a second one takes the hit back where it is refused, so that nobody pays for another's haste.
    """
    rows = {one.id: one for one in counters}
    now = clock.now().timestamp()
    if not rows or (wait := _known_wait(rows, now)):
        return wait if rows else 0.0
    counted = _add(rows, now)
    waits = {id: _wait(one, counted[id], now) for id, one in rows.items()}
    wait = max(waits.values())
    if wait:
        _take_back(rows, now)
        with _lock:
            _refused.update({id: now + mine for id, mine in waits.items() if mine})
    return wait


def forget() -> None:
    """Forget what this process remembers: for tests."""
    with _lock:
        _refused.clear()


def forget_old() -> int:
    """Delete counters that say nothing any more; how many."""
    return PaceCount.objects.filter(until__lt=int(clock.now().timestamp())).delete()[0]


def _known_wait(rows: Mapping[UUID, Counter], now: float) -> float:
    with _lock:
        if len(_refused) > _MOST_REMEMBERED:
            _refused.clear()
        wait = max(_refused.get(id, now) - now for id in rows)
    return max(0.0, wait)


def _wait(one: Counter, count: _Count, now: float) -> float:
    """How long until one more is allowed; 0 when this one is."""
    passed = now % one.seconds
    if count.earlier * (1 - passed / one.seconds) + count.hits <= one.amount:
        return 0.0
    before = count.hits - 1
    if before < one.amount:  # as soon as the window before weighs little enough
        until = one.seconds * (1 - (one.amount - before - 1) / max(1, count.earlier))
        return max(1.0, until - passed)
    fades = one.seconds * (1 - (one.amount - 1) / before)  # into the next window
    return max(1.0, one.seconds - passed + fades)


_ADD = """
INSERT INTO {table} AS old (id, turn, hits, earlier, until) VALUES {rows}
ON CONFLICT (id) DO UPDATE SET
  earlier = CASE WHEN old.turn >= excluded.turn THEN old.earlier
                 WHEN old.turn = excluded.turn - 1 THEN old.hits ELSE 0 END,
  hits = CASE WHEN old.turn >= excluded.turn THEN old.hits + 1 ELSE 1 END,
  turn = CASE WHEN old.turn > excluded.turn THEN old.turn ELSE excluded.turn END,
  until = excluded.until
RETURNING id, hits, earlier
"""


def _add(rows: Mapping[UUID, Counter], now: float) -> dict[UUID, _Count]:
    """One more hit for each, in the order of the ids: two writes never wait for each other in a circle."""
    database = connections[DEFAULT_DB_ALIAS]
    values: list[Any] = []
    for id in sorted(rows):
        turn = int(now // rows[id].seconds)
        values += [_key(id), turn, 1, 0, (turn + 2) * rows[id].seconds]
    places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    table = database.ops.quote_name(PaceCount._meta.db_table)
    with database.cursor() as cursor:
        cursor.execute(_ADD.format(table=table, rows=places), values)
        return {UUID(str(id)): _Count(hits, earlier) for id, hits, earlier in cursor.fetchall()}


def _take_back(rows: Mapping[UUID, Counter], now: float) -> None:
    database = connections[DEFAULT_DB_ALIAS]
    table = database.ops.quote_name(PaceCount._meta.db_table)
    same = " OR ".join(["(id = %s AND turn = %s)"] * len(rows))
    values = [value for id in sorted(rows) for value in (_key(id), int(now // rows[id].seconds))]
    with database.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET hits = hits - 1 WHERE hits > 0 AND ({same})", values)


def _key(id: UUID) -> Any:
    """An id as this database keeps it."""
    field = PaceCount._meta.pk
    return field.get_db_prep_value(id, connections[DEFAULT_DB_ALIAS])
