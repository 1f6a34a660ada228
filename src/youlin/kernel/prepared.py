"""Queries of the ORM whose SQL is made once: for what every report asks, in the same words with other values.

Making a query and its SQL costs the ORM several times what a database needs to answer a small one. A `Prepared`
is built as any queryset, with `Given` where a value comes in; each thread compiles it once and then only sends it.
"""

import threading
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)
Field = models.Field[Any, Any]


class Given(models.Expression):
    """The place of a value that comes with each call, spelt for the database as `field` spells its own."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return "%s", [self]

    def spelt(self, given: dict[str, Any], database: BaseDatabaseWrapper) -> Any:
        """The value of a call, as the database takes it."""
        return self.output_field.get_db_prep_value(given[self.name], database, prepared=False)


class _Ready(NamedTuple):
    """A compiled query: its text, its values and places, and how a row becomes an object."""

    sql: str
    parameters: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]
    names: list[str]
    annotations: dict[str, int]


class Prepared(Generic[M]):
    """One query: whole rows of a model with its annotations (`rows`), or plain values (`values`).

    `build` is called when the query is asked for the first time, so it may stand at the top of a module.
    """

    def __init__(self, build: Callable[[], "models.QuerySet[M, Any]"]) -> None:
        self._build = build
        self._known = threading.local()

    def rows(self, **given: Any) -> list[M]:
        """The rows, with a value for every `Given`."""
        model, ready = self._ready()
        return [_made(model, ready, values) for values in _asked(ready, given)]

    def first(self, **given: Any) -> M | None:
        """The first row, or None."""
        return next(iter(self.rows(**given)), None)

    def values(self, **given: Any) -> list[list[Any]]:
        """Of a `values_list`: the columns named, then the annotations."""
        return _asked(self._ready()[1], given)

    def _ready(self) -> tuple[type[M], _Ready]:
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        held: tuple[str, type[M], _Ready] | None = getattr(self._known, "held", None)
        if held is None or held[0] != vendor:
            queryset = self._build()
            held = self._known.held = vendor, queryset.model, _compiled(queryset)
        return held[1:]


def _compiled(queryset: "models.QuerySet[Any, Any]") -> _Ready:
    compiler: Any = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    kind = compiler.klass_info or {}
    if kind.get("related_klass_infos"):
        raise ValueError("rows that bring others along cannot be prepared")
    columns = [column for column, _sql, _alias in compiler.select]
    places = kind.get("select_fields", [])
    converters = compiler.get_converters(columns)
    return _Ready(
        sql,
        tuple(parameters),
        [(place, spelling, column) for place, (spelling, column) in converters.items()],
        [columns[place].target.attname for place in places],
        dict(compiler.annotation_col_map or {}),
    )


def _asked(ready: _Ready, given: dict[str, Any]) -> list[list[Any]]:
    database = connections[DEFAULT_DB_ALIAS]
    parameters = [one.spelt(given, database) if type(one) is Given else one for one in ready.parameters]
    with database.cursor() as cursor:
        cursor.execute(ready.sql, parameters)
        found = [list(row) for row in cursor.fetchall()]
    for values in found:
        for place, spelling, column in ready.converters:
            for spell in spelling:
                values[place] = spell(values[place], column, database)
    return found


def _made(model: type[M], ready: _Ready, values: list[Any]) -> M:
    made = model.from_db(DEFAULT_DB_ALIAS, ready.names, values[: len(ready.names)])
    for name, place in ready.annotations.items():
        setattr(made, name, values[place])
    return made
