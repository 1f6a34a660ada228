"""Raw rows as the columns of a file: types, local days, living areas, computed columns and aliases."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.apps import apps
from django.db.models import F, QuerySet
from numpy.typing import NDArray

from youlin.kernel import crypto
from youlin.kernel.datasets.declaring import SELF, Column, Dataset
from youlin.kernel.db import DistrictModel

if TYPE_CHECKING:
    import pyarrow as pa

MONTH = "__month"
"""The column of a staged row that says which file it belongs to."""

_FIRST_YEAR, _LAST_YEAR, _WEEK = 1900, 2101, 7 * 86_400
_TYPES = {
    "uuid": "UUID",
    "code": "VARCHAR",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "count": "BIGINT",
    "number": "DOUBLE",
    "moment": "BIGINT",
    "day": "DATE",
    "alias": "BIGINT",
}
_SECOND = 1_000_000
"""In microseconds."""


class Read(NamedTuple):
    """A column as it is read: its name in the file, kind, and ORM path or expression."""

    name: str
    kind: str
    of: Any


def keys(dataset: Dataset) -> dict[str, str]:
    """Columns that only say which rows an entry of the journal is about: by kind of subject, the column's name."""
    if not dataset.month:
        return {}
    return {
        kind: "id" if path == SELF else "of_" + path.removesuffix("_id").replace("__", "_")
        for kind, path in dataset.follows.items()
        if isinstance(path, str)
    }


def read_columns(dataset: Dataset) -> list[Read]:
    """What is read of each row, in order."""
    found = [Read("id", "uuid", "id")]
    for kind, name in keys(dataset).items():
        if name not in {one.name for one in found}:
            found.append(Read(name, "uuid", str(dataset.follows[kind])))
    return found + [Read(c.name, c.kind, c.of or c.name) for c in dataset.columns if c.computed is None]


def file_columns(dataset: Dataset) -> dict[str, str]:
    """The columns of a file with DuckDB's types, in order."""
    found = {"id": "UUID", "district": "VARCHAR"}
    found |= {one.name: "UUID" for one in read_columns(dataset) if one.kind == "uuid"}
    for column in dataset.columns:
        found[column.name] = _TYPES[column.kind]
        if column.kind == "moment":
            found[f"{column.name}_day"] = "DATE"
    return found


def arrow_schema(dataset: Dataset) -> "pa.Schema":
    """What `Maker.made` makes: the columns of a file, ids as text, and `MONTH`."""
    import pyarrow as pa

    types = {
        "UUID": pa.string(),
        "VARCHAR": pa.string(),
        "BOOLEAN": pa.bool_(),
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
    }
    return pa.schema(
        [(name, types[kind]) for name, kind in file_columns(dataset).items()] + [(MONTH, pa.string())]
    )


def rows(dataset: Dataset, district: str) -> QuerySet[Any]:
    """All rows of a district that may leave."""
    found: QuerySet[Any] = dataset.rows().filter(district=district).exclude(dataset.excludes).order_by()
    return found


