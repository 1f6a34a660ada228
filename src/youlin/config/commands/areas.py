"""`youlin areas`: bring areas in, prove that they fit together, divide them, and say where a point lies."""

import csv
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, TextIO

import click
import numpy as np
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from youlin.apps.areas import bundled, profiles, selectors, services
from youlin.apps.areas.geometry import crs
from youlin.config.commands.areas_people import people
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound, YoulinError
from youlin.kernel.tables import harmless

ACTOR = Actor("system", via="cli")
CHUNK = 100_000
LON_NAMES = ("lon", "lng", "longitude", "long", "x", "经度")
LAT_NAMES = ("lat", "latitude", "y", "纬度")
SYSTEMS = click.Choice(sorted(crs.TO_WGS84))
as_json_option = click.option("--json", "as_json", is_flag=True, help="The answer as JSON, for programs.")


@click.group()
def areas() -> None:
    """Areas: their codes, outlines and grids.

    \b
    A first district:   youlin areas import --bundled --prefix 110102
                        youlin areas synthesise 110102
                        youlin areas grid 110102 --size 150
                        youlin areas check 110102 --svg check.svg
                        youlin areas locate 116.366 39.915
    """


areas.add_command(people)


@contextmanager
def watched(what: str, quiet: bool) -> Iterator[Any]:
    """A progress bar on the terminal, and the function that moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--bundled", is_flag=True, help="Beijing as it comes with the platform, instead of FILE.")
@click.option("--compounds", is_flag=True, help="FILE (or the bundled one) holds compounds: dedicated grids.")
@click.option("--prefix", default="", help="Only codes at or under this one.")
@click.option(
    "--code-property", default="", help="GeoJSON property with the code (default: the usual names)."
)
@click.option("--level", default="", help="Refuse outlines of any other level, such as street.")
@click.option("--source", default="", help="Where the outlines come from (default: the file's name).")
@click.option("--crs", "system", type=SYSTEMS, default="wgs84", show_default=True, help="System of FILE.")
@click.option("--synthesised", is_flag=True, help="Mark the outlines 演示边界: not surveyed.")
@as_json_option
def import_(
    file: Path | None,
    bundled: bool,
    compounds: bool,
    prefix: str,
    code_property: str,
    level: str,
    source: str,
    system: str,
    synthesised: bool,
    as_json: bool,
) -> None:
    """Bring in codes (CSV) or outlines (GeoJSON), plain or gzipped. Done twice it changes nothing.

    \b
    CSV      columns code and name (name_en, valid_from, valid_to), or wide lists
             such as community_code12,community,street_code9,street
    GeoJSON  a FeatureCollection of polygons whose properties hold the code

    Exit codes: 0 done · 1 refused, every fault named with its line · 2 wrong usage.
    """
    if (file is None) != bundled:
        raise click.UsageError("give a FILE, or --bundled")
    if compounds:
        _import_compounds(file, prefix, source, system, as_json)
        return
    with watched("import", as_json) as progress:
        if file is None:
            result = services.import_bundled(actor=ACTOR, prefix=prefix or "11", progress=progress)
        elif _is_geojson(file):
            result = services.import_boundaries(
                actor=ACTOR,
                path=file,
                code_property=code_property,
                level=level,
                source=source,
                synthesised=synthesised,
                system=system,
                prefix=prefix,
                progress=progress,
            )
        else:
            result = services.import_areas(actor=ACTOR, path=file, prefix=prefix, progress=progress)
    if as_json:
        _print_json(vars(result))
        return
    click.echo(f"{result.created} new, {result.changed} changed, {result.unchanged} as before")
    if result.unknown:
        click.echo(f"{len(result.unknown)} outlines without an area, such as {result.unknown[0]}", err=True)


def _import_compounds(file: Path | None, prefix: str, source: str, system: str, as_json: bool) -> None:
    with watched("compounds", as_json) as progress:
        result = services.import_compounds(
            actor=ACTOR,
            path=file or bundled.COMPOUNDS,
            prefix=prefix,
            source=source or ("" if file else bundled.COMPOUND_SOURCE),
            system=system,
            progress=progress,
        )
    if as_json:
        _print_json({"created": len(result.codes), "codes": result.codes, "left_out": dict(result.left_out)})
        return
    click.echo(f"{len(result.codes)} dedicated grids")
    for reason, count in result.left_out.items():
        if count:
            click.echo(f"{count} left out: {reason}")


def _is_geojson(file: Path) -> bool:
    return file.name.removesuffix(".gz").endswith((".json", ".geojson"))


@areas.command()
@click.argument("code")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same outlines.")
@as_json_option
def synthesise(code: str, seed: int, as_json: bool) -> None:
    """Give communities that have no outline one each, marked 演示边界, in a street or in all of a district.

    Exit codes: 0 done · 1 refused (no street has an outline, …) · 2 wrong usage.
    """
    area = selectors.get(code)
    streets = [area] if area.level == profiles.STREET else list(selectors.subtree(code, profiles.STREET))
    made: dict[str, int] = {}
    left: dict[str, str] = {}
    with watched("communities", as_json) as progress:
        for done, street in enumerate(streets, start=1):
            try:
                made[street.code] = services.synthesise_communities(
                    actor=ACTOR, street=street.code, seed=seed
                )
            except YoulinError as error:
                left[street.code] = error.message
            progress(done, len(streets))
    if as_json:
        _print_json({"made": made, "left_out": left})
    else:
        click.echo(f"{sum(made.values())} communities in {len(made)} streets")
        for reason in left.values():
            click.echo(f"left out: {reason}", err=True)
    sys.exit(0 if made else 1)


@areas.command()
@click.argument("prefix", default="")
@click.option("--tolerance", default=1.0, show_default=True, help="Square metres that do not matter.")
@click.option(
    "--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw what is wrong into a file."
)
@as_json_option
def check(prefix: str, tolerance: float, svg: Path | None, as_json: bool) -> None:
    """Prove that areas fit together, at and under PREFIX or all of them.

    \b
    Errors  invalid rings, overlaps, gaps, parts outside their area,
            codes without a parent, duplicates
    Notes   areas without outline, siblings of one name, slivers: overlaps, gaps and parts outside
            of at most 100 m² and 0.01 % of their area, as published boundaries have them

    Exit codes: 0 all fits · 1 errors were found, or no areas · 2 wrong usage.
    """
    with watched("check", as_json) as progress:
        report = selectors.check(prefix, tolerance, progress=progress)
    if prefix and not any(report.areas.values()):
        raise NotFound(_("没有代码以 %(prefix)s 开头的区划") % {"prefix": prefix}, field="prefix")
    if svg is not None:
        _draw(report, svg)
    if as_json:
        _print_json(report.as_dict())
    else:
        _show_report(report)
    sys.exit(1 if report.errors else 0)


def _draw(report: Any, file: Path) -> None:
    try:
        file.write_text(selectors.draw_svg(report), encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"cannot write {file}: {error.strerror}", param_hint="--svg") from error


def _show_report(report: Any) -> None:
    console = Console()
    table = Table("level", "areas", "outlines")
    for level, count in report.areas.items():
        table.add_row(level, str(count), str(report.polygons.get(level, 0)))
    console.print(table)
    for finding in report.findings:
        sign = "[red]✗[/]" if finding.severity == "error" else "[yellow]·[/]"
        where = " ({:.5f}, {:.5f})".format(*finding.point) if finding.point else ""
        console.print(f"{sign} {finding.message}{where}", highlight=False, soft_wrap=True)
    notes = len(report.findings) - len(report.errors)
    found = f"{_counted(len(report.errors), 'error')}, {_counted(notes, 'note')}"
    console.print(f"{found}, tolerance {report.tolerance_m2:g} m²", highlight=False)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


@areas.command()
@click.argument("code")
@click.option("--size", type=float, help="Side of a grid in metres.")
@click.option("--count", type=int, help="Number of grids in each area, instead of --size.")
@click.option("--level", default=profiles.GRID, show_default=True, help="What to divide into.")
@click.option("--seed", default=1, show_default=True, help="With --count: the same seed, the same grids.")
@click.option("--replace", is_flag=True, help="End the grids there are; open rows move to the new ones.")
@as_json_option
def grid(
    code: str, size: float | None, count: int | None, level: str, seed: int, replace: bool, as_json: bool
) -> None:
    """Divide the communities at and under CODE into unit grids, without gap or overlap.

    Grids are numbered from 001 in each community: in rows from north to south, in a row from west to east.

    Exit codes: 0 done · 1 refused (grids are there already, no outline, …) · 2 wrong usage.
    """
    if (size is None) == (count is None):
        raise click.UsageError("give --size or --count")
    with watched("grids", as_json) as progress:
        result = services.make_grids(
            actor=ACTOR,
            code=code,
            size_m=size,
            count=count,
            level=level,
            seed=seed,
            replace=replace,
            progress=progress,
        )
    if as_json:
        _print_json({"created": len(result.codes), "codes": result.codes, "skipped": result.skipped})
        return
    click.echo(f"{len(result.codes)} grids")
    if result.skipped:
        click.echo(f"{len(result.skipped)} areas without outline, such as {result.skipped[0]}", err=True)


@areas.command(context_settings={"ignore_unknown_options": True})
@click.argument("lon", type=float, required=False)
@click.argument("lat", type=float, required=False)
@click.option(
    "--csv", "table", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Many points."
)
@click.option("--lon-column", default="", help="Column of the longitude (default: lon, lng, longitude, x).")
@click.option("--lat-column", default="", help="Column of the latitude (default: lat, latitude, y).")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the CSV here, not to stdout."
)
@click.option(
    "--crs", "system", type=SYSTEMS, default="wgs84", show_default=True, help="System of the points."
)
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%d"]), help="The areas as they were on a day (default: today)."
)
@as_json_option
def locate(
    lon: float | None,
    lat: float | None,
    table: Path | None,
    lon_column: str,
    lat_column: str,
    out: Path | None,
    system: str,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Say which area a point lies in, or add area_code and area_path to every row of a CSV file.

    The deepest area answers: grid, else community, else street, else district. A point on a common border
    belongs to the area east of it (on a border that runs due east: north of it).

    Exit codes: 0 found (with --csv: written) · 1 outside all areas · 2 wrong usage.
    """
    day = at.date() if at else None
    if table is not None:
        _locate_table(table, (lon_column, lat_column), out, system, day, as_json)
        return
    if lon is None or lat is None:
        raise click.UsageError("give LON and LAT, or --csv FILE")
    found = selectors.locate(*crs.TO_WGS84[system](lon, lat), at=day)
    if as_json:
        _print_json({**found._asdict(), "path": found.path} if found else None)
    elif found:
        click.echo(f"{found.code}  {found.path}")
    else:
        click.echo("outside all areas", err=True)
    sys.exit(0 if found else 1)


