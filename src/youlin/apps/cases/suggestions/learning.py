"""Learning from a district's own cases, and how well it went on cases that came later."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case
from youlin.apps.cases.suggestions import storage
from youlin.apps.cases.suggestions.model import Example, Model, train
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid

TRAINED, PUT_IN_FORCE = "cases.suggestions_trained", "cases.suggestions_put_in_force"
LEAST_CASES = 200
LEAST_OF_ONE = 5
MOST_CASES = 50_000
LATER = 0.2
"""The share of the latest cases on which a model is measured, having learned from the earlier ones alone."""

Guesser = Callable[[Example], Sequence[str]]


@dataclass(frozen=True)
class Score:
    """How often the category that people chose was the first, or among the first three. Shares of `cases`."""

    name: str
    cases: int
    top1: float
    top3: float
    silent: float


@dataclass(frozen=True)
class Learned:
    """What was learned from, what came of it, and where it lies.

    `leads`: it did at least as well as every other way on the later cases, so its suggestions come first.
    """

    district: str
    version: int
    cases: int
    categories: int
    leads: bool
    scores: tuple[Score, ...]
    path: str
    in_force: bool = True

    def data(self) -> dict[str, Any]:
        return asdict(self)


def examples_of(district: str) -> list[Example]:
    """The district's cases as people left them, oldest first. Never confidential ones, nor void or repeated."""
    rows = Case.objects.filter(district=district, confidential=False).exclude(description="")
    rows = rows.exclude(outcome__in=["void", "duplicate"]).order_by("-reported_at", "-id")[:MOST_CASES]
    found = [Example(text, category, {}) for text, category in rows.values_list("description", "category")]
    found.reverse()
    return found


@transaction.atomic
def learn(
    district: str,
    *,
    actor: Actor = SYSTEM,
    keywords: Guesser | None = None,
    operator: str = "",
    use: bool = True,
) -> Learned:
    """Train on the district's cases, measure on the latest, and put the model of all in force if `use` says so.

    Both are journalled with the district: who (`operator` is whoever is signed in at the machine), on how many
    cases, and how it measured. Raises `Invalid` in words.
    """
    examples = _enough(examples_of(district), district)
    earlier, later = split(examples)
    guessers: dict[str, Guesser] = {
        "model": by_model(train(earlier)),
        "always the most frequent": by_frequency(earlier),
    }
    if keywords is not None:
        guessers["keywords"] = keywords
    scores = tuple(score(name, guess, later) for name, guess in guessers.items())
    model = train(examples)
    leads = all(scores[0].top1 >= one.top1 for one in scores[1:])
    before = storage.version(district)
    version = before + 1
    about = {
        "version": version,
        "district": district,
        "trained_at": clock.now().isoformat(),
        "cases": len(examples),
        "leads": leads,
        "scores": [asdict(one) for one in scores],
    }
    learned = Learned(
        district, version, len(examples), len(model.categories), leads, scores, "", in_force=use
    )
    _note(TRAINED, actor, learned, {"operator": operator, "in_force": use})
    if not use:
        return learned
    _note(PUT_IN_FORCE, actor, learned, {"operator": operator, "before": before})
    return replace(learned, path=str(storage.save(district, model, about)))


def _note(act: str, actor: Actor, learned: Learned, more: dict[str, Any]) -> None:
    scores = {
        one.name: {"top1": round(one.top1, 4), "top3": round(one.top3, 4), "cases": one.cases}
        for one in learned.scores
    }
    journal.append(
        act=act,
        actor=actor,
        subject=areas.get(learned.district),
        area=learned.district,
        after={
            "version": learned.version,
            "cases": learned.cases,
            "categories": learned.categories,
            "leads": learned.leads,
            "scores": scores,
            **more,
        },
    )


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """The earlier ones to learn from, the latest to be measured on."""
    at = round(len(examples) * (1 - LATER))
    return list(examples[:at]), list(examples[at:])


def score(name: str, guess: Guesser, examples: Sequence[Example]) -> Score:
    """How a way of guessing does on these examples."""
    first = third = silent = 0
    for one in examples:
        found = list(guess(one))[:3]
        first += found[:1] == [one.category]
        third += one.category in found
        silent += not found
    count = max(1, len(examples))
    return Score(name, len(examples), first / count, third / count, silent / count)


def by_model(model: Model) -> Guesser:
    """The model's three likeliest."""
    return lambda one: [guess.category for guess in model.guess(one.text, one.facts)]


def by_frequency(examples: Sequence[Example]) -> Guesser:
    """The three most frequent categories, whatever is said."""
    most = [category for category, _count in Counter(one.category for one in examples).most_common(3)]
    return lambda _one: most


def _enough(examples: list[Example], district: str) -> list[Example]:
    """Those of categories that occur often enough to be learned."""
    counts = Counter(one.category for one in examples)
    kept = [one for one in examples if counts[one.category] >= LEAST_OF_ONE]
    if len(kept) < LEAST_CASES or len({one.category for one in kept}) < 2:
        raise Invalid(
            _("%(district)s 只有 %(n)d 件可以学习的案件，至少要 %(least)d 件")
            % {"district": district, "n": len(kept), "least": LEAST_CASES},
            remedy=_("先用关键词推荐，案件多了再训练"),
        )
    return kept
