"""Positions in the journal: how entries get theirs, and how far a reader may go. Vendor SQL lives here.

PostgreSQL: an entry's epoch is the number of its transaction, or that of its row's last entry if greater, so
that the entries of one row stand in their order. All transactions below `pg_snapshot_xmin` have ended; a
reader that stops there misses nothing, because whatever appears later has a greater epoch.
SQLite: transactions begin IMMEDIATE, so the numbers given under the write lock are in the order of commits.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL

from youlin.kernel.journal.models import JournalEntry, Position

LOCKED_ROWS = 256
"""Rows for which one call takes a lock of its own on PostgreSQL; beyond, the caller's row locks must do."""

_ENTRIES = "kernel_journalentry"
_BASE = "COALESCE((SELECT base FROM kernel_journalorigin LIMIT 1), 0)"
_SETTLED = f"(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {_BASE})"

_LAST = f"COALESCE((SELECT seq FROM {_ENTRIES} WHERE district = %s ORDER BY epoch DESC, seq DESC LIMIT 1), 0)"
_PLACE_POSTGRESQL = (
    f"SELECT pg_current_xact_id()::text::bigint + {_BASE}",
    "SELECT nextval('kernel_journal_position')",
    0,
)
_PLACE_SQLITE = (_BASE, f"{_LAST} + 1", 1)
"""Epoch, number and how often the second names the district; on PostgreSQL each is found once, not for each row."""

Key = tuple[str, UUID]
"""A row as the journal knows it: kind and id."""


class Head(NamedTuple):
    """The last entry of a row."""

    seq: int
    hash: str
    epoch: int


class Taken(NamedTuple):
    """Numbers for new entries: the transaction's epoch, one number for each entry, the heads of old rows."""

    epoch: int
    seqs: Sequence[int]
    heads: dict[Key, Head]


def take(district: str, count: int, keys: Iterable[Key]) -> Taken:
    """Numbers for `count` new entries and the heads of the rows `keys`, in one query.

    On PostgreSQL the rows are locked to the end of the transaction, so two appends to one row wait for
    each other.
    """
    wanted = sorted(set(keys))
    return (
        _take_postgresql(district, count, wanted) if _postgresql() else _take_sqlite(district, count, wanted)
    )


def with_place(rows: models.QuerySet[Any], district: Any) -> models.QuerySet[Any]:
    """Rows of a query that has to be asked anyway, each with the place for one new entry: `epoch` and `number`.

    `district` is a text or an expression. The place is good for the transaction that asked, once (`writing.entry_at`).
    """
    epoch, number, given = _PLACE_POSTGRESQL if _postgresql() else _PLACE_SQLITE
    field = models.BigIntegerField()
    with_both: models.QuerySet[Any] = rows.annotate(
        epoch=RawSQL(epoch, [], output_field=field),
        number=RawSQL(number, [district] * given, output_field=field),
    )
    return with_both


def settled(entries: models.QuerySet[JournalEntry]) -> models.QuerySet[JournalEntry]:
    """Only entries before which nothing can appear any more."""
    if not _postgresql() or _alone():
        return entries
    return entries.filter(epoch__lt=RawSQL(_SETTLED, [], output_field=models.BigIntegerField()))


class Compared(models.Func):
    """`(epoch, seq) > position`: both databases answer it from the index (the ORM's own spelling is not)."""

    output_field = models.BooleanField()

    def __init__(self, operator: str, position: Position) -> None:
        super().__init__(
            models.F("epoch"), models.F("seq"), models.Value(position.epoch), models.Value(position.seq)
        )
        self.template = f"((%(a)s, %(b)s) {operator} (%(c)s, %(d)s))"

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        sql = self.template % dict(zip("abcd", (part[0] for part in parts), strict=True))
        return sql, [parameter for part in parts for parameter in part[1]]


def after(position: Position) -> Compared:
    """Condition on entries: behind `position`."""
    return Compared(">", position)


def upto(position: Position) -> Compared:
    """Condition on entries: at `position` or before."""
    return Compared("<=", position)


