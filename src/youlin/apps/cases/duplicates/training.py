"""Learning the scorecard: logistic regression by Newton steps, on the best pair of each filing.

A file says *that* a request was a duplicate, not of which. So the pair is chosen by the card as it stands,
the card is fitted to the chosen pairs, and so on until the choice settles (multiple-instance learning).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from youlin.apps.cases.duplicates.history import History
from youlin.apps.cases.duplicates.scorer import Facts, Filing, Weights, facts

LEVELS: dict[str, tuple[str, ...]] = {
    "place": ("same_address", "within_15_m", "within_50_m", "within_100_m"),
    "days": ("0", "1", "2", "3", "up_to_7", "up_to_28", "up_to_84"),
    "state": ("open", "closed_today", "closed"),
    "category": ("same", "same_class", "unknown"),
}
"""The facts that are learned. The file they were learned on has no texts, one class, and an address in every
row: what texts, another class and a bare pin weigh is set by hand (`SET_BY_HAND`)."""

SET_BY_HAND: dict[str, dict[str, float]] = {
    "place": {"same_point": 5.0},
    "category": {"other": -3.0},
    "text": {"alike": 1.5, "partly_alike": 0.5, "different": -1.0},
}

FIRST_GUESS = Weights(
    bias=-6.0,
    facts={
        "place": {"same_address": 4.0, "within_15_m": 1.0},
        "days": {"0": 3.0, "1": 2.0, "2": 1.0},
        "state": {"open": 2.0},
        "category": {"same": 0.5},
    },
    threshold=0.5,
)
_COLUMNS = {(name, level): i for i, (name, level) in enumerate((n, x) for n in LEVELS for x in LEVELS[n])}
_PENALTY = 0.5
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One filing with the facts of each of its candidate pairs, and whether staff judged it a duplicate."""

    year: int
    pairs: list[Facts]
    duplicate: bool


def cases(filings: Sequence[Filing], marks: Mapping[str, bool], *, days_only: bool = False) -> list[Case]:
    """Every filing with its pairs; `marks` by filing key; `days_only`: see `History`."""
    history = History(filings, days_only=days_only)
    return [
        Case(
            year=date.fromordinal(f.day).year,
            pairs=[facts(f, old) for old in history.candidates(f)],
            duplicate=marks[f.key],
        )
        for f in filings
    ]


def best_pair(case: Case, weights: Weights) -> tuple[Facts | None, float]:
    """The most probable pair and its probability; no pair has probability 0."""
    scored = [(weights.probability(pair), i) for i, pair in enumerate(case.pairs)]
    if not scored:
        return None, 0.0
    probability, index = max(scored)
    return case.pairs[index], probability


def fit(material: Sequence[Case], rounds: int = 6) -> Weights:
    """Weights and threshold (the one with the best F1) from the filings of `material` alone."""
    weights = FIRST_GUESS
    labels = np.array([case.duplicate for case in material if case.pairs], dtype=np.float64)
    for _round in range(rounds):
        chosen = [best_pair(case, weights)[0] for case in material if case.pairs]
        beta = _newton(_matrix([pair or {} for pair in chosen]), labels)
        weights = _weights(beta)
    return Weights(weights.bias, weights.facts, best_threshold(material, weights))


def best_threshold(material: Sequence[Case], weights: Weights) -> float:
    """The probability from which calling a duplicate gives the best F1 on `material`."""
    scores = np.array([best_pair(case, weights)[1] for case in material])
    marks = np.array([case.duplicate for case in material])
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(marks[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + marks.sum())
    last_of_its_score = np.append(np.diff(scores[order]) != 0, True)
    best = int(np.argmax(np.where(last_of_its_score, f1, -1.0)))
    below = scores[order][best + 1] if best + 1 < len(order) else 0.0
    return round(float((scores[order][best] + below) / 2), 4)


def _matrix(pairs: Sequence[Facts]) -> Matrix:
    matrix = np.zeros((len(pairs), len(_COLUMNS) + 1))
    matrix[:, -1] = 1.0
    for row, pair in enumerate(pairs):
        for fact in pair.items():
            if fact in _COLUMNS:
                matrix[row, _COLUMNS[fact]] = 1.0
    return matrix


def _newton(matrix: Matrix, labels: Matrix, steps: int = 30) -> Matrix:
    """Ridge-penalised logistic regression; the bias (last column) is not penalised."""
    ridge = np.full(matrix.shape[1], _PENALTY)
    ridge[-1] = 1e-6
    beta = np.zeros(matrix.shape[1])
    for _step in range(steps):
        p = 1.0 / (1.0 + np.exp(-np.clip(matrix @ beta, -30, 30)))
        gradient = matrix.T @ (labels - p) - ridge * beta
        hessian = (matrix * (p * (1 - p))[:, None]).T @ matrix + np.diag(ridge)
        change = np.linalg.solve(hessian, gradient)
        beta = beta + np.clip(change, -4, 4)
        if float(np.abs(change).max()) < 1e-8:
            break
    return beta


def _weights(beta: Matrix) -> Weights:
    learned: dict[str, dict[str, float]] = {name: {} for name in LEVELS}
    for (name, level), column in _COLUMNS.items():
        learned[name][level] = round(float(beta[column]), 3)
    return Weights(round(float(beta[-1]), 3), learned, 0.5)
