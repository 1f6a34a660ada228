"""`youlin privacy …`: keys of the data protection, and erasures after a restore."""

import click
from rich.console import Console

from youlin.kernel import crypto, privacy


@click.group("privacy")
def privacy_group() -> None:
    """Personal data: renew the data-protection key, replay erasures after a restore."""


@privacy_group.command("rotate-key")
@click.option(
    "--retire", is_flag=True, help="Afterwards remove keys that nothing is encrypted with any more."
)
def rotate_key(retire: bool) -> None:
    """Make a new data-protection key and encrypt everything anew with it.

    Back up YOULIN_HOME/keys before and after. May be broken off and run again.
    """
    name = crypto.add_key()
    with Console(stderr=True).status("…") as status:
        done = crypto.rotate(lambda table, rows: status.update(f"{table} {rows}"))
    click.echo(f"{name}: {sum(done.values())} rows")
    if retire:
        click.echo("retired: " + (", ".join(crypto.retire_keys()) or "-"))


@privacy_group.command("replay-erasures")
def replay_erasures() -> None:
    """Erase again whoever came back with a restored backup."""
    click.echo(f"{privacy.replay_erasures()} erased again")
