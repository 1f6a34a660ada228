"""The acts that may be journalled, each with its name in Chinese. Apps register theirs in `ready()`."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

_acts: dict[str, "StrOrPromise"] = {}
_FORM = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z0-9_]*)+")


def register_acts(acts: Mapping[str, "StrOrPromise"]) -> None:
    """Make acts known: `{"cases.reported": "上报"}`. Raises `ValueError` for a bad or contradicted name."""
    for act, label in acts.items():
        if not _FORM.fullmatch(act) or len(act) > 80:
            raise ValueError(f"{act!r} is not of the form app.past_participle")
        known = _acts.get(act, label)
        if known is not label and str(known) != str(label):
            raise ValueError(f"{act!r} is registered twice with different names")
        _acts[act] = label


def registered_acts() -> dict[str, str]:
    """Every known act with its name, in order."""
    return {act: str(_acts[act]) for act in sorted(_acts)}


def check(act: str) -> None:
    """Raise `ValueError` unless `act` is known."""
    if act not in _acts:
        raise ValueError(f"the act {act!r} is not registered: name it with journal.register_acts in ready()")


def label(act: str) -> str:
    """The act's name for people; the act itself when it is no longer known."""
    return str(_acts.get(act, act))
