"""The language of the terminal in which a command runs."""

import os
from collections.abc import Mapping

from django.conf import settings

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