def selected(dataset: Dataset, found: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with the columns that are read, each under a name of its own."""
    wanted = read_columns(dataset)
    named = {
        f"r{place}": F(one.of) if isinstance(one.of, str) else one.of for place, one in enumerate(wanted)
    }
    wide: QuerySet[Any] = found.annotate(**named).values_list(*named)
    return wide


class Maker:
    """Makes the columns of one dataset's files, batch by batch."""

    def __init__(self, dataset: Dataset, district: str, zone: str, living: Mapping[str, str]) -> None:
        self.dataset, self.district = dataset, district
        self._zone, self._living = zone, living
        self._reads = read_columns(dataset)
        self._aliases = {one.name for one in dataset.columns if one.kind == "alias"}

    def made(self, batch: "pa.RecordBatch") -> "pa.Table":
        """The columns of the files and `MONTH`, of rows as they were read; what is an id is still text."""
        import pyarrow as pa

        made: dict[str, Any] = {
            one.name: _cast(column, one.kind) for one, column in zip(self._reads, batch.columns, strict=True)
        }
        rows = batch.num_rows
        made["district"] = pa.repeat(self.district, rows)
        if self.dataset.area:
            made[self.dataset.area] = _renamed(made[self.dataset.area], self._living)
        for name in self._aliases:
            made[name] = _aliases(made[name], f"datasets:{self.dataset.name}:{self.district}:{name}")
        for column in self.dataset.columns:
            if column.kind == "moment" and column.computed is None:
                made[f"{column.name}_day"] = local_days(made[column.name], self._zone)
        for column in self.dataset.columns:
            if column.computed is not None:
                made[column.name] = column.computed(pa.table(made))
        made[MONTH] = self._months(made, rows)
        schema = arrow_schema(self.dataset)
        return pa.table({name: made[name] for name in schema.names}).cast(schema)

    def _months(self, made: Mapping[str, Any], rows: int) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        month = self.dataset.month
        if not month:
            return pa.repeat("", rows)
        day = made[f"{month}_day" if self.dataset.column(month).kind == "moment" else month]
        numbers = (
            _numpy(pc.fill_null(day.cast(pa.int32()), 0), "int32")
            .astype("datetime64[D]")
            .astype("datetime64[M]")
        )
        return pa.array(np.datetime_as_string(numbers), pa.string())


def _cast(values: Any, kind: str) -> Any:
    """Values as they were read in the type of their column: SQLite tells moments and days as text, bools as numbers."""
    import pyarrow as pa

    if kind == "moment":
        return _seconds(values)
    return values.cast({"bool": pa.bool_(), "day": pa.date32()}.get(kind, values.type))


def _seconds(moments: Any) -> Any:
    """Whole seconds since 1970, those before it downward too; null stays null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    told = moments.cast(pa.timestamp("us", getattr(moments.type, "tz", None))).cast(pa.int64())
    seconds = _numpy(pc.fill_null(told, 0), "int64") // _SECOND
    return pa.array(seconds, pa.int64(), mask=_numpy(pc.is_null(told), "bool"))


def local_days(seconds: Any, zone: str) -> Any:
    """The local day (date32) of moments in seconds since 1970; null stays null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = _numpy(pc.fill_null(seconds, 0), "int64")
    begins, offsets = _offsets(zone)
    local = values + offsets[np.searchsorted(begins, values, side="right") - 1]
    days = (local // 86_400).astype("int32")
    return pa.array(days, pa.int32(), mask=_numpy(pc.is_null(seconds), "bool")).cast(pa.date32())


@lru_cache(maxsize=8)
def _offsets(zone: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Since when which offset holds, in seconds: found by halving the weeks in which it changes."""
    told = ZoneInfo(zone)

    def offset(second: int) -> int:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
        return int((at.astimezone(told).utcoffset() or timedelta()).total_seconds())

    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (_FIRST_YEAR, _LAST_YEAR))
    begins, offsets = [-(2**62)], [offset(first)]
    for week in range(first, last, _WEEK):
        if offset(week + _WEEK) != offset(week):
            begins.append(_turn(offset, week, week + _WEEK))
            offsets.append(offset(week + _WEEK))
    return np.array(begins), np.array(offsets)


def _turn(offset: Callable[[int], int], low: int, high: int) -> int:
    """The first second of the new offset, which begins after `low` and by `high`."""
    old = offset(low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(middle) == old else (low, middle)
    return high


def _renamed(codes: Any, living: Mapping[str, str]) -> Any:
    """Codes that ended as what became of them."""
    if not living:
        return codes
    import pyarrow as pa

    encoded = codes.dictionary_encode()
    known = pa.array([living.get(code, code) for code in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, known).cast(pa.string())


def _aliases(people: Any, purpose: str) -> Any:
    """A number for each person, the same within this dataset and none outside it: the first bits of a keyed digest."""
    import pyarrow as pa

    encoded = people.dictionary_encode()
    numbers = [
        int(crypto.blind_index(person.replace("-", ""), purpose)[:15], 16)
        for person in encoded.dictionary.to_pylist()
    ]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(numbers, pa.int64())).cast(pa.int64())


def _numpy(values: Any, kind: str) -> NDArray[Any]:
    import pyarrow as pa

    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return np.asarray(whole.to_numpy(zero_copy_only=False)).astype(kind, copy=False)


def is_of_the_city(kind: str) -> bool:
    """Whether subjects of this kind are journalled outside every district."""
    return not kind.endswith(".") and not issubclass(apps.get_model(kind), DistrictModel)


def computed(column: Column) -> str:
    """What a computed column rests on, as text."""
    if column.computed is None:
        return ""
    made: Any = column.computed
    given = [cell.cell_contents for cell in made.__closure__ or ()]
    return f"{made.__module__}.{made.__qualname__}{given}:{column.depends() if column.depends else ''}"
