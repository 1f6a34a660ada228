"""What a script of a page imports, so that the page can ask for all of it at once instead of one after another."""

import posixpath
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

_IMPORTED = re.compile(r"""^(?:import|export)\s(?:[^"';]*\sfrom\s)?["'](\.[^"']+)["']""", re.MULTILINE)
"""Imports that the browser follows before the script runs; those in braces of several lines too."""


def imported(name: str) -> tuple[str, ...]:
    """The static names of all modules that `name` needs before it runs, nearest first, without itself."""
    return _imported(name) if settings.DEBUG else _imported_once(name)


def _imported(name: str) -> tuple[str, ...]:
    found = [name]
    for one in found:
        found += [other for other in _named_in(one) if other not in found]
    return tuple(found[1:])


@cache
def _imported_once(name: str) -> tuple[str, ...]:
    return _imported(name)


def _named_in(name: str) -> list[str]:
    path = finders.find(name)
    text = Path(path).read_text(encoding="utf-8") if path else ""
    named = [
        posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in _IMPORTED.findall(text)
    ]
    return list(dict.fromkeys(named))
