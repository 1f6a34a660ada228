"""`youlin indicators evaluate`: figures of a district, a city or everything, by the engine of one's choice."""

import csv
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from youlin.apps.areas import profiles
from youlin.apps.indicators import periods, scaling
from youlin.apps.indicators.asking import Asked
from youlin.apps.indicators.definitions import Definition
from youlin.kernel import clock
from youlin.kernel.engines import Engine
from youlin.kernel.errors import Invalid
from youlin.kernel.tables import harmless

if TYPE_CHECKING:
    import pyarrow as pa

DAY = click.DateTime(["%Y-%m-%d"])
LEVELS = ("province", "city", "district", "street", "community", "grid")


@click.command()
@click.option(
    "--area",
    "-a",
    required=True,
    metavar="CODE",
    help="A district, what lies in it, or what holds several: 11.",
)
@click.option("--level", type=click.Choice(LEVELS), help="Tell areas of this level apart.")
@click.option(
    "--grain", type=click.Choice(["whole", "year", "quarter", "month", "week", "day"]), default="whole"
)
@click.option("--from", "first", type=DAY, help="First day (default: of the month before).")
@click.option("--to", "last", type=DAY, help="Last day (default: of the month before).")
@click.option("--by", default="", metavar="COLUMN", help="Tell values of this breakdown apart.")
@click.option("--code", "-c", "codes", multiple=True, help="Only this indicator; may be repeated.")
@click.option("--public", is_flag=True, help="Only indicators that are published (nothing is withheld here).")
@click.option(
    "--engine", type=click.Choice(["duckdb", "postgres", "spark"]), default="duckdb", show_default=True
)
@click.option("--database", metavar="ADDRESS", help="postgres: postgresql://user:password@host/name.")
@click.option("--master", default="local[*]", show_default=True, help="spark: spark://host:7077, yarn …")
@click.option(
    "--datasets-at", metavar="ADDRESS", help="spark: where its machines find the datasets: s3a://…, /mnt/…"
)
@click.option("--conf", multiple=True, metavar="NAME=VALUE", help="spark: a setting; may be repeated.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A .parquet or .csv file, else CSV here."
)
def evaluate(
    area: str,
    level: str | None,
    grain: Any,
    first: datetime | None,
    last: datetime | None,
    by: str,
    codes: tuple[str, ...],
    public: bool,
    engine: str,
    database: str | None,
    master: str,
    datasets_at: str | None,
    conf: tuple[str, ...],
    out: Path | None,
) -> None:
    """Compute figures of the exported rows, whatever is kept ready; the same table from every engine.

    \b
    A district, each month of a year, by street:
      youlin indicators evaluate -a 110102 --level street --grain month --from 2026-01-01 --to 2026-12-31
    A city on a cluster:
      youlin indicators evaluate -a 11 --level district --engine spark --master spark://10.0.0.1:7077 --out cells.parquet
    """
    if out and out.suffix not in (".parquet", ".csv"):
        raise click.UsageError("--out is a .parquet or a .csv file")
    period = _period(first, last)
    known = scaling.in_force(area, period[1])
    wanted = _wanted(known, codes, by, public)
    width = profiles.active().width(level) if level else None
    asked = Asked(area[: profiles.active().width(profiles.active().shard)], area, period, width, grain, by)
    found = scaling.cells(_engine(engine, database, master, datasets_at, conf), asked, known, wanted)
    _write(found, out)
    click.echo(f"✓ {len(wanted)} indicators, {found.num_rows:,} cells, {period[0]} … {period[1]}", err=True)


def _period(first: datetime | None, last: datetime | None) -> periods.Period:
    end = clock.today().replace(day=1) - timedelta(days=1)
    found = (first.date() if first else end.replace(day=1), last.date() if last else end)
    if found[0] > found[1]:
        raise click.UsageError("--from is after --to")
    return found


def _wanted(known: dict[str, Definition], codes: Iterable[str], by: str, public: bool) -> list[str]:
    for code in codes:
        if code not in known:
            raise Invalid(
                _("这里没有指标“%(code)s”。") % {"code": code},
                field="--code",
                remedy=_("youlin indicators list -d 区代码 列出全部指标。"),
            )
    found = [
        code
        for code, one in known.items()
        if (not codes or code in codes)
        and (not public or one.indicator.public)
        and (not by or by in one.indicator.breakdowns)
    ]
    if not found:
        raise Invalid(
            _("没有符合条件的指标。"),
            remedy=_("请检查区代码、--code 和 --by；没有启用方案的区没有指标。"),
        )
    return found


def _engine(
    name: str, database: str | None, master: str, datasets_at: str | None, conf: Iterable[str]
) -> Engine:
    if name == "postgres":
        from youlin.kernel.engines.postgres import Postgres

        if not database:
            raise click.UsageError("--engine postgres needs --database")
        return Postgres(database)
    if name == "spark":
        from youlin.kernel.engines.spark import Spark

        if any("=" not in one for one in conf):
            raise click.UsageError("--conf is NAME=VALUE")
        moved = (str(settings.DATASETS_FOLDER), datasets_at) if datasets_at else None
        return Spark(master, moved=moved, options=dict(one.split("=", 1) for one in conf))
    return scaling.Duck()


def _write(found: "pa.Table", out: Path | None) -> None:
    if out and out.suffix == ".parquet":
        import pyarrow.parquet as pq

        pq.write_table(found, out, compression="zstd")
    elif out:
        with out.open("w", encoding="utf-8", newline="") as file:
            _as_csv(found, file)
    else:
        _as_csv(found, sys.stdout)


def _as_csv(found: "pa.Table", file: IO[str]) -> None:
    """Whole numbers without a point; a key can be no formula in the table that opens the file."""
    writer = csv.writer(file)
    writer.writerow(found.column_names)
    for row in found.to_pylist():
        writer.writerow(_cell(value) for value in row.values())


def _cell(value: str | float | date | None) -> str:
    if isinstance(value, str):
        return harmless(value, numbers=True)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
