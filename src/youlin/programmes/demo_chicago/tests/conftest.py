"""A district with its grid and programme, and slices of the real file."""

import csv
import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from youlin.apps.cases.imports import mapping
from youlin.kernel.actors import Actor
from youlin.kernel.tests import exported
from youlin.programmes import demo_chicago
from youlin.programmes.demo_chicago import district

IMPORTER = Actor("system", via="import")
TWICE, EQUAL = "13-00333860", "13-01180880"
"""A number with two closing dates, and one whose two rows are equal in every cell."""


@pytest.fixture(autouse=True)
def _rows_of_this_test():
    """Exported rows of a test that was rolled back are nobody's."""
    with exported.own_folder():
        yield


@pytest.fixture
def chicago(db):
    district.prepare(actor=IMPORTER)
    return mapping.load(demo_chicago.MAPPING)


@pytest.fixture(scope="session")
def real_rows() -> list[dict[str, str]]:
    with gzip.open(demo_chicago.FILE, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def sample_rows(real_rows) -> list[dict[str, str]]:
    """Every 200th row, all without a place, all still open, and the two odd numbers: some 380 rows."""
    return [
        row
        for number, row in enumerate(real_rows)
        if number % 200 == 0
        or not row["latitude"]
        or not row["completion_date"]
        or row["service_request_number"] in (TWICE, EQUAL)
    ]


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    def _write(rows: Iterable[dict[str, str]], name: str = "sample.csv") -> Path:
        rows = list(rows)
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return path

    return _write
