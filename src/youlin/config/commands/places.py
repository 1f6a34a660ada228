"""`youlin places import | check | export | undo | network`: places from and to tables, and the streets between them."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from youlin.config import terminal
from youlin.kernel.actors import Actor

if TYPE_CHECKING:
    from youlin.apps.places.imports.services import Outcome

ACTOR = Actor("system", via="import")
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
CRS = click.Choice(["wgs84", "gcj02", "bd09"])
WORDS = {"new": "new", "changed": "changed", "same": "already there", "refused": "refused"}


def of_a_table(command: Callable[..., None]) -> Callable[..., None]:
    """What a command is told that reads a table of places."""
    for told in (
        click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
        click.option(
            "--crs", type=CRS, default="wgs84", show_default=True, help="What the coordinates are in."
        ),
        click.option("--district", "-d", required=True, help="Code of the district."),
        click.argument("file", type=EXISTING),
    ):
        command = told(command)
    return command


@click.group("places", context_settings={"help_option_names": ["-h", "--help"]})
def places_group() -> None:
    """Import, check and export the places of a district.

    FILE is .csv, .tsv, .xlsx or .parquet; its first row names the columns (名称, 种类, 经度, 纬度, 开放时间 …).
    What is there already is found by number, by source and by kind, name and place, and is not made twice.
    docs/operator/places.md explains every column.
    """


@places_group.command("check")
@of_a_table
@click.pass_context
def check(ctx: click.Context, file: Path, district: str, crs: str, as_json: bool) -> None:
    """Say what an import of FILE would do; write nothing. Exit code 1: rows would be refused."""
    from youlin.apps.places.imports import services

    with terminal.rows(quiet=as_json) as progress:
        outcome = services.check(actor=ACTOR, district=district, path=file, crs=crs, progress=progress)
    _finish(ctx, outcome, as_json)


@places_group.command("import")
@of_a_table
@click.pass_context
def import_(ctx: click.Context, file: Path, district: str, crs: str, as_json: bool) -> None:
    """Take in the good rows of FILE and tell the others. Exit code 1: rows were refused."""
    from youlin.apps.places.imports import services

    with terminal.rows(quiet=as_json) as progress:
        outcome = services.take(actor=ACTOR, district=district, path=file, crs=crs, progress=progress)
    _finish(ctx, outcome, as_json)


@places_group.command("undo")
@click.argument("run", type=click.UUID)
@click.option("--district", "-d", required=True, help="Code of the district.")
def undo(run: UUID, district: str) -> None:
    """Take a whole import back; RUN is the number that the import printed."""
    from youlin.apps.places.imports import services

    with terminal.rows() as progress:
        counts = services.undo(actor=ACTOR, district=district, run_id=run, progress=progress)
    for name in ("retired", "restored", "kept"):
        click.echo(f"{name}: {counts[name]}")


@places_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--district", "-d", required=True, help="Code of the district.")
def export(file: Path, district: str) -> None:
    """Write all places to FILE (CSV); read in again it changes nothing."""
    from youlin.apps.places.imports import exporting

    with file.open("w", encoding="utf-8", newline="") as stream:
        count = sum(stream.write(line) > 0 for line in exporting.table(ACTOR, district)) - 1
    click.echo(f"{count} places in {file}")


@places_group.group("network")
def network_group() -> None:
    """Import, show and remove the street network of a district, for walking and riding distances."""


@network_group.command("import")
@click.argument("file", type=EXISTING)
@click.option(
    "--nodes", type=EXISTING, help="Table of nodes (node_id, lon, lat), where FILE is a CSV of edges."
)
@click.option("--district", "-d", required=True, help="Code of the district.")
@click.option("--source", required=True, help="Whose streets these are, as shown to people.")
@click.option("--licence", default="", help="Under which licence.")
def import_network(file: Path, nodes: Path | None, district: str, source: str, licence: str) -> None:
    """Make the streets in FILE (GeoJSON lines, or CSV edges with --nodes) the network of a district."""
    from youlin.apps.places.walking import reading, services

    read = reading.read_file(file, nodes)
    row = services.set_network(
        actor=ACTOR, district=district, network=read.network, source=source, licence=licence
    )
    for number, reason in read.refused:
        click.secho(f"! {number}: {reason}", fg="yellow", err=True)
    if read.left_out > len(read.refused):
        click.echo(f"! … {read.left_out - len(read.refused)} more", err=True)
    click.echo(f"{row.nodes} nodes, {row.segments} segments, {read.left_out} rows left out")


@network_group.command("show")
@click.option("--district", "-d", required=True, help="Code of the district.")
def show_network(district: str) -> None:
    """Say which network a district has."""
    from youlin.apps.places.walking import selectors

    found = selectors.streets_of(district)
    if found is None:
        click.echo("no network: distances are straight lines")
    else:
        click.echo(f"{found.nodes} nodes, {found.segments} segments; {found.source} {found.licence}".rstrip())


@network_group.command("remove")
@click.option("--district", "-d", required=True, help="Code of the district.")
def remove_network(district: str) -> None:
    """Remove the network of a district: distances are straight lines again."""
    from youlin.apps.places.walking import services

    services.remove_network(actor=ACTOR, district=district)
    click.echo("removed")


def _finish(ctx: click.Context, outcome: "Outcome", as_json: bool) -> None:
    if as_json:
        told = dataclasses.asdict(outcome)
        told["refused"] = [
            {"line": line, "column": column, "message": problem.message, "remedy": problem.remedy}
            for line, column, problem in outcome.refused
        ]
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        _tell(outcome)
    ctx.exit(1 if outcome.counts["refused"] else 0)


def _tell(outcome: "Outcome") -> None:
    for state, words in WORDS.items():
        click.echo(f"{words}: {outcome.counts[state]}")
    for line, column, problem in outcome.refused:
        click.secho(f"✗ row {line}, {column}: {problem.message}", fg="red", err=True)
        if problem.remedy:
            click.echo(f"  → {problem.remedy}", err=True)
    for hint in outcome.hints:
        click.secho(f"! {hint}", fg="yellow", err=True)
    if outcome.unread:
        click.echo(f"not read: {'、'.join(outcome.unread)}", err=True)
    if outcome.run:
        click.echo(f"import {outcome.run}")
