"""A Spark master and two workers on loopback for all tests of this folder, and rows of every dataset."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import make_areas
from tests.engines import rows
from youlin.kernel import clock
from youlin.kernel.engines import spark
from youlin.kernel.tests import databases, exported

STARTER = Path(__file__).resolve().parents[2] / "scripts" / "with-spark"
SMALL = {
    "spark.executor.memory": "600m",
    "spark.driver.memory": "600m",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.cores.max": "2",
    "spark.executor.cores": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""Two executors for few rows: what costs here is the start of Java, and of code made for each question."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Py4J leaves its sockets to the collector; that is its own affair."""
    here = Path(__file__).parent
    for one in items:
        if here in one.path.parents:
            one.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            one.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def master() -> Iterator[str]:
    """The address of a master with two workers, stopped with the tests."""
    keeper = subprocess.Popen(
        [str(STARTER), "sh", "-c", "echo $SPARK_MASTER; exec cat >/dev/null"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHON": sys.executable},
    )
    assert keeper.stdin and keeper.stdout
    try:
        address = keeper.stdout.readline().strip()
        assert address, "Spark did not start"
        yield address
    finally:
        keeper.stdin.close()
        keeper.wait(timeout=60)


@pytest.fixture(scope="session")
def cluster(master: str) -> Iterator[spark.Spark]:
    """The engine on that cluster, in one session for all tests."""
    found = spark.Spark(master, options=SMALL)
    begun = spark.session(master, SMALL)
    try:
        yield found
    finally:
        begun.stop()


@pytest.fixture(scope="module")
def _made(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with databases.around_all_tests(django_db_blocker), exported.own_folder(), clock.frozen(rows.AS_OF):
        make_areas()
        rows.put()
        with django_db_blocker.block():
            yield


@pytest.fixture
def made(_made: None, db: None) -> None:
    """Areas, and rows of every dataset in a folder of their own."""
