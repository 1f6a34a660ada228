"""Every definition of the programmes gives the same cells on Spark, with two workers, as on DuckDB."""

import pytest
from click.testing import CliRunner

from tests.cast import DISTRICT
from tests.engines import real, rows
from youlin.apps.indicators import scaling
from youlin.apps.indicators.asking import Asked
from youlin.config.cli import main
from youlin.kernel.engines.spark import Spark
from youlin.kernel.tests import exported

pytestmark = pytest.mark.spark


def test_two_workers_share_the_work(cluster):
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session.version.startswith("4.0") and session.sparkContext.defaultParallelism == 2
    where = session.sparkContext.parallelize(range(40), 40).map(lambda _one: __import__("os").getppid())
    assert len(set(where.collect())) == 2


@pytest.mark.usefixtures("made")
def test_every_definition_gives_the_same_cells(cluster):
    questions = rows.asked()
    for ours, theirs in zip(
        rows.answers(scaling.Duck(), questions), rows.answers(cluster, questions), strict=True
    ):
        rows.same(ours, theirs)


@pytest.mark.usefixtures("made")
def test_odd_keys_and_weeks_are_told_apart_as_duckdb_does(cluster):
    ours = rows.by_key(scaling.Duck())
    assert set(ours.column("key").to_pylist()) >= {key or "" for key in rows.ODD_KEYS}
    rows.same(ours, rows.by_key(cluster))
    rows.same(rows.weeks(scaling.Duck()), rows.weeks(cluster))


@pytest.mark.usefixtures("made")
def test_files_may_lie_elsewhere_for_the_cluster(cluster, tmp_path):
    from youlin.kernel.datasets import store

    (tmp_path / "there").symlink_to(store.root())
    moved = Spark(
        cluster.master, moved=(str(store.root()), f"file://{tmp_path}/there"), options=cluster.options
    )
    one = [Asked(DISTRICT, DISTRICT, rows.SPAN)]
    (ours,), (theirs,) = (rows.answers(engine, one, ["reports"]) for engine in (scaling.Duck(), moved))
    rows.same(ours, theirs)


@pytest.mark.usefixtures("made")
def test_the_command_writes_the_same_table_from_every_engine(cluster, tmp_path):
    rows.declare()
    words = [
        "--area",
        DISTRICT,
        "--level",
        "street",
        "--from",
        "2026-09-01",
        "--to",
        "2026-09-30",
        "-c",
        "closing_hours",
    ]
    words += ["-c", "reports", "-c", "loans", "--out"]
    told = CliRunner().invoke(main, ["indicators", "evaluate", *words, str(tmp_path / "duckdb.csv")])
    assert told.exit_code == 0, told.output
    spark = ["--engine", "spark", "--master", cluster.master]
    told = CliRunner().invoke(main, ["indicators", "evaluate", *spark, *words, str(tmp_path / "spark.csv")])
    assert told.exit_code == 0, told.output
    ours = (tmp_path / "duckdb.csv").read_text(encoding="utf-8")
    assert ours.count("\n") > 6 and ours == (tmp_path / "spark.csv").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_real_requests_give_the_same_cells(cluster, tmp_path):
    with exported.own_folder():
        assert real.put(tmp_path) > 2000
        ours, theirs = real.answers(scaling.Duck()), real.answers(cluster)
    assert sum(one.num_rows for one in ours) > 5000
    for mine, other in zip(ours, theirs, strict=True):
        rows.same(mine, other)
