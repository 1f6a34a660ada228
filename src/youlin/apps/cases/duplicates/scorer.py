"""The scorecard: facts about a new and an earlier request → log-odds → probability, with reasons in words.

Nothing that becomes known after the new request was filed is looked at: an earlier one counts as closed only
from the day on which it was closed.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
METRES_PER_DEGREE = 111_195.0
REACH_METRES = 100.0
REACH_DAYS = 84
"""Candidates lie within this distance or at the same address; they are open or not older than these days."""

Facts = dict[str, str]
_NOT_A_WORD = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Filing:
    """What is known of a request when it is filed, and the day it was closed if it was.

    `day` and `closed_day` are ordinals of local dates; `sequence` orders filings in time (a sortable number);
    `category` is a dotted code; `address` is already normalised by `plain_address`.
    """

    key: str
    sequence: str
    day: int
    closed_day: int | None = None
    category: str = ""
    address: str = ""
    text: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Weights:
    """Log-odds per fact. `threshold` is the probability from which a request is called a duplicate."""

    bias: float
    facts: dict[str, dict[str, float]]
    threshold: float

    def probability(self, facts: Facts) -> float:
        """Between 0 and 1; a level without a weight counts nothing."""
        total = self.bias + sum(self.facts.get(name, {}).get(level, 0.0) for name, level in facts.items())
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))


@lru_cache(maxsize=4)
def weights(path: Path = WEIGHTS_FILE) -> Weights:
    """The weights as shipped, or of another file of the same form."""
    data = json.loads(path.read_text(encoding="utf-8"))
    learned, by_hand = data["learned"], data["set_by_hand"]
    both = {name: learned.get(name, {}) | by_hand.get(name, {}) for name in learned | by_hand}
    return Weights(bias=data["bias"], facts=both, threshold=data["threshold"])


def plain_address(text: str) -> str:
    """An address as it is compared: upper case, without spaces and punctuation."""
    return _NOT_A_WORD.sub("", text.upper())


def same_address(a: str, b: str) -> bool:
    """Whether two plain addresses name one place: the same numbers, and hardly another letter."""
    if not a or not b:
        return False
    return a == b or (_NUMBERS.findall(a) == _NUMBERS.findall(b) and fuzz.ratio(a, b) >= 85)


def metres(a: Filing, b: Filing) -> float | None:
    """Distance on a sphere, flat within a city; None where one has no point."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return None
    east = (a.lon - b.lon) * math.cos(math.radians(a.lat))
    return METRES_PER_DEGREE * math.hypot(east, a.lat - b.lat)


def is_earlier(old: Filing, new: Filing) -> bool:
    """Whether `old` was there when `new` was filed: numbers run with time, dates have no hours."""
    return old.day <= new.day and old.sequence < new.sequence


def is_open(old: Filing, new: Filing) -> bool:
    """Whether `old` was still open when `new` was filed; closed on that very day counts as closed."""
    return old.closed_day is None or old.closed_day > new.day


def facts(new: Filing, old: Filing) -> Facts:
    """The facts about one pair, each as one of a few levels."""
    return {
        "place": _place(new, old),
        "days": _days(new.day - old.day),
        "state": _state(new, old),
        "category": _category(new.category, old.category),
        "text": _text(new.text, old.text),
    }


def _place(new: Filing, old: Filing) -> str:
    distance = metres(new, old)
    if new.address and new.address == old.address:
        return "same_address"
    if distance is None or distance > REACH_METRES:
        return "elsewhere"
    if same_address(new.address, old.address):
        return "same_address"
    if distance <= 15:
        return "within_15_m" if new.address and old.address else "same_point"
    return "within_50_m" if distance <= 50 else "within_100_m"


def _days(gap: int) -> str:
    if gap <= 3:
        return str(gap)
    for most in (7, 28, REACH_DAYS):
        if gap <= most:
            return f"up_to_{most}"
    return "longer"


def _state(new: Filing, old: Filing) -> str:
    if is_open(old, new):
        return "open"
    return "closed_today" if old.closed_day == new.day else "closed"


def _category(new: str, old: str) -> str:
    if not new or not old:
        return "unknown"
    if new == old:
        return "same"
    return "same_class" if new.rpartition(".")[0] == old.rpartition(".")[0] else "other"


def _text(new: str, old: str) -> str:
    if len(new) < 4 or len(old) < 4:
        return "unknown"
    alike = max(fuzz.token_set_ratio(new, old), fuzz.partial_ratio(new, old) if len(new) < 20 else 0)
    if alike >= 75:
        return "alike"
    return "partly_alike" if alike >= 45 else "different"


def reasons(found: Facts, metres_apart: float | None, days_apart: int) -> list[str]:
    """Why, in words, strongest first: place, time, state, category, text."""
    words = []
    if found["place"] == "same_address":
        words.append(_("同一地址"))
    elif metres_apart is not None:
        words.append(_("相距 %(metres)d 米") % {"metres": round(metres_apart)})
    words.append(_("同一天反映") if days_apart == 0 else _("%(days)d 天前反映") % {"days": days_apart})
    phrases = {
        ("state", "open"): _("尚未办结"),
        ("state", "closed_today"): _("当天办结"),
        ("category", "same"): _("类别相同"),
        ("category", "same_class"): _("同属一类"),
        ("text", "alike"): _("描述相近"),
        ("text", "partly_alike"): _("描述部分相近"),
    }
    return words + [phrase for fact, phrase in phrases.items() if found[fact[0]] == fact[1]]
