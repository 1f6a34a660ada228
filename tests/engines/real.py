"""Real requests: every 25th of the file of Chicago, imported by the services, exported, and asked of an engine."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pyarrow as pa

from tests.engines import rows
from youlin.apps.cases.imports import mapping, services
from youlin.apps.indicators import scaling
from youlin.apps.indicators.asking import Asked
from youlin.kernel import datasets
from youlin.kernel.actors import Actor
from youlin.kernel.engines import Engine
from youlin.programmes import demo_chicago
from youlin.programmes.demo_chicago import district

IMPORTER = Actor("system", via="import")
EVERY = 25
SPAN = (date(2010, 1, 1), date(2013, 12, 31))
CASES = ("cases.cases", "cases.clocks", "cases.measures", "cases.follow_up_rounds", "cases.filled")


def put(folder: Path) -> int:
    """Import and export; how many requests."""
    with gzip.open(demo_chicago.FILE, "rt", encoding="utf-8", newline="") as stream:
        found = [row for number, row in enumerate(csv.DictReader(stream)) if number % EVERY == 0]
    path = folder / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, found[0].keys())
        writer.writeheader()
        writer.writerows(found)
    district.prepare(actor=IMPORTER)
    done = services.run(actor=IMPORTER, path=path, mapping=mapping.load(demo_chicago.MAPPING))
    datasets.export(demo_chicago.DISTRICT, CASES)
    return done.taken


def answers(engine: Engine) -> list[pa.Table]:
    """By community and month, and by kind of request: every definition over cases that is told by it."""
    home = demo_chicago.DISTRICT
    known = {code: one for code, one in rows.known().items() if one.rule.dataset in CASES}
    by_kind = {code: one for code, one in known.items() if "category" in one.indicator.breakdowns}
    return [
        scaling.cells(engine, Asked(home, home, SPAN, width=12, grain="month"), known, known),
        scaling.cells(engine, Asked(home, home, SPAN, by="category"), by_kind, by_kind),
    ]
