"""Changes are added to the counts of cells, and what became late is counted as late. All of a district at a time.

What is counted is always the rows as they are now without the changes that are still to be added; where both are
read in one statement, nothing that is written meanwhile is counted twice or forgotten.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from youlin.kernel import clock
from youlin.kernel.tallies import following
from youlin.kernel.tallies.following import COLUMNS, Counted
from youlin.kernel.tallies.models import FINEST, LEVELS, Tally, TallyChange, TallyMark


def fold_all() -> int:
    """Every district; how many changes were added."""
    return sum(fold(one.kind, district) for one in following.registered() for district in _districts(one))


def recount_all() -> int:
    """Count every district anew; how many."""
    told = [recount(one.kind, district) for one in following.registered() for district in _districts(one)]
    return len(told)


@transaction.atomic
def fold(kind: str, district: str) -> int:
    """Add the changes of a district, and what became late; count all where that was never done. How many changes."""
    mark = TallyMark.objects.select_for_update().filter(district=district, kind=kind).first()
    if mark is None:
        recount(kind, district)
        return 0
    changes = TallyChange.objects.filter(district=district, kind=kind)
    taken = changes.update(taken=True)
    if taken:
        late = f"CASE WHEN due < {_moment()} THEN sign ELSE 0 END"
        _add(f"SELECT {COLUMNS}, sign AS number, {late} AS late, sign FROM kernel_tallychange "
             "WHERE district = %s AND kind = %s AND taken", [mark.at, district, kind])  # fmt: skip
        changes.filter(taken=True).delete()
    now = clock.now()
    if now > mark.at:
        rows, values = _rows(following.of(kind), district, between=(mark.at, now))
        _add(f"SELECT {COLUMNS}, 0 AS number, sign AS late, 0 AS sign FROM ({rows}) AS due_since", values)
        mark.at = now
        mark.save(update_fields=["at"])
    return taken


@transaction.atomic
def recount(kind: str, district: str) -> None:
    """Count a district anew from its rows."""
    now = clock.now()
    TallyMark.objects.bulk_create(
        [TallyMark(district=district, kind=kind, at=now)],
        update_conflicts=True,
        unique_fields=["district", "kind"],
        update_fields=["at"],
    )
    changes = TallyChange.objects.filter(district=district, kind=kind)
    changes.update(taken=True)
    Tally.objects.filter(district=district, kind=kind).delete()
    rows, values = _rows(following.of(kind), district)
    late = f"CASE WHEN due < {_moment()} THEN sign ELSE 0 END"
    _add(f"SELECT {COLUMNS}, sign AS number, {late} AS late, sign FROM ({rows}) AS there", [now, *values])
    changes.filter(taken=True).delete()


def _rows(
    one: Counted, district: str, between: tuple[datetime, datetime] | None = None
) -> tuple[str, list[Any]]:
    """SQL for the rows that are or will be in the counts: those that are there, without the changes still to be added."""
    there = (
        f"SELECT {one.said('one')}, 1 FROM {one.table} AS one WHERE one.district = %s AND {one.counts('one')}"
    )
    still = f"SELECT {COLUMNS}, -sign FROM kernel_tallychange WHERE district = %s AND kind = %s AND NOT taken"
    if between is None:
        values: list[Any] = [district, district, one.kind]
    else:
        within = f" AND {{}} >= {_moment()} AND {{}} < {_moment()}"
        there += within.format(f"one.{one.due}", f"one.{one.due}")
        still += within.format("due", "due")
        values = [district, *between, district, one.kind, *between]
    named = ", ".join(f"NULL AS {name}" for name in [*COLUMNS.split(", "), "sign"])
    return f"SELECT * FROM (SELECT {named} WHERE 0 = 1 UNION ALL {there} UNION ALL {still}) AS named", values


def _add(rows: str, values: Sequence[Any]) -> None:
    """Add rows of `COLUMNS`, number, late and sign to the counts of their cells: first among themselves, then to
    every level."""
    key = "district, kind, {x}, {y}, area, confidential"
    fine = key.format(x="x", y="y")
    summed = (
        f"SELECT {fine}, SUM(number) AS number, SUM(late) AS late, SUM(sign * lon) AS lon, SUM(sign * lat) AS lat "
        f"FROM ({rows}) AS one GROUP BY {fine}"
    )
    levels = " UNION ALL ".join(f"SELECT {level} AS level" for level in LEVELS)
    wide = key.format(x=f"x >> ({FINEST} - level)", y=f"y >> ({FINEST} - level)")
    sums = ("number", "late", "lon", "lat")
    sql = (
        f"INSERT INTO kernel_tally (id, level, {fine}, {', '.join(sums)}) "
        f"SELECT {following.new_id()}, level, {wide}, {', '.join(f'SUM({one})' for one in sums)} "
        f"FROM ({summed}) AS cell CROSS JOIN ({levels}) AS levels WHERE true GROUP BY level, {wide} "
        "ON CONFLICT (district, kind, level, x, y, area, confidential) DO UPDATE SET "
        + ", ".join(f"{one} = kernel_tally.{one} + excluded.{one}" for one in sums)
    )
    adapt = connection.ops.adapt_datetimefield_value
    plain = [adapt(value) if isinstance(value, datetime) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, plain)


def _moment() -> str:
    return "%s::timestamptz" if connection.vendor == "postgresql" else "%s"


def _districts(one: Counted) -> Iterator[str]:
    """The districts with open rows or with counts, one after the other: no row between them is read."""
    marked = set(TallyMark.objects.filter(kind=one.kind).values_list("district", flat=True))
    yield from sorted(marked)
    found: str | None = ""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT min(district) FROM {one.table} WHERE {one.is_open} AND district > %s", [found]
            )
            found = cursor.fetchone()[0]
            if found is None:
                return
            if found not in marked:
                yield found
