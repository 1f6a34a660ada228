"""`youlin cases import | waiting | place | duplicates | real-input`: real requests from files."""

import dataclasses
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from youlin.config import terminal
from youlin.kernel.actors import Actor

ACTOR = Actor("system", via="import")
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=EXISTING)
@click.option("--mapping", "mapping_file", type=EXISTING, required=True, help="What the columns mean (YAML).")
@click.option("--district", default="", help="Code of the district; otherwise the mapping's.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first rows.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    mapping_file: Path,
    district: str,
    dry_run: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """Import requests from any table: FILE is .csv, .tsv (either also .gz), .xlsx or .parquet.

    Again adds nothing that is there; killed, it goes on where it stopped. Exit code 1: rows were refused.
    docs/operator/import.md explains the mapping.
    """
    from youlin.apps.cases.imports import mapping, services

    table = mapping.load(mapping_file)
    with terminal.rows(limit, quiet=as_json) as progress:
        outcome = services.run(
            actor=ACTOR,
            path=file,
            mapping=table,
            district=district,
            dry_run=dry_run,
            limit=limit,
            progress=progress,
        )
    if as_json:
        problems = [{"line": line, **problem._asdict()} for line, problem in outcome.problems]
        _print_json(dataclasses.asdict(outcome) | {"problems": problems})
    else:
        _tell(outcome)
    ctx.exit(1 if outcome.refused else 0)


@click.command()
@click.option("--district", required=True, help="Code of the district.")
@click.option("--refused", is_flag=True, help="Instead, the rows that could not be read.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def waiting(district: str, refused: bool, as_json: bool) -> None:
    """List the imported rows that wait for a place."""
    from youlin.apps.cases.imports import selectors

    found = (selectors.refused if refused else selectors.waiting)(ACTOR, district)
    if as_json:
        named = [dataclasses.asdict(row) | {"problems": [p._asdict() for p in row.problems]} for row in found]
        return _print_json(named)
    for row in found:
        why = "; ".join(problem.message for problem in row.problems)
        seen = f"  (seen at {row.suggestion[0]:.5f} {row.suggestion[1]:.5f})" if row.suggestion else ""
        click.echo(f"{row.id}  line {row.line}  {row.number}  {row.address}: {why}{seen}")
    click.echo(f"{len(found)} rows")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("row", type=click.UUID)
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option("--district", required=True, help="Code of the district.")
def place(row: UUID, lon: float, lat: float, district: str) -> None:
    """Give a waiting ROW its place (WGS84 degrees); it becomes a case."""
    from youlin.apps.cases.imports import services

    case = services.place(actor=ACTOR, district=district, row_id=row, lon=lon, lat=lat)
    click.echo(f"{case.number}  {case.area_now}")


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--mapping", "mapping_file", type=EXISTING, required=True, help="What the columns mean (YAML).")
@click.option("--year", type=int, required=True, help="The year to report; the years before teach.")
@click.option("--unspecified", help="The category that says nothing.")
@click.option("--learn", type=click.Path(path_type=Path), help="Write the learned weights to this file.")
def duplicates(
    file: Path, mapping_file: Path, year: int, unspecified: str | None, learn: Path | None
) -> None:
    """Judge how well duplicates are recognised in a file whose staff marked them."""
    from youlin.apps.cases.duplicates import evaluation, shipping
    from youlin.apps.cases.imports import files, mapping, rows

    table = mapping.load(mapping_file)
    files.check(file, table)
    read = rows.reader(table)
    taken = (read(line, row) for line, row in files.rows(file, table))
    requests = (request for request in taken if isinstance(request, rows.Request))
    report = evaluation.evaluate(requests, table.zone, year=year, unspecified=unspecified)
    click.echo(f"{year}: {report.reported_on} rows, learned on {report.tuned_on} before")
    for name, score in report.figures().items():
        rates = "  ".join(f"{rate} {score[rate]:.3f}" for rate in ("f1", "precision", "recall"))
        click.echo(f"{name:32} {rates}")
    if learn:
        shipping.write(report, learn, source=f"{table.source}: {table.name}", licence=table.licence)
        click.echo(f"weights → {learn}")


@click.command("real-input")
@click.option(
    "--write",
    "target",
    type=click.Path(path_type=Path),
    help="Write the page here, its charts into images/ beside it.",
)
@click.pass_context
def real_input(ctx: click.Context, target: Path | None) -> None:
    """Prove the import on 55,315 real requests of Chicago, figure by figure.

    Loads them as district 840170 into this installation if they are not there (a minute or two), compares our
    figures with what DuckDB computes straight from the file, and judges the duplicates. Exit code 1: a figure
    differs.
    """
    from youlin.programmes.demo_chicago import district, page

    with terminal.rows(None) as progress:
        district.load(actor=ACTOR, progress=progress)
    made = page.make(actor=ACTOR)
    if target:
        target.write_text(made.text, encoding="utf-8")
        (target.parent / "images").mkdir(exist_ok=True)
        for name, chart in made.charts.items():
            (target.parent / "images" / name).write_text(chart, encoding="utf-8")
        click.echo(f"{'✓' if made.equal else '✗'} {target}")
    else:
        click.echo(made.text)
    ctx.exit(0 if made.equal else 1)


COMMANDS = [import_, waiting, place, duplicates, real_input]
"""To be attached to the group `cases`."""


def _tell(outcome: Any) -> None:
    done = "would be taken" if outcome.dry_run else "taken"
    click.echo(
        f"{outcome.read} rows read: {outcome.taken} {done}, {outcome.known} known, "
        f"{outcome.unplaced} without a place, {outcome.refused} refused"
    )
    for line, problem in outcome.problems:
        click.secho(f"✗ line {line}, {problem.field}: {problem.message} {problem.remedy}", fg="red", err=True)
    if outcome.refused > len({line for line, _problem in outcome.problems}):
        click.echo("… more are listed by: youlin cases waiting --refused", err=True)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
