"""`youlin indicators`: figures brought up to date, listed, and held to what was published."""

import json

import click
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, kept, saying, services
from youlin.config.commands.indicators_evaluate import evaluate
from youlin.kernel.errors import Invalid
from youlin.programmes import verifying

district_option = click.option("--district", "-d", metavar="CODE", help="Only this district.")


@click.group()
def indicators() -> None:
    """Figures: bring them up to date, list their definitions, hold them to what was published."""


indicators.add_command(evaluate)


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


@indicators.command()
@click.argument("programme")
@click.option(
    "--district", "-d", metavar="CODE", help="The district; the only one that runs it, if there is but one."
)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")
def verify(programme: str, district: str | None, as_json: bool) -> None:
    """Hold every published figure of PROGRAMME to what is computed of the rows, now; exit code 1 when one differs.

    Each is computed by its indicator and counted a second time by SQL of its own.
    """
    running = verifying.districts_of(programme)
    chosen = district or _only(programme, running)
    for code in running:
        services.refresh(code)
    found = verifying.verify(programme, chosen)
    if as_json:
        click.echo(json.dumps([one.as_data() for one in found], ensure_ascii=False, indent=2))
    else:
        _show_verified(found)
    if not all(one.holds and one.agrees for one in found):
        raise SystemExit(1)


def _only(programme: str, running: list[str]) -> str:
    if len(running) == 1:
        return running[0]
    told = "、".join(running) or "—"
    raise Invalid(
        _("请说明是哪个区的“%(code)s”。") % {"code": programme},
        field="--district",
        remedy=_("启用它的有：%(districts)s") % {"districts": told},
    )


def _show_verified(found: list[verifying.Verified]) -> None:
    table = Table("", "code", "published", "computed", "recount", "unit", "v", "source")
    for one in found:
        mark = "✓" if one.holds and one.agrees else "✗"
        said = {"exact": "", "at_least": "≥ ", "nearly": "≈ "}[one.qualifier] + f"{one.published:,}"
        numbers = ["—" if value is None else f"{value:,g}" for value in (one.computed, one.recounted)]
        table.add_row(
            mark, one.code, said, *numbers, one.unit, str(one.version), f"{one.source} {one.note}".strip()
        )
    Console().print(table)
