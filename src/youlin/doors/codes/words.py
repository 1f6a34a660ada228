"""Codes in words: names in the reader's language, reasons with what to do, and how a look is told."""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from youlin.apps.passes.reasons import WORDS, Reason
from youlin.apps.passes.services import Checked

CAUTIOUS = (Reason.NUMBER_ALONE, Reason.UNKNOWN_KEY)
"""Neither a yes nor a no: the checker has to look further."""


def name_of(one: Any) -> str:
    """The name in the reader's language, the Chinese one where there is no other."""
    return str(one.name_en if (get_language() or "").startswith("en") and one.name_en else one.name)


def description_of(one: Any) -> str:
    """The same for what is said of a kind."""
    english = (get_language() or "").startswith("en") and one.description_en
    return str(one.description_en if english else one.description)


def state_of(reason: Reason) -> str:
    """How it is shown: `ok`, `soon` (look further) or `late` (no)."""
    if reason is Reason.VALID:
        return "ok"
    return "soon" if reason in CAUTIOUS else "late"


def reasons() -> list[dict[str, Any]]:
    """Every reason with its words, for the page that tells them without a network."""
    return [
        {"code": one.value, "state": state_of(one), "told": words.told, "advice": words.advice}
        for one, words in WORDS.items()
    ]


def told(found: Checked) -> dict[str, Any]:
    """A look as pages and the checker's script tell it."""
    words = WORDS[found.reason]
    return {
        "reason": found.reason.value,
        "state": state_of(found.reason),
        "told": str(words.told),
        "advice": str(words.advice),
        "kind": name_of(found.kind) if found.kind else "",
        "until": timezone.localtime(found.until).strftime("%Y-%m-%d") if found.until else "",
        "shows": list(found.shows.values()),
        "seen": _clock(found.seen_at),
        "elsewhere": _clock(found.elsewhere_at),
    }


def _clock(at: Any) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S") if at else ""
