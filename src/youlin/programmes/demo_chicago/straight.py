"""What DuckDB computes straight from the file, past all our code: the other side of every comparison."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from youlin.apps.cases.imports.tallies import Figures, Group

_ROWS = """
    SELECT strftime(creation_date, '%Y-%m') AS month,
           coalesce(what_is_the_nature_of_this_code_violation, '') AS nature,
           completion_date IS NULL AS is_open,
           date_diff('day', creation_date, completion_date) AS days,
           latitude IS NOT NULL AND longitude IS NOT NULL AS placed,
           status, service_request_number AS number, *
    FROM read_csv(?, header = true)
"""
_GROUPED = f"""
    SELECT month, nature, count(*), count(*) FILTER (is_open), count(*) FILTER (NOT is_open), median(days)
    FROM ({_ROWS}) WHERE placed IN (SELECT unnest(?))
    GROUP BY GROUPING SETS ((month, nature), (month), (nature), ())
"""
_TRAPS = f"""
    WITH requests AS MATERIALIZED ({_ROWS}),
    numbers AS (SELECT number, count(*) AS times, bool_or(placed) AS placed FROM requests GROUP BY number),
    equal_rows AS (
        SELECT count(*) AS times FROM read_csv(?, header = true, all_varchar = true) AS raw GROUP BY raw
    )
    SELECT (SELECT count(*) FROM requests),
           (SELECT count(*) FROM numbers),
           (SELECT count(*) FROM numbers WHERE times = 2),
           (SELECT count(*) FROM numbers WHERE times > 2),
           (SELECT count(*) FROM equal_rows WHERE times > 1),
           (SELECT count(*) FROM requests WHERE NOT placed),
           (SELECT count(*) FROM requests WHERE is_open),
           (SELECT count(*) FROM requests WHERE is_open AND status LIKE '%Dup'),
           (SELECT count(*) FROM requests WHERE status LIKE '%Dup')
"""


@dataclass(frozen=True)
class Traps:
    """What is peculiar about the file."""

    rows: int
    numbers: int
    numbers_twice: int
    numbers_more_often: int
    equal_rows: int
    without_place: int
    open: int
    open_duplicates: int
    duplicates: int


def figures(file: Path, categories: dict[str, str], *, placed: bool | None = None) -> dict[Group, Figures]:
    """Counts and medians by month and category of all rows, or only of those with (or without) a place."""
    wanted = [True, False] if placed is None else [placed]
    found: dict[Group, Figures] = {}
    for month, nature, *values in _fetch(_GROUPED, [str(file), wanted]):
        kind = "" if nature is None else categories[nature]
        found[month or "", kind] = Figures(*values)
    return found


def traps(file: Path) -> Traps:
    """Each trap counted."""
    return Traps(*_fetch(_TRAPS, [str(file), str(file)])[0])


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql, parameters).fetchall()