def districts() -> list[str]:
    """Every district that has a journal, in order: one probe of the index for each."""
    sql = f"WITH RECURSIVE {_WALK} SELECT district FROM walk WHERE district IS NOT NULL ORDER BY district"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def districts_behind(cursor_table: str) -> list[str]:
    """Districts whose journal goes beyond what `cursor_table` (district, epoch, seq) says was read."""
    last = f"""SELECT {{}} FROM {_ENTRIES} e WHERE e.district = w.district
               ORDER BY epoch DESC, seq DESC LIMIT 1"""
    sql = f"""
        WITH RECURSIVE {_WALK}
        SELECT w.district, ({last.format("epoch")}), ({last.format("seq")}), c.epoch, c.seq
        FROM walk w LEFT JOIN {connection.ops.quote_name(cursor_table)} c ON c.district = w.district
        WHERE w.district IS NOT NULL ORDER BY w.district"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall() if row[3] is None or row[1:3] > row[3:5]]


def keep_ahead() -> int:
    """Let new positions begin behind all old ones; the base in force. Runs after each migration.

    Needed once after a copy into another PostgreSQL server (dump and restore), whose transaction numbers
    are lower: without it readers would never see what is written from then on.
    """
    from youlin.kernel.journal.models import JournalOrigin

    origin = JournalOrigin.objects.first()
    base = origin.base if origin else 0
    newest = max((_newest_epoch(district) for district in districts()), default=-1)
    next_epoch = base + (_next_transaction() if _postgresql() else 0)
    if newest > next_epoch:
        JournalOrigin.objects.all().delete()
        base += newest - next_epoch + 1
        JournalOrigin.objects.create(base=base)
    return base


def _take_postgresql(district: str, count: int, wanted: list[Key]) -> Taken:
    # Two statements in one message: the second takes its snapshot after the locks have been got.
    locks = [_lock_number(district, key) for key in wanted] if len(wanted) <= LOCKED_ROWS else []
    lock = "SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) AS n;" if locks else ""
    sql = f"""{lock}
        SELECT pg_current_xact_id()::text::bigint + {_BASE},
               ARRAY(SELECT nextval('kernel_journal_position') FROM generate_series(1, %s)),
               (SELECT json_agg(json_build_array(w.kind, w.id, e.subject_seq, e.hash, e.epoch))
                FROM json_to_recordset(%s::json) AS w(kind text, id uuid) CROSS JOIN LATERAL (
                    SELECT subject_seq, hash, epoch FROM {_ENTRIES} WHERE district = %s
                    AND subject_kind = w.kind AND subject_id = w.id ORDER BY subject_seq DESC LIMIT 1) e)"""
    names = json.dumps([{"kind": kind, "id": str(id)} for kind, id in wanted])
    with connection.cursor() as cursor:
        cursor.execute(sql, [*([locks] if locks else []), count, names, district])
        if locks:
            cursor.nextset()
        epoch, seqs, heads = cursor.fetchone()
    return Taken(epoch, sorted(seqs), _heads_by_key(heads))


def _take_sqlite(district: str, count: int, wanted: list[Key]) -> Taken:
    # CROSS JOIN tells SQLite to look up each wanted row in the index instead of reading the whole district.
    sql = f"""
        SELECT {_BASE}, {_LAST},
               (SELECT json_group_array(json_array(w.kind, w.id, e.subject_seq, e.hash, e.epoch))
                FROM (SELECT value->>0 AS kind, value->>1 AS id FROM json_each(%s)) w CROSS JOIN {_ENTRIES} e
                WHERE e.district = %s AND e.subject_kind = w.kind AND e.subject_id = w.id AND e.subject_seq = (
                    SELECT MAX(m.subject_seq) FROM {_ENTRIES} m WHERE m.district = %s
                    AND m.subject_kind = w.kind AND m.subject_id = w.id))"""
    names = json.dumps([[kind, id.hex] for kind, id in wanted])
    with connection.cursor() as cursor:
        cursor.execute(sql, [district, names, district, district])
        epoch, last, heads = cursor.fetchone()
    return Taken(epoch, range(last + 1, last + 1 + count), _heads_by_key(json.loads(heads)))


def _heads_by_key(rows: list[list[Any]] | None) -> dict[Key, Head]:
    return {(kind, UUID(id)): Head(seq, hash, epoch) for kind, id, seq, hash, epoch in rows or []}


def _lock_number(district: str, key: Key) -> int:
    name = f"journal|{district}|{key[0]}|{key[1]}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)


_WALK = f"""
    walk(district) AS (
        SELECT MIN(district) FROM {_ENTRIES}
        UNION ALL
        SELECT (SELECT MIN(e.district) FROM {_ENTRIES} e WHERE e.district > walk.district)
        FROM walk WHERE walk.district IS NOT NULL
    )"""


def _newest_epoch(district: str) -> int:
    newest = JournalEntry.objects.filter(district=district).order_by("-epoch", "-seq").first()
    return newest.epoch if newest else -1


def _next_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def _alone() -> bool:
    """Whether this is the transaction that Django's test case wraps a test in: nothing else is in flight."""
    blocks = connection.atomic_blocks
    return bool(blocks) and getattr(blocks[0], "_from_testcase", False)
