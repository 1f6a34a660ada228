"""Where ready figures are kept: Parquet files beside the exported rows, and one list that says which are in force."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from youlin.apps.indicators.definitions import Definition
from youlin.kernel import clock
from youlin.kernel.datasets import small

FILE = "kept.json"
KEEP_OLD = timedelta(hours=1)
"""How long files that are no longer in force stay for those who are reading them."""
VALUES = pa.schema(
    [("code", pa.string()), ("width", pa.int64()), ("area", pa.string()), ("grain", pa.string()),
     ("start", pa.date32()), ("by", pa.string()), ("key", pa.string()), ("n", pa.float64()), ("d", pa.float64()),
     ("v", pa.float64())]
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The figures of one file of rows, the values of a stretch of several, or parts laid together.

    `settled`: nothing lies ahead in it.
    """

    day: str | None
    by: str | None
    values: str | None
    settled: bool


@dataclass(frozen=True)
class Group:
    """The figures of one group of definitions; file names are relative to the district's folder.

    `day`, `by` and `values` are what is read. `parts` tells what was computed of what, `bundles` which parts lie
    together in one file.
    """

    dataset: str
    codes: list[str]
    rules: str
    files: list[str]
    as_of: datetime
    day: list[str]
    by: list[str]
    values: list[str]
    parts: Mapping[str, Part] = field(default_factory=dict)
    bundles: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """All that is in force for a district, and of when."""

    refreshed_at: datetime
    groups: Mapping[str, Group]

    def group_of(self, code: str) -> Group | None:
        """Where the figures of an indicator are."""
        return next((group for group in self.groups.values() if code in group.codes), None)

    @property
    def as_of(self) -> datetime:
        """The moment until which every figure tells everything."""
        return min((group.as_of for group in self.groups.values()), default=self.refreshed_at)


def folder(district: str) -> Path:
    """The folder of a district's ready figures."""
    return Path(settings.DATASETS_FOLDER) / district / "figures"


def read(district: str) -> Kept | None:
    """What is in force; None where nothing was ever computed, or by a version that kept it otherwise."""
    try:
        told = json.loads((folder(district) / FILE).read_text(encoding="utf-8"))
        groups = {name: _group(one) for name, one in told["groups"].items()}
        return Kept(datetime.fromisoformat(told["refreshed_at"]), groups)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _group(told: Mapping[str, Any]) -> Group:
    pieces = {name: {key: Part(**part) for key, part in told[name].items()} for name in ("parts", "bundles")}
    return Group(**{**told, "as_of": datetime.fromisoformat(told["as_of"]), **pieces})


def write(
    district: str, groups: Mapping[str, Group], definitions: Sequence[Definition], *, at: datetime
) -> Kept:
    """Put figures in force, at once and whole."""
    told = {
        "refreshed_at": at.isoformat(),
        "groups": {name: {**asdict(one), "as_of": one.as_of.isoformat()} for name, one in groups.items()},
    }
    replace(folder(district) / FILE, json.dumps(told, ensure_ascii=False, indent=1).encode())
    return Kept(at, groups)


def digest_of(definitions: Sequence[Definition]) -> str:
    """What the rules of a group are: equal digests, equal figures of equal rows."""
    words = {"source", "source_en"}
    told = [
        [one.code, one.indicator.breakdowns, one.rule.model_dump(mode="json", exclude=words)]
        for one in definitions
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def put(table: pa.Table, stem: Path, kind: str) -> str:
    """Write a table under a name that tells its content, so that readers of the former one are not disturbed.

    Answers the file's name inside the district's folder.
    """
    body = pa.BufferOutputStream()
    pq.write_table(table, body, compression="zstd")
    content = body.getvalue().to_pybytes()
    path = stem.with_name(f"{stem.name}-{kind}-{hashlib.sha256(content).hexdigest()[:16]}.parquet")
    replace(path, content)
    return str(path.relative_to(path.parents[1] if path.parent.name == "parts" else path.parent))


def opened(district: str, names: Iterable[str]) -> pa.Table:
    """The tables of several files, one below the other."""
    home = folder(district)
    return stacked([pq.read_table(home / name) for name in names] or [VALUES.empty_table()])


def stacked(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables one below the other; columns that one of them lacks are empty there."""
    return pa.concat_tables(tables, promote_options="permissive")


def summed(
    files: Sequence[str], keys: Sequence[str], columns: Sequence[str], stem: Path, kind: str
) -> str | None:
    """The sums of the named columns over all files, sorted by the keys; None when there are none."""
    if not files:
        return None
    source = small.connection().read_parquet([str(stem.parent / name) for name in files], union_by_name=True)
    names = ", ".join(f'"{name}"' for name in keys if name in source.columns)
    sums = ", ".join(f'sum("{name}") AS "{name}"' for name in columns if name in source.columns)
    found = source.query("source", f"SELECT {names}, {sums} FROM source GROUP BY ALL ORDER BY {names}")
    return put(found.to_arrow_table(), stem, kind)


def fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows a question is answered with."""
    return small.connection().execute(sql, list(values)).fetchall()


def clean(district: str) -> list[Path]:
    """Remove what is no longer in force and old enough that nobody reads it; answers which files."""
    home, current = folder(district), read(district)
    if current is None:
        return []
    named: set[str | None] = {FILE}
    for group in current.groups.values():
        for part in (*group.parts.values(), *group.bundles.values()):
            named |= {part.day, part.by, part.values}
    limit = (clock.now() - KEEP_OLD).timestamp()
    old = [
        path
        for path in [*home.glob("*"), *home.glob("parts/*")]
        if path.is_file() and str(path.relative_to(home)) not in named and path.stat().st_mtime < limit
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def replace(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, also after the power failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(beside, path)
