"""`youlin manage …`: Django's own management commands."""

import sys

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own management commands, for developers: `youlin manage makemigrations` and the like."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])
