"""The one console command, `youlin`: each group lives in `config/commands/` and is loaded when it is called."""

import importlib
import os
import sys
from typing import Any

import click

from youlin.kernel.errors import YoulinError

COMMANDS = {
    "run": ("run", "start server and worker together, and open the platform"),
    "worker": ("run", "start one more worker: reactions, jobs and the schedule"),
    "doctor": ("doctor", "check this installation and say what to do"),
    "backup": ("backup", "back up database, media and keys while all runs"),
    "restore": ("backup", "put a backup in the place of what is here, and prove it"),
    "areas": ("areas", "import, check, divide and locate areas"),
    "duties": ("duties", "ask who answers for an area"),
    "cases": ("cases", "import requests, show how a case would be routed"),
    "places": ("places", "import, check and export the places of a district"),
    "programme": ("programme", "list, check, plan and apply programmes"),
    "privacy": ("privacy", "renew the data-protection key, replay erasures"),
    "datasets": ("datasets", "bring the rows that figures are made of up to date, and tell of them"),
    "exchange": ("exchange", "see and push on what goes to outside systems and subscribers"),
    "keys": ("keys", "issue, list and revoke keys for machine clients"),
    "indicators": (
        "indicators",
        "figures: refresh them, list their definitions, hold them to what was published",
    ),
    "passes": ("passes", "list, change and revoke the keys that sign codes"),
    "demo": ("demo", "load or remove the demonstration district"),
    "manage": ("manage", "Django's own commands, for developers"),
}
"""Name → module in `config/commands` that has it, and the line `youlin --help` shows."""


class Commands(click.Group):
    """Loads a command's module only when that command is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        _start_django()
        module = importlib.import_module(f"youlin.config.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_group", None) or getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except YoulinError as error:
            for problem in error.problems:
                where = f"{problem.field}: " if problem.field else ""
                click.secho(f"✗ {where}{problem.message}", fg="red", err=True)
                if problem.remedy:
                    click.echo(f"  → {problem.remedy}", err=True)
            ctx.exit(1)


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="youlin", prog_name="youlin")
def main() -> None:
    """友邻 Youlin: the platform with which a district runs its neighbourhoods.

    \b
    Settings come from the environment (YOULIN_HOME, DATABASE_URL, …; see docs/operator/settings.md).
    Exit codes: 0 done · 1 refused or something is wrong, the reasons are printed · 2 wrong usage.
    """


if __name__ == "__main__":
    sys.exit(main())
