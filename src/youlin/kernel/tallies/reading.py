"""Counts of cells as they are now: what was added up, what changed since, what became late since; in one statement."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Case, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from youlin.kernel.cells import Cell
from youlin.kernel.tallies import following
from youlin.kernel.tallies.models import (
    FINEST,
    FIXED,
    LEVELS,
    SOUTH,
    STEP,
    WEST,
    Tally,
    TallyChange,
    TallyMark,
)
from youlin.kernel.walking import Plain

Span = tuple[int, int, int, int]
"""First column, first line, last column, last line of cells."""


class Seen(NamedTuple):
    """A cell of a level: how many rows, how many of them late, and their middle."""

    x: int
    y: int
    number: int
    late: int
    lon: float
    lat: float


def ready(kind: str, districts: Collection[str]) -> bool:
    """Whether all open rows of these districts are counted."""
    marked = TallyMark.objects.filter(kind=kind, district__in=districts).values_list("district", flat=True)
    missing = set(districts) - set(marked)
    one = following.of(kind)
    return (
        not missing
        or not one.model._default_manager.filter(**{f"{one.is_open}": True}, district__in=missing).exists()
    )


def span(box: tuple[float, float, float, float], level: int) -> Span:
    """The cells of a level that a box of west, south, east, north touches."""
    west, south, east, north = box
    wide = 2**level
    return (
        int((west - WEST) * wide),
        int((south - SOUTH) * wide),
        int((east - WEST) * wide),
        int((north - SOUTH) * wide),
    )


def cells(
    kind: str, districts: Collection[str], scope: Q, *, level: int, now: datetime, within: Span | None = None
) -> list[Seen]:
    """The cells of a level in which rows lie, of those within a span of them. `level` is at most `FINEST`.

    `scope` is a condition on `district`, `area` and `confidential` as counts have them, of areas of no more than
    `AREA` signs. One query, whose price grows with the cells.
    """
    kept = next(one for one in LEVELS if one >= level)
    parts = [
        _kept(kind, districts, scope, kept, level, within),
        _changed(kind, districts, scope, level, within),
        _due_since(kind, districts, scope, level, within, now),
    ]
    asked = [one for part in parts if (one := _asked(part)) is not None]
    if not asked:
        return []
    names = "x, y, number, late, lon, lat"
    sql = (
        f"SELECT x, y, SUM(number), SUM(late), SUM(lon), SUM(lat) FROM ({_named(names)} UNION ALL "
        + " UNION ALL ".join(one for one, _values in asked)
        + ") AS seen GROUP BY x, y HAVING SUM(number) > 0 ORDER BY y, x"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _sql, values in asked for value in values])
        rows = [[int(value) for value in row] for row in cursor.fetchall()]
    return [Seen(x, y, n, late, lon / n / FIXED, lat / n / FIXED) for x, y, n, late, lon, lat in rows]


def _asked(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]] | None:
    """The SQL of rows and its values; None where the condition lets none in."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def _named(names: str) -> str:
    """SQL of no row whose columns have these names."""
    return "SELECT " + ", ".join(f"0 AS {name}" for name in names.split(", ")) + " WHERE 0 = 1"


def _up(value: Any, by: int) -> Any:
    """A column or line of cells, `by` levels up."""
    return F(value).bitrightshift(by) if by else F(value)


def _inside(within: Span | None, down: int) -> Q:
    """Cells `down` levels below a span."""
    if within is None:
        return Q()
    first_x, first_y, last_x, last_y = within
    return Q(
        x__gte=first_x << down,
        y__gte=first_y << down,
        x__lt=(last_x + 1) << down,
        y__lt=(last_y + 1) << down,
    )


def _kept(
    kind: str, districts: Collection[str], scope: Q, kept: int, level: int, within: Span | None
) -> QuerySet[Any, Any]:
    rows = Tally.objects.filter(scope, district__in=districts, kind=kind, level=kept)
    rows = rows.filter(_inside(within, kept - level))
    return rows.values_list(_up("x", kept - level), _up("y", kept - level), "number", "late", "lon", "lat")


def _changed(
    kind: str, districts: Collection[str], scope: Q, level: int, within: Span | None
) -> QuerySet[Any, Any]:
    rows = TallyChange.objects.filter(scope, district__in=districts, kind=kind)
    rows = rows.filter(_inside(within, FINEST - level))
    late = Case(When(due__lt=_mark(kind), then=F("sign")), default=Value(0))
    return rows.values_list(
        _up("x", FINEST - level),
        _up("y", FINEST - level),
        "sign",
        late,
        F("sign") * F("lon"),
        F("sign") * F("lat"),
    )


def _due_since(
    kind: str, districts: Collection[str], scope: Q, level: int, within: Span | None, now: datetime
) -> QuerySet[Any, Any]:
    """Rows that became late since the counts were made, each found by when it was due."""
    one, whole = following.of(kind), models.BigIntegerField()
    manager: models.Manager[Any] = one.model._default_manager
    marks = TallyMark.objects.filter(kind=kind, district__in=districts).order_by().values("kind")
    first = Subquery(marks.annotate(first=Min("at")).values("first"))
    rows: QuerySet[Any, Any] = manager.filter(
        **{
            "district__in": districts,
            one.is_open: True,
            f"{one.lon}__isnull": False,
            f"{one.lat}__isnull": False,
            f"{one.due}__gte": first,
            f"{one.due}__lt": now,
        }
    )
    rows = rows.filter(**{f"{one.due}__gte": _mark(kind)}).alias(
        area=Plain(one.area), x=Cell(F(one.lon), WEST, STEP), y=Cell(F(one.lat), SOUTH, STEP)
    )
    none = Cast(Value(0), whole)
    return rows.filter(scope, _inside(within, FINEST - level)).values_list(
        _up("x", FINEST - level), _up("y", FINEST - level), none, Cast(Value(1), whole), none, none
    )


def _mark(kind: str) -> Subquery:
    """Until when what is late is counted as late in the row's district."""
    return Subquery(TallyMark.objects.filter(kind=kind, district=OuterRef("district")).values("at")[:1])
