"""Rows for every definition of the programmes, as exported rows lie, and what all engines are asked about them.

Codes are those that the definitions ask for, and others; moments lie at the ends of months, local and UTC; nothing is
missing that may be: areas, keys, moments and numbers without a value. Cases of the city of Chicago are real ones.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from tests.cast import AREAS, DISTRICT
from youlin.apps.indicators import definitions, scaling
from youlin.apps.indicators.asking import Asked
from youlin.apps.indicators.definitions import Definition, Indicator, Where
from youlin.kernel import datasets
from youlin.kernel.datasets import making, store
from youlin.kernel.engines import Engine
from youlin.kernel.journal.models import Position

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
NUMBER = 1200
SPAN = (date(2026, 7, 1), date(2026, 10, 31))
PROGRAMMES = Path(__file__).resolve().parents[2] / "src" / "youlin" / "programmes"
ODD_KEYS = ("", None, "NULL", "null", "∅ 空", "a b", "A b", "é", "e\u0301", "'quoted'", "zz")
"""Values that engines sort, fold or mistake for nothing, each in its own way."""
_ARROW = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
}


@cache
def known() -> dict[str, Definition]:
    """Every definition of both programmes that holds at the end of the rows."""
    found: dict[str, Definition] = {}
    for programme in ("city_management", "friendly_city"):
        told = yaml.safe_load((PROGRAMMES / programme / "indicators.yaml").read_text(encoding="utf-8"))
        indicators = {code: Indicator.model_validate(one) for code, one in told["indicators"].items()}
        found |= definitions.in_force(indicators, SPAN[1])
    return found


def asked() -> list[Asked]:
    """Of a district: by street, month by month."""
    return [Asked(DISTRICT, DISTRICT, SPAN, width=9, grain="month")]


def weeks(engine: Engine) -> pa.Table:
    """Figures of weeks, of a time that begins and ends within months."""
    one = Asked(DISTRICT, DISTRICT, (date(2026, 7, 31), date(2026, 9, 30)), grain="week")
    return scaling.cells(engine, one, known(), ["reports", "cases_closed", "closing_hours", "open_cases"])


def answers(engine: Engine, questions: Iterable[Asked], codes: Iterable[str] = ()) -> list[pa.Table]:
    """What an engine answers to each question, of all definitions (of those named)."""
    return [scaling.cells(engine, one, known(), codes or known()) for one in questions]


def by_key(engine: Engine) -> pa.Table:
    """Figures told apart by a breakdown whose values are odd."""
    one = Asked(DISTRICT, DISTRICT, SPAN, by="category")
    return scaling.cells(engine, one, known(), ["reports", "resolution_rate", "cases_closed", "open_cases"])


def same(ours: pa.Table, theirs: pa.Table) -> None:
    """Fail unless both tables are equal: all but medians and quantiles to the last bit."""
    assert ours.num_rows == theirs.num_rows
    middles = {code for code, one in known().items() if one.rule.measure.median or one.rule.measure.quantile}
    for mine, other in zip(ours.to_pylist(), theirs.to_pylist(), strict=True):
        close = mine["code"] in middles and mine["value"] is not None and other["value"] is not None
        if close and abs(mine["value"] - other["value"]) <= scaling.NEARLY * abs(mine["value"]):
            other = {**other, "value": mine["value"]}
        assert mine == other


def without_a_row(tables: Iterable[pa.Table]) -> set[str]:
    """Definitions of which no table has a cell with anything in it."""
    there = {row["code"] for one in tables for row in one.to_pylist() if row["n"]}
    return set(known()) - there


def put(seed: int = 1) -> None:
    """Let made-up rows of every dataset that is asked for be what is exported of the district."""
    used = {one.rule.dataset for one in known().values() if one.rule.dataset}
    for number, name in enumerate(sorted(used)):
        chance = random.Random(seed * 1000 + number)
        words = _words(name)
        _keep(name, [_row(chance, name, words) for _one in range(NUMBER)])


def _words(dataset: str) -> dict[str, list[Any]]:
    """What the definitions compare each column with."""
    found: dict[str, list[Any]] = {}

    def learn(where: Where) -> None:
        for name, wanted in where.items():
            for value in _literals(wanted):
                found.setdefault(name, []).append(value)

    for one in known().values():
        if one.rule.dataset == dataset:
            measure = one.rule.measure
            learn(one.rule.where)
            learn(measure.share or {})
            for side in (measure.ratio.numerator, measure.ratio.denominator) if measure.ratio else ():
                learn(side.where)
    return found


def _literals(wanted: Any) -> Iterator[Any]:
    if isinstance(wanted, Mapping):
        for operator, value in wanted.items():
            if operator == "begins":
                yield f"{value}x"
            elif operator != "null":
                yield from _literals(value)
    elif isinstance(wanted, list):
        yield from wanted
    else:
        yield wanted


def _row(chance: random.Random, dataset: str, words: Mapping[str, list[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"district": DISTRICT}
    declared = datasets.get(dataset)
    for column in declared.columns:
        if column.kind == "moment":
            always = column.name == declared.month or chance.random() < 0.6
            moment = _moment(chance) if always else None
            found[column.name] = moment and int(moment.timestamp())
            found[f"{column.name}_day"] = moment and moment.astimezone(ZONE).date()
        else:
            found[column.name] = _value(chance, column.name, column.kind, words.get(column.name, []))
    if declared.area:
        found["area"] = chance.choice([*sorted(AREAS), None])
    if declared.month and found[declared.month] is None:
        found[declared.month] = SPAN[0]
    return found


def _value(chance: random.Random, name: str, kind: str, words: list[Any]) -> Any:
    if kind == "bool":
        return chance.choice([True, False, False, None])
    if kind in ("count", "alias"):
        return chance.choice([0, 0, 1, 2, 7, 3600, 86_400 * 30, None])
    if kind == "number":
        return chance.choice([0.1, 1 / 3, 7.25, 1e6 + 0.3, None])
    if kind == "day":
        return chance.choice([None, _moment(chance).astimezone(ZONE).date()])
    if words and chance.random() < 0.75:
        return chance.choice(words)
    return chance.choice(ODD_KEYS)


def _moment(chance: random.Random) -> datetime:
    """At the ends of months and days: of the local calendar, which is eight hours ahead, and of UTC."""
    day = chance.choice([date(2026, 7, 31), date(2026, 8, 1), date(2026, 9, 30), date(2026, 10, 1), None])
    day = day or SPAN[0] + timedelta(days=chance.randint(0, 140))
    at = chance.choice([time(0), time(7, 59, 59), time(8), time(12), time(23, 59, 59)])
    return datetime.combine(day, at, chance.choice([ZONE, ZONE, UTC]))


def _keep(dataset: str, rows: list[dict[str, Any]]) -> None:
    declared = datasets.get(dataset)
    place = store.folder(DISTRICT, dataset)
    place.mkdir(parents=True, exist_ok=True)
    months: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        day = row.get(f"{declared.month}_day", row.get(declared.month))
        months.setdefault(f"{day:%Y-%m}" if declared.month else "", []).append(row)
    columns = making.file_columns(declared)
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in columns.items() if kind != "UUID"])
    store.write(
        store.Manifest(
            dataset=dataset,
            district=DISTRICT,
            schema="made",
            areas="",
            zone=str(ZONE),
            marks="",
            position=Position(0, 0),
            city=Position(0, 0),
            as_of=AS_OF,
            exported_at=AS_OF,
            partitions=tuple(
                _partition(place, dataset, month, mine, schema) for month, mine in sorted(months.items())
            ),
        )
    )


def _partition(
    place: Path, dataset: str, month: str, mine: list[dict[str, Any]], schema: pa.Schema
) -> store.Partition:
    draft = place / "draft"
    pq.write_table(pa.Table.from_pylist(mine, schema=schema), draft)
    path, digest = store.keep(draft, DISTRICT, dataset, month)
    days: dict[str, tuple[date, date]] = {}
    for name in schema.names:
        known_days = [one[name] for one in mine if isinstance(one.get(name), date)]
        if known_days:
            days[name.removesuffix("_day")] = (min(known_days), max(known_days))
    return store.Partition(month, path, len(mine), digest, days)


def declare() -> None:
    """Let the definitions be in force in the district, as programmes declare them."""
    from youlin.apps.indicators import declarations
    from youlin.kernel.actors import SYSTEM

    declared = {
        code: one.indicator.model_dump(mode="json", exclude_none=True) | {"position": place}
        for place, (code, one) in enumerate(known().items())
    }
    declarations.declare(actor=SYSTEM, district=DISTRICT, programme="city_management", declared=declared)
