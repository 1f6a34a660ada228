"""Expressions answered by Apache Spark (the optional group `spark`; Java 17): a cluster's machines share the work."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from youlin.kernel.engines import ROWS, Answer, Ask, settled
from youlin.kernel.errors import Invalid

if TYPE_CHECKING:
    import pyarrow as pa

LOOPBACK = ("local", "spark://127.", "spark://localhost")
STEADY = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""UTC: a day becomes a moment when its month is taken, and must be the same day on the way back."""
_NUMBERS = count()
"""Tables that are open in one session need names of their own."""


class Spark:
    """A Spark by its master (`spark://host:7077`, `yarn`, `local[2]`), with settings of its own.

    `moved` tells where the cluster's machines find the files: (folder here, address there), such as
    ("/srv/youlin/datasets", "s3a://youlin/datasets"). Without it they have the same folder.
    """

    name = "spark"

    def __init__(
        self, master: str, *, moved: tuple[str, str] | None = None, options: Mapping[str, str] | None = None
    ) -> None:
        self.master, self.moved, self.options = master, moved, dict(options or {})

    @contextmanager
    def opened(self, files: Sequence[str], schema: "pa.Schema") -> Iterator[Answer]:
        """The rows stay where they are; each machine reads its share when something is asked."""
        begun = session(self.master, self.options)
        import ibis
        from pyspark.sql.pandas.types import from_arrow_schema

        connection = ibis.pyspark.connect(begun)
        # Only these columns: Spark refuses to look at a file's UUIDs.
        rows = begun.read.schema(from_arrow_schema(schema)).parquet(*map(self._there, files))
        name = f"{ROWS}_{next(_NUMBERS)}"
        rows.createOrReplaceTempView(name)
        bound = connection.table(name)

        def answer(ask: Ask) -> "pa.Table":
            return settled(begun.sql(str(connection.compile(ask(bound)))).toArrow(), ask, schema)

        try:
            yield answer
        finally:
            begun.catalog.dropTempView(name)

    def _there(self, file: str) -> str:
        here, there = self.moved or ("", "")
        return there.rstrip("/") + file.removeprefix(here.rstrip("/")) if self.moved else file


def session(master: str, options: Mapping[str, str] | None = None) -> Any:
    """The Spark session of this process, begun at the first call; `stop()` it when all is done.

    Raises `Invalid` where Spark or Java is missing here, or no master answers.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Invalid(
            _("这台机器上没有安装 Spark。"), field="--engine", remedy=_("请运行 uv sync --group spark")
        ) from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Invalid(
            _("Spark 需要 Java 17，这台机器上没有。"),
            field="--engine",
            remedy=_("请安装 openjdk-17-jre-headless，或设定 JAVA_HOME"),
        )
    told = {**STEADY, **(options or {})}
    if master.startswith(LOOPBACK):
        told = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", **told}
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("youlin")
    for name, value in told.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:  # what py4j raises has no common kind
        raise Invalid(
            _("连不上 Spark：%(reason)s") % {"reason": str(error).splitlines()[0]},
            field="--master",
            remedy=_("请检查主节点的地址，例如 spark://主机:7077"),
        ) from error
