"""The terminal in which a command runs: its language, and rows as they are done."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_NO_LANGUAGE = ("", "C", "POSIX")


def language(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """What was asked for, else the terminal's language (`LC_ALL`, `LC_MESSAGES`, `LANG`), else the installation's.

    A terminal in a language that we do not speak gets English.
    """
    if asked:
        return asked
    said = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    locale = said.partition(".")[0].partition("@")[0]
    if locale in _NO_LANGUAGE:
        return settings.LANGUAGE_CODE
    spoken = locale.partition("_")[0].lower()
    known = (code for code, _name in settings.LANGUAGES if code.partition("-")[0] == spoken)
    return next(known, "en")


@contextmanager
def rows(total: int | None = None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Tell how many more rows are done; shown on a terminal only."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("rows", total=total)
        yield lambda more: progress.advance(task, more)
