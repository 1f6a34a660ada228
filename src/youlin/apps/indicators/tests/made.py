"""Rows made up for tests of figures: put where exported rows lie, and counted by plain loops."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from tests.cast import DISTRICT
from youlin.apps.indicators.definitions import Definition, Indicator, in_force
from youlin.kernel import clock
from youlin.kernel.datasets import store
from youlin.kernel.journal.models import Position

Row = dict[str, Any]
DATASET = "cases.cases"
ZONE = ZoneInfo("Asia/Shanghai")
AREAS = ("110102001001001", "110102001001002", "110102001002001", "110102002001001", "110102002", "110102")
CATEGORIES = ("event.a", "event.b", "component.c", "")
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCHEMA = pa.schema(
    [
        ("district", pa.string()),
        ("area", pa.string()),
        ("category", pa.string()),
        ("solved", pa.bool_()),
        ("sent_back", pa.int64()),
        ("closing_seconds", pa.int64()),
        ("reported_at", pa.int64()),
        ("reported_at_day", pa.date32()),
        ("closed_at", pa.int64()),
        ("closed_at_day", pa.date32()),
    ]
)


def rows(seed: int, number: int, days: int = 80) -> list[Row]:
    """Cases of the past days and of the days to come, also at the borders of days."""
    chance = random.Random(seed)
    return [_row(chance, days) for _one in range(number)]


def _row(chance: random.Random, days: int) -> Row:
    day = AS_OF.astimezone(ZONE).date() - timedelta(days=chance.randint(-2, days))
    at = chance.choice([time(0), time(23, 59, 59), time(12), time(7, 59, 59), time(8)])
    reported = datetime.combine(day, at, ZONE)
    closed = reported + timedelta(seconds=chance.choice([0, 60, 3600, 86400, 40 * 86400]))
    done = chance.random() < 0.7
    return {
        "district": DISTRICT,
        "area": chance.choice(AREAS),
        "category": chance.choice(CATEGORIES),
        "solved": chance.choice([True, False, None]),
        "sent_back": chance.choice([0, 0, 1, 3, None]),
        "closing_seconds": int((closed - reported).total_seconds()) if done else None,
        "reported_at": int(reported.timestamp()),
        "reported_at_day": day,
        "closed_at": int(closed.timestamp()) if done else None,
        "closed_at_day": closed.date() if done else None,
    }


def put(found: Sequence[Row], *, as_of: datetime = AS_OF) -> None:
    """Let these be the exported cases of the district."""
    place = store.folder(DISTRICT, DATASET)
    place.mkdir(parents=True, exist_ok=True)
    months: dict[str, list[Row]] = {}
    for one in found:
        months.setdefault(f"{one['reported_at_day']:%Y-%m}", []).append(one)
    store.write(
        store.Manifest(
            dataset=DATASET,
            district=DISTRICT,
            schema="made",
            areas="",
            zone="Asia/Shanghai",
            marks="",
            position=Position(0, 0),
            city=Position(0, 0),
            as_of=as_of,
            exported_at=as_of,
            partitions=tuple(_partition(place, month, mine) for month, mine in sorted(months.items())),
        )
    )


def _partition(place: Path, month: str, mine: Sequence[Row]) -> store.Partition:
    draft = place / "draft"
    pq.write_table(pa.Table.from_pylist(list(mine), schema=SCHEMA), draft)
    path, digest = store.keep(draft, DISTRICT, DATASET, month)
    days = {}
    for name in ("reported_at", "closed_at"):
        known = [one[f"{name}_day"] for one in mine if one[f"{name}_day"]]
        if known:
            days[name] = (min(known), max(known))
    return store.Partition(month, path, len(mine), digest, days)


def definitions(day: date | None = None) -> dict[str, Definition]:
    """One indicator for each kind of measure, over the made rows."""
    return in_force(
        {code: Indicator.model_validate(one) for code, one in INDICATORS.items()}, day or clock.today()
    )


def _indicator(measure: Any, **more: Any) -> dict[str, Any]:
    version = {"dataset": DATASET, "time": "reported_at", "measure": measure, "source": "试", **more}
    return {
        "name": "试",
        "name_en": "Trial",
        "unit": "cases",
        "breakdowns": ["category"],
        "versions": [{key: value for key, value in version.items() if value is not None}],
    }


INDICATORS: dict[str, dict[str, Any]] = {
    "number": _indicator("count"),
    "solved": _indicator({"share": {"solved": True}}, where={"solved": {"null": False}}),
    "returns": _indicator({"sum": "sent_back"}),
    "mean_returns": _indicator({"mean": "sent_back"}),
    "events": _indicator(
        {"ratio": {"numerator": {"where": {"category": {"begins": "event."}}}, "denominator": {}}}
    ),
    "unlike": _indicator("count", where={"solved": {"not": True}, "sent_back": {"not": [1, 3]}}),
    "kinds": _indicator({"distinct": "category"}),
    "seconds": _indicator({"median": "closing_seconds"}, time="closed_at", scale=60.0),
    "there": _indicator("count", time=None, stock={"since": "reported_at", "until": "closed_at"}),
}


def counted(
    code: str, found: Iterable[Row], first: date, last: date
) -> tuple[float, float | None, float | None]:
    """The same figure by a plain loop: numerator or number, denominator, value."""
    limit = AS_OF.timestamp()
    if code == "there":
        come = [one for one in found if one["reported_at"] <= limit and one["reported_at_day"] <= last]
        gone = [
            one
            for one in come
            if one["closed_at"] and one["closed_at"] <= limit and one["closed_at_day"] <= last
        ]
        return len(come) - len(gone), None, float(len(come) - len(gone))
    moment = "closed_at" if code == "seconds" else "reported_at"
    here = [
        one
        for one in found
        if one[moment] is not None and one[moment] <= limit and first <= one[f"{moment}_day"] <= last
    ]
    return _LOOPS[code](here)


def _fraction(above: float, below: float) -> tuple[float, float, float | None]:
    return above, below, above / below if below else None


def _plain(number: float) -> tuple[float, None, float]:
    return number, None, float(number)


def _middle(values: Sequence[int]) -> tuple[float, None, float | None]:
    return len(values), None, median(values) / 60 if values else None


_LOOPS: Mapping[str, Any] = {
    "number": lambda found: _plain(len(found)),
    "solved": lambda found: _fraction(
        sum(one["solved"] is True for one in found), sum(one["solved"] is not None for one in found)
    ),
    "returns": lambda found: _plain(sum(one["sent_back"] or 0 for one in found)),
    "mean_returns": lambda found: _fraction(
        sum(one["sent_back"] or 0 for one in found), sum(one["sent_back"] is not None for one in found)
    ),
    "events": lambda found: _fraction(sum(one["category"].startswith("event.") for one in found), len(found)),
    "unlike": lambda found: _plain(
        sum(one["solved"] is not True and one["sent_back"] not in (1, 3) for one in found)
    ),
    "kinds": lambda found: _plain(len({one["category"] for one in found})),
    "seconds": lambda found: _middle([one["closing_seconds"] for one in found]),
}
