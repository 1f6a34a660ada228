"""A million old cases by bulk: copies of one that is there, with their documents for searching. Any version's tables."""

import sqlite3
from pathlib import Path

OLD_TEXT = "旧案"
OPEN_OF = 10
"""One in so many is open."""
ID = "018f0000-0000-7000-8000-"
"""What the ids of the copies begin with, as a UUID writes it."""

CASE = {
    "number": "'XC-' || {n}",
    "title": f"'{OLD_TEXT}'",
    "description": f"'{OLD_TEXT}'",
    "is_open": "({n} % {open} = 0)",
    "state": "CASE WHEN {n} % {open} = 0 THEN t.state ELSE 'closed' END",
    "lon": "t.lon + ({n} % 997) * 0.00001",
    "lat": "t.lat + ({n} % 991) * 0.00001",
    "reported_at": "{ago}",
    "updated_at": "{ago}",
    "closed_at": "CASE WHEN {n} % {open} = 0 THEN NULL ELSE {ago} END",
    "due_at": "CASE WHEN {n} % {open} = 0 THEN {later} END",
    "light_at": "CASE WHEN {n} % {open} = 0 THEN {later} END",
}
DOCUMENT = {"slot": "NULL"}
"""On SQLite a trigger gives each row its number, as it does for the services'."""


def postgresql(url: str, rows: int) -> None:
    """Fill and settle."""
    import psycopg

    words = {
        "n": "n", "open": OPEN_OF, "ago": "now() - n * interval '10 seconds'",
        "later": "now() + interval '40 days'",
    }  # fmt: skip
    copy = f"('{ID}' || lpad(to_hex(n), 12, '0'))::uuid"
    with psycopg.connect(url, autocommit=True) as connection:

        def columns(table: str) -> list[str]:
            return [row[0] for row in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
            )]  # fmt: skip

        for sql in _statements(columns, words, copy, f"generate_series(1, {rows}) AS n"):
            connection.execute(sql)
        connection.execute("VACUUM ANALYZE")


def sqlite(file: Path, rows: int) -> None:
    """Fill and settle."""
    words = {
        "n": "n", "open": OPEN_OF, "ago": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (n * 10) || ' seconds')",
        "later": "strftime('%Y-%m-%d %H:%M:%f', 'now', '+40 days')",
    }  # fmt: skip
    copy = "'" + ID.replace("-", "") + "' || printf('%012x', n)"
    series = (
        f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) SELECT n FROM s)"
    )
    connection = sqlite3.connect(file, timeout=120, isolation_level=None)

    def columns(table: str) -> list[str]:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]

    for sql in _statements(columns, words, copy, series):
        connection.execute(sql)
    connection.execute("ANALYZE")
    connection.close()


def _statements(columns, words: dict, copy: str, series: str) -> list[str]:
    """The copies of the first case and of its document."""
    return [
        _insert("cases_case", columns("cases_case"), {"id": copy, **_said(CASE, words)}, series,
                f"t.description <> '{OLD_TEXT}'"),
        _insert("kernel_searchdocument", columns("kernel_searchdocument"),
                {"id": copy, "object_id": copy, **_said(DOCUMENT, words)}, series, "true"),
    ]  # fmt: skip


def _said(changed: dict, words: dict) -> dict:
    return {name: text.format(**words) for name, text in changed.items()}


def _insert(table: str, columns: list[str], changed: dict, series: str, which: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f't."{name}"') for name in columns)
    first = f"(SELECT * FROM {table} t WHERE {which} LIMIT 1) AS t"
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {first}, {series}"
