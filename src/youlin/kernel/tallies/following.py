"""Triggers that write down what changes in a table that is counted; whoever changes it, an older version too.

Triggers go with a table that a migration on SQLite makes anew, so they are made again after every `migrate`; where
they were missing nobody knows what changed meanwhile, and everything is counted anew.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

from youlin.kernel.cells import cell_sql
from youlin.kernel.tallies.models import AREA, FIXED, SOUTH, STEP, WEST, TallyChange, TallyMark


@dataclass(frozen=True)
class Counted:
    """A model whose open rows are counted under a kind, with its columns."""

    kind: str
    model: type[models.Model]
    area: str = "area_now"
    confidential: str = "confidential"
    lon: str = "lon"
    lat: str = "lat"
    due: str = "due_at"
    is_open: str = "is_open"

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def counts(self, row: str) -> str:
        """SQL: whether a row is counted."""
        return f"({row}.{self.is_open} AND {row}.{self.lon} IS NOT NULL AND {row}.{self.lat} IS NOT NULL)"

    def differs(self) -> str:
        """SQL: whether what is counted of a row changed."""
        other = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
        columns = (self.area, self.confidential, self.lon, self.lat, self.due, self.is_open)
        return "(" + " OR ".join(f"old.{one} {other} new.{one}" for one in columns) + ")"

    def said(self, row: str) -> str:
        """SQL: what is written down of a row, in the order of `COLUMNS`."""
        vendor = connection.vendor
        fixed = "ROUND({} * {})::bigint" if vendor == "postgresql" else "CAST(ROUND({} * {}) AS INTEGER)"
        lon, lat = f"{row}.{self.lon}", f"{row}.{self.lat}"
        return ", ".join(
            [
                f"{row}.district",
                f"'{self.kind}'",
                cell_sql(lon, WEST, STEP, vendor),
                cell_sql(lat, SOUTH, STEP, vendor),
                f"substr({row}.{self.area}, 1, {AREA})",
                f"{row}.{self.confidential}",
                f"{row}.{self.due}",
                fixed.format(lon, FIXED),
                fixed.format(lat, FIXED),
            ]
        )


COLUMNS = "district, kind, x, y, area, confidential, due, lon, lat"
_counted: dict[str, Counted] = {}


def register(one: Counted) -> None:
    """Let the open rows of a table be counted."""
    _counted[one.kind] = one


def registered() -> tuple[Counted, ...]:
    """All that is counted."""
    return tuple(_counted.values())


def of(kind: str) -> Counted:
    """What is counted under a kind."""
    return _counted[kind]


def new_id() -> str:
    """SQL for the key of a row that the database makes itself."""
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def after_migrate(**_signal: Any) -> None:
    """Make the triggers of every table that is there."""
    tables = set(connection.introspection.table_names())
    for one in _counted.values():
        if {one.table, TallyChange._meta.db_table} <= tables:
            create(connection, one)


def create(database: BaseDatabaseWrapper, one: Counted) -> None:
    """The triggers of one table; the same again where they are there."""
    with database.cursor() as cursor:
        cursor.execute(_POSTGRESQL_THERE if database.vendor == "postgresql" else _SQLITE_THERE, [_name(one)])
        if cursor.fetchone()[0] < _TRIGGERS:
            TallyMark.objects.filter(kind=one.kind).delete()
        for statement in (_postgresql if database.vendor == "postgresql" else _sqlite)(one):
            cursor.execute(statement)


_TRIGGERS = 3
_POSTGRESQL_THERE = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE %s || '\\_%%'"
_SQLITE_THERE = (
    "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s || '!_%%' ESCAPE '!'"
)
_CHANGE = f"INSERT INTO kernel_tallychange (id, {COLUMNS}, sign, taken)"


def _name(one: Counted) -> str:
    return f"kernel_counts_{one.table}"


def _came(one: Counted) -> str:
    return f"{_CHANGE} SELECT {new_id()}, {one.said('new')}, 1, false WHERE {one.counts('new')}"


def _went(one: Counted) -> str:
    return f"{_CHANGE} SELECT {new_id()}, {one.said('old')}, -1, false WHERE {one.counts('old')}"


def _events(one: Counted) -> dict[str, tuple[str, str, str]]:
    """By name of the trigger: when it fires, on which condition, and what it writes."""
    columns = ", ".join([one.area, one.confidential, one.lon, one.lat, one.due, one.is_open])
    both = f"(({one.counts('old')} OR {one.counts('new')}) AND {one.differs()})"
    return {
        "added": ("INSERT", one.counts("new"), f"{_came(one)};"),
        "changed": (f"UPDATE OF {columns}", both, f"{_went(one)}; {_came(one)};"),
        "removed": ("DELETE", one.counts("old"), f"{_went(one)};"),
    }


def _sqlite(one: Counted) -> list[str]:
    made = []
    for name, (event, when, does) in _events(one).items():
        made += [
            f"DROP TRIGGER IF EXISTS {_name(one)}_{name}",
            f"CREATE TRIGGER {_name(one)}_{name} AFTER {event} ON {one.table} WHEN {when} BEGIN {does} END",
        ]
    return made


def _postgresql(one: Counted) -> list[str]:
    made = []
    for name, (event, when, does) in _events(one).items():
        made += [
            f"CREATE OR REPLACE FUNCTION {_name(one)}_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {does} RETURN NULL; END $$",
            f"CREATE OR REPLACE TRIGGER {_name(one)}_{name} AFTER {event} ON {one.table} "
            f"FOR EACH ROW WHEN {when} EXECUTE FUNCTION {_name(one)}_{name}()",
        ]
    return made
