"""`youlin indicators`: figures brought up to date, listed, and held to what was published."""

import json

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, kept, saying, services

district_option = click.option("--district", "-d", metavar="CODE", help="Only this district.")


@click.group()
def indicators() -> None:
    """Figures: bring them up to date, list their definitions, hold them to what was published."""


@indicators.command()
@district_option
def refresh(district: str | None) -> None:
    """Export the rows that changed and compute every figure anew. What was kept stays in force until then."""
    for code in [district] if district else [one.code for one in areas.districts()]:
        found = _refreshed(code)
        if found is None:
            click.echo(f"{code}: no programme in force declares indicators")
        else:
            click.echo(f"✓ {code}: {sum(len(group.codes) for group in found.groups.values())} figures")


def _refreshed(district: str) -> kept.Kept | None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(district)

        def show(name: str, rows: int) -> None:
            bar.update(task, description=f"{district} {name} {rows:,}")

        return services.refresh(district, progress=show)


@indicators.command("list")
@click.option("--district", "-d", required=True, metavar="CODE", help="The district.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")
def list_indicators(district: str, as_json: bool) -> None:
    """The definitions that hold in a district today."""
    found = declarations.in_force(district)
    if as_json:
        told = {code: one.model_dump(mode="json", exclude_none=True) for code, one in found.items()}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = Table("code", "name", "unit", "version", "dataset", "measure")
    for code, one in found.items():
        rule = one.rule
        table.add_row(
            code,
            one.title,
            saying.unit_name(one.indicator.unit),
            str(rule.version),
            rule.dataset,
            rule.measure.kind,
        )
    Console().print(table)
