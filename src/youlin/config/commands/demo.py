"""`youlin demo`: the demonstration district, made by running the services."""

import json
import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from youlin.programmes import demo as demonstration
from youlin.programmes import selectors


@click.group()
def demo() -> None:
    """A demonstration district: real streets and communities, everything in it made up (演示)."""


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")
def load(as_json: bool) -> None:
    """Make the demonstration district; what is there is kept, a load that was cut short goes on."""
    begun = time.monotonic()
    loaded = load_with_progress(quiet=as_json)
    seconds = round(time.monotonic() - begun, 1)
    if as_json:
        told = {"district": loaded.district, "was_there": loaded.was_there, "seconds": seconds}
        click.echo(json.dumps({**told, **loaded.summary}, ensure_ascii=False, indent=2))
        return
    if loaded.was_there:
        click.echo(f"{loaded.district} is there already; nothing was changed")
        return
    click.echo(f"{loaded.district} is ready after {seconds} s. The cast, one click away on /demo/:")
    for card in selectors.cast():
        click.echo(f"  {card.username:<14} {card.name} {card.role} · {card.words}")


@demo.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also where there is more than demonstration data.")
def reset(yes: bool, force: bool) -> None:
    """Empty the installation, if a demonstration was loaded: every row, every uploaded file."""
    if not yes:
        click.confirm("Everything in this installation will be removed. Go on?", abort=True)
    demonstration.reset(force=force)
    click.echo("empty; `youlin demo load` makes it anew")


def load_with_progress(*, quiet: bool = False) -> demonstration.Loaded:
    """Load it and show on standard error how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        tasks: dict[str, object] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        return demonstration.load(show)
