"""Queries of the ORM whose SQL is made once: for what every report asks, in the same words with other values.

Making a query and its SQL costs the ORM several times what a database needs to answer a small one. A `Prepared`
is built as any queryset, with `Given` where a value comes in; each thread compiles it once and then only sends it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Sequence
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from youlin.kernel import sending

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


_EMPTY = _Ready("", (), [], [], {})
"""A query of which Django knows that it finds nothing: it is not asked."""


class Prepared(Generic[M]):
    """One query: whole rows of a model with its annotations (`rows`), or plain values (`values`).

    `build` is called when the query is asked for the first time, so it may stand at the top of a module. With `kept`
    PostgreSQL keeps it prepared too (`kernel.sending`): for what is asked most, and whose values are all `Given`.
    """

    def __init__(self, build: Callable[[], "models.QuerySet[M, Any]"], *, kept: bool = False) -> None:
        self._build = build
        self._kept = kept
        self._known = threading.local()

    def rows(self, **given: Any) -> list[M]:
        """The rows, with a value for every `Given`."""
        model, ready = self._ready()
        return [_made(model, ready, values) for values in self._asked(ready, given)]

    def first(self, **given: Any) -> M | None:
        """The first row, or None."""
        return next(iter(self.rows(**given)), None)

    def values(self, **given: Any) -> list[list[Any]]:
        """Of a `values_list`: the columns named, then the annotations."""
        return self._asked(self._ready()[1], given)

    def count(self, **given: Any) -> int:
        """How many rows there are, up to where the query is cut off."""
        ready = self._ready()[1]
        counted = f"SELECT COUNT(*) FROM ({ready.sql}) counted" if ready.sql else ""
        found = _asked(ready._replace(sql=counted, converters=[]), given)
        return int(found[0][0]) if found else 0

    def _asked(self, ready: _Ready, given: dict[str, Any]) -> list[list[Any]]:
        return _asked_kept(ready, given) if self._kept else _asked(ready, given)

    def _ready(self) -> tuple[type[M], _Ready]:
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        held: tuple[str, type[M], _Ready] | None = getattr(self._known, "held", None)
        if held is None or held[0] != vendor:
            queryset = self._build()
            held = self._known.held = vendor, queryset.model, _compiled(queryset)
        return held[1:]


class PreparedFor(Generic[M]):
    """Plain values for any number of given ones: `build` makes the query for a list of places, as for `__in`.

    It is compiled for 1, 4, 16 … places; those that are left over repeat the last value. Of more than `AT_ONCE`
    it is asked several times, so it must neither order nor count.
    """

    AT_ONCE = 1024

    def __init__(self, field: Field, build: Callable[[list[Given]], "models.QuerySet[M, Any]"]) -> None:
        self._field, self._build = field, build
        self._by_size: dict[int, Prepared[M]] = {}

    def values(self, wanted: Collection[Any], **given: Any) -> list[list[Any]]:
        """What the query finds for these values."""
        listed, found = list(wanted), []
        for start in range(0, len(listed), self.AT_ONCE):
            found += self._some(listed[start : start + self.AT_ONCE], given)
        return found

    def _some(self, wanted: list[Any], given: dict[str, Any]) -> list[list[Any]]:
        size = 1
        while size < len(wanted):
            size *= 4
        prepared = self._by_size.get(size)
        if prepared is None:
            places = [Given(f"one_{place}", self._field) for place in range(size)]
            prepared = self._by_size[size] = Prepared(partial(self._build, places))
        filled = wanted + wanted[-1:] * (size - len(wanted))
        return prepared.values(**given, **{f"one_{place}": one for place, one in enumerate(filled)})


class LatelyPrepared(Generic[M]):
    """The queries asked last, by what they are made of: whoever asks for the same again finds it compiled.

    The key must hold everything that `build` puts into the query, rights included.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Prepared[M]] = OrderedDict()

    def get(self, key: Hashable, build: Callable[[], "models.QuerySet[M, Any]"]) -> Prepared[M]:
        """The query of this key, made by `build` if it is not known."""
        with self._lock:
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = Prepared(build)
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return found


def _compiled(queryset: "models.QuerySet[Any, Any]") -> _Ready:
    compiler: Any = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _EMPTY
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
    if not ready.sql:
        return []
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute(ready.sql, _spelt(ready, given, database))
        return _converted(ready, cursor.fetchall(), database)


def _asked_kept(ready: _Ready, given: dict[str, Any]) -> list[list[Any]]:
    database = connections[DEFAULT_DB_ALIAS]
    found = sending.send(ready.sql, _spelt(ready, given, database)) if ready.sql else []
    return _converted(ready, found, database)


def _spelt(ready: _Ready, given: dict[str, Any], database: BaseDatabaseWrapper) -> list[Any]:
    return [one.spelt(given, database) if type(one) is Given else one for one in ready.parameters]


def _converted(
    ready: _Ready, rows: Sequence[Sequence[Any]], database: BaseDatabaseWrapper
) -> list[list[Any]]:
    found = [list(row) for row in rows]
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