def _cell(text: str | None) -> str:
    """A cell of the table that goes out; a bare return in it would begin a line for some readers."""
    return harmless((text or "").replace("\r", " "), numbers=True)


def _locate_table(
    table: Path, columns: tuple[str, str], out: Path | None, system: str, day: Any, as_json: bool
) -> None:
    opened = gzip.open if table.suffix == ".gz" else open
    with opened(table, "rt", encoding="utf-8-sig", newline="") as source:
        rows = csv.DictReader(source)
        names = list(rows.fieldnames or [])
        lon_name = _column(names, columns[0], LON_NAMES, "--lon-column")
        lat_name = _column(names, columns[1], LAT_NAMES, "--lat-column")
        with _written(out) as target, watched("locate", as_json or out is None) as progress:
            fields = [*names, "area_code", "area_path"]
            writer = csv.DictWriter(target, fields, extrasaction="ignore", lineterminator="\n")
            if not as_json:
                writer.writerow({name: _cell(name) for name in fields})
            done = found = 0
            while part := list(islice(rows, CHUNK)):
                codes = _codes(part, lon_name, lat_name, system, day)
                done, found = done + len(part), found + int((codes != "").sum())
                for row, code in zip(part, codes.tolist(), strict=True):
                    row |= {"area_code": code, "area_path": selectors.name_path(code)}
                    if as_json:
                        target.write(json.dumps(row, ensure_ascii=False) + "\n")
                    else:
                        writer.writerow({name: _cell(row.get(name)) for name in fields})
                progress(done, None)
    click.echo(f"{found} of {done} points lie in an area", err=True)


def _codes(part: Sequence[dict[str, Any]], lon_name: str, lat_name: str, system: str, day: Any) -> Any:
    lons = np.array([_number(row[lon_name]) for row in part])
    lats = np.array([_number(row[lat_name]) for row in part])
    return selectors.locate_many(*crs.TO_WGS84[system](lons, lats), at=day)


def _number(text: Any) -> float:
    """A coordinate; what is none lies nowhere."""
    try:
        number = float(text)
    except (TypeError, ValueError):
        return float("nan")
    return number if isfinite(number) else float("nan")


def _column(names: Sequence[str], wanted: str, usual: Sequence[str], option: str) -> str:
    found = [name for name in names if (name == wanted if wanted else name.strip().lower() in usual)]
    if not found:
        raise click.UsageError(f"no such column; say which with {option} (there are: {', '.join(names)})")
    return found[0]


@contextmanager
def _written(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
    else:
        with out.open("w", encoding="utf-8", newline="") as target:
            yield target


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
