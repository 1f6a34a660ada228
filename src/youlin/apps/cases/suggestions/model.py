"""A linear model over hashed features: multinomial logistic regression, small enough to be read. Pure numpy.

It answers with probabilities and can say by which words of the text it came to them. It decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from youlin.apps.cases.suggestions import features
from youlin.apps.cases.suggestions.features import Features

EPOCHS = 12
RATE = 0.5
PULL = 1e-6
"""How strongly weights are drawn to nought at each step."""
WORDS_SHOWN = 3


class Guess(NamedTuple):
    """A category with its probability and the words that speak for it most."""

    category: str
    probability: float
    words: tuple[str, ...]


class Example(NamedTuple):
    """A text that people filed under a category, and facts beside it."""

    text: str
    category: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Model:
    """`weights` has a row for each bucket and a column for each category; `bias` is their share of all cases."""

    categories: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    about: dict[str, object] = field(default_factory=dict)

    def guess(
        self, text: str, facts: Mapping[str, str] | None = None, *, limit: int = 3
    ) -> tuple[Guess, ...]:
        """The likeliest categories of a text, the first the likeliest."""
        plain = features.plain(text)
        found = features.of(plain, facts)
        chances = self.chances(found)
        best = np.argsort(-chances)[:limit]
        return tuple(
            Guess(self.categories[one], float(chances[one]), self._because(plain, found, int(one)))
            for one in best
        )

    def chances(self, found: Features) -> np.ndarray:
        """The probability of each category."""
        scores: np.ndarray = self.bias + found.weights @ self.weights[found.buckets]
        scores = np.exp(scores - scores.max())
        shares: np.ndarray = scores / scores.sum()
        return shares

    def _because(self, text: str, found: Features, category: int) -> tuple[str, ...]:
        """The words whose stretches raise this category most above the others."""
        rows = self.weights[found.buckets]
        raised = found.weights * (rows[:, category] - rows.mean(axis=1))
        by_sign = np.zeros(len(text) + 1)
        for bucket, share in zip(found.buckets, raised, strict=True):
            for start, end in found.spans.get(int(bucket), ()):
                by_sign[start:end] += share / (end - start)
        ranked = sorted(
            ((float(by_sign[start:end].sum()), word) for word, start, end in features.words(text)),
            reverse=True,
        )
        return tuple(dict.fromkeys(word for weight, word in ranked if weight > 0))[:WORDS_SHOWN]


def train(examples: Sequence[Example], *, seed: int = 1, epochs: int = EPOCHS) -> Model:
    """Learn from what people filed: one pass after another over shuffled examples, steps that shrink where
    they have been large (Adagrad)."""
    categories = tuple(sorted({one.category for one in examples}))
    column = {category: number for number, category in enumerate(categories)}
    labels = np.array([column[one.category] for one in examples])
    shares = np.bincount(labels, minlength=len(categories)) / max(1, len(labels))
    bias = np.log(np.maximum(shares, 1e-6)).astype(np.float32)
    found = [features.of(features.plain(one.text), one.facts) for one in examples]
    weights = np.zeros((features.BUCKETS, len(categories)), dtype=np.float32)
    squares = np.full_like(weights, 1e-3)
    rng = np.random.default_rng(seed)
    for _epoch in range(epochs):
        for at in rng.permutation(len(examples)):
            _step(weights, squares, bias, found[at], int(labels[at]))
    return Model(categories, weights, bias)


def _step(weights: np.ndarray, squares: np.ndarray, bias: np.ndarray, found: Features, label: int) -> None:
    rows = weights[found.buckets]
    scores = bias + found.weights @ rows
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    chances[label] -= 1.0
    slope = np.outer(found.weights, chances) + PULL * rows
    squares[found.buckets] += slope * slope
    weights[found.buckets] = rows - RATE * slope / np.sqrt(squares[found.buckets])
