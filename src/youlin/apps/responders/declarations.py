"""What programmes declare of responders, and the same as the app reads it."""

from collections.abc import Sequence

from youlin.apps.places.declarations import Words
from youlin.apps.responders import words
from youlin.apps.responders.models import Badge, CallRules, Occupation, Skill, TaskKind

PLAIN = ("name", "name_en", "icon", "position")
OCCUPATIONS = Words(Occupation, PLAIN, "responders.occupation")
SKILLS = Words(Skill, PLAIN, "responders.skill")
TASKS = Words(
    TaskKind,
    (*PLAIN, "way", "what", "what_en", "skills", "verified", "within_m", "emergency", "named"),
    "responders.task",
)
BADGES = Words(Badge, (*PLAIN, "rule", "words", "words_en"), "responders.badge")
RULES = Words(
    CallRules,
    (
        "name",
        "name_en",
        "position",
        "night",
        "wave_factor",
        "wave_minutes",
        "most_waves",
        "open_minutes",
        "call_cost",
        "unverified_cost",
        "adult_age",
        "stars",
    ),
    "responders.rules",
)


def rules_of(district: str) -> CallRules:
    """How people are called in a district; the defaults where nothing is declared."""
    found = CallRules.objects.filter(district=district, code=words.RULES, retired_at=None).first()
    return found or CallRules(district=district, code=words.RULES, stars=[100, 300, 600, 1000, 1500])


def tasks(district: str, way: str = "") -> Sequence[TaskKind]:
    """The scenes in use, in their order; of one way of happening where it is given."""
    rows = TaskKind.objects.filter(district=district, retired_at=None).order_by("position", "code")
    return list(rows.filter(way=way) if way else rows)
