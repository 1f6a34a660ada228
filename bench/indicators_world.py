"""Made-up cases of sixty months as files of exported rows, with indicators over them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from bench.indicators import DISTRICT, MONTHS

AS_OF = datetime(2026, 11, 20, 4, tzinfo=UTC)
FIRST = date(2021, 12, 1)
CATEGORIES = 100


def declare() -> None:
    """Two figures that are compared, and ten more that a page shows."""
    from youlin.apps.indicators import declarations
    from youlin.kernel.actors import SYSTEM

    told = {
        "on_time": ({"share": {"closed_at": {"null": False}, "was_late": False}}, {"excluded": False}),
        "hours": ({"median": "closing_seconds"}, {"excluded": False}),
        "number": ("count", {}),
        "late": ("count", {"was_late": True}),
        "closed": ({"share": {"closed_at": {"null": False}}}, {}),
        "solved": ({"share": {"solved": True}}, {"solved": {"null": False}}),
        "satisfied": ({"share": {"satisfied": True}}, {"satisfied": {"null": False}}),
        "back": ({"sum": "sent_back"}, {}),
        "returned": ({"mean": "sent_back"}, {}),
        "left_out": ({"share": {"excluded": True}}, {}),
        "hotline": ({"share": {"channel": "hotline"}}, {}),
        "patrol": ({"share": {"channel": "patrol"}}, {}),
    }
    declared = {
        code: {**_indicator(measure, where).model_dump(mode="json", exclude_none=True), "position": place}
        for place, (code, (measure, where)) in enumerate(told.items())
    }
    declarations.declare(actor=SYSTEM, district=DISTRICT, programme="bench", declared=declared)


def _indicator(measure: Any, where: dict[str, Any]) -> Any:
    from youlin.apps.indicators.definitions import Indicator

    version = {
        "dataset": "cases.cases",
        "time": "reported_at",
        "where": where,
        "measure": measure,
        "source": "bench",
    }
    told = {"name": "x", "name_en": "x", "unit": "cases", "breakdowns": ["category"], "versions": [version]}
    return Indicator.model_validate(told)


def fill(rows: int) -> None:
    """As many cases, month by month."""
    each = rows // MONTHS
    _write({month: (each, month) for month in range(MONTHS)})


def one_day(rows: int) -> None:
    """A thousandth of the rows is another: nine tenths in the newest month, the rest in the one before."""
    each, changed = rows // MONTHS, rows // 1000
    _write({MONTHS - 1: (each + changed * 9 // 10, 1000), MONTHS - 2: (each + changed // 10, 1001)})


def page() -> None:
    """What a page of twelve figures asks: numbers, their series over a year, and a map of the streets."""
    from youlin.apps.indicators import declarations, reading
    from youlin.apps.indicators.asking import Asked

    codes = list(declarations.in_force(DISTRICT))
    month, year = (date(2026, 10, 1), date(2026, 10, 31)), (date(2025, 11, 1), date(2026, 10, 31))
    reading.numbers(Asked(DISTRICT, DISTRICT, month), codes)
    reading.numbers(Asked(DISTRICT, DISTRICT, (date(2026, 9, 1), date(2026, 9, 30))), codes)
    reading.numbers(Asked(DISTRICT, DISTRICT, year, grain="month"), codes)
    reading.numbers(Asked(DISTRICT, DISTRICT, month, width=9), codes)


def _write(months: dict[int, tuple[int, int]]) -> None:
    """Files of the named months (rows, seed); those of other months stay."""
    from youlin.kernel.datasets import store
    from youlin.kernel.journal.models import Position

    before = store.manifest(DISTRICT, "cases.cases")
    place = store.folder(DISTRICT, "cases.cases")
    place.mkdir(parents=True, exist_ok=True)
    known = {one.month: one for one in before.partitions} if before else {}
    for month, (rows, seed) in months.items():
        first = _month(month)
        draft = place / "draft"
        _draw(draft, first, rows, seed)
        path, digest = store.keep(draft, DISTRICT, "cases.cases", f"{first:%Y-%m}")
        if f"{first:%Y-%m}" in known:
            known[f"{first:%Y-%m}"].path.unlink()
        last = _month(month + 1)
        days = {"reported_at": (first, date.fromordinal(last.toordinal() - 1))}
        if month == MONTHS - 1:
            days = {"reported_at": (first, date(2026, 11, 19))}
        known[f"{first:%Y-%m}"] = store.Partition(f"{first:%Y-%m}", path, rows, digest, days)
    store.write(
        store.Manifest(
            dataset="cases.cases",
            district=DISTRICT,
            schema="bench",
            areas="",
            zone="Asia/Shanghai",
            marks="",
            position=Position(0, 0),
            city=Position(0, 0),
            as_of=AS_OF,
            exported_at=AS_OF,
            partitions=tuple(known[name] for name in sorted(known)),
        )
    )


def _month(number: int) -> date:
    total = FIRST.year * 12 + FIRST.month - 1 + number
    return date(total // 12, total % 12 + 1, 1)


def _draw(path: Path, first: date, rows: int, seed: int) -> None:
    """Cases of one month: 15 streets, about 260 communities, 100 categories, closed within some days."""
    days = 19 if first == _month(MONTHS - 1) else 28
    with duckdb.connect(config={"threads": 2, "memory_limit": "600MB"}) as duck:
        duck.execute(f"SELECT setseed({(seed % 997) / 997})")
        duck.execute(f"""
            COPY (
                WITH drawn AS (
                    SELECT epoch(TIMESTAMP '{first}')::BIGINT + floor(random() * {days} * 86400)::BIGINT AS moment,
                           floor(random() * 15)::INT + 1 AS street, floor(random() * 17)::INT + 1 AS community,
                           floor(random() * 20)::INT + 1 AS grid, floor(random() * {CATEGORIES})::INT AS kind,
                           random() AS a, random() AS b, random() AS c
                    FROM range({rows})
                )
                SELECT '{DISTRICT}' AS district,
                       '{DISTRICT}' || lpad(street::VARCHAR, 3, '0') || lpad(community::VARCHAR, 3, '0')
                       || lpad(grid::VARCHAR, 3, '0') AS area,
                       'event.' || kind AS category,
                       ['portal', 'hotline', 'patrol'][1 + (kind % 3)] AS channel,
                       moment AS reported_at, DATE '1970-01-01' + (moment // 86400)::INT AS reported_at_day,
                       CASE WHEN a < 0.9 THEN moment + (b * b * 600000)::BIGINT END AS closed_at,
                       CASE WHEN a < 0.9 THEN (b * b * 600000)::BIGINT END AS closing_seconds,
                       b > 0.8 AS was_late, c < 0.02 AS excluded,
                       CASE WHEN c > 0.5 THEN a > 0.2 END AS solved, CASE WHEN c > 0.5 THEN b > 0.3 END AS satisfied,
                       (c * 1.2)::BIGINT AS sent_back
                FROM drawn ORDER BY area, reported_at
            ) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)""")
