"""The one console command, `youlin`."""

import os
import sys

import click


@click.group()
def main() -> None:
    """友邻 Youlin: run a district's neighbourhoods."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, hidden=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own management commands, for developers."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])
