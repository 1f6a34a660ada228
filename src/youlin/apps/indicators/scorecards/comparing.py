"""Like with like: per so many people, and rates as they would be with the same mix of cases. Pure.

A street with hard cases is not worse than one with easy ones. Direct standardisation weighs a street's own rates by the
district's mix; indirect standardisation asks how many would be expected if the district's rates held for its own mix,
which needs no rate of a class in which the street has hardly a case (Breslow & Day, *Statistical Methods in Cancer
Research* II, 1987, chapter 2). Where what is needed is not there, there is no value.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

LEAST_SHARE = 0.8
"""Of the standard mix: what a street's own classes must cover to be weighed by it."""

FEWEST = 5
"""Cases expected below which nothing is compared."""


class Part(NamedTuple):
    """Numerator and denominator of one class."""

    n: float
    d: float


class Adjusted(NamedTuple):
    """A rate made comparable, and what it rests on: the share of the standard covered, or what was expected."""

    value: float | None
    crude: float | None
    rests_on: float


Parts = Mapping[str, Part]


def per(count: float | None, people: float | None, *, each: int = 1000) -> float | None:
    """A count for each so many people; None where either is not known or nobody lives there."""
    return None if count is None or not people or people < 0 else count / people * each


def crude(parts: Parts) -> float | None:
    """The plain rate of all classes together."""
    whole = math.fsum(one.d for one in parts.values())
    return math.fsum(one.n for one in parts.values()) / whole if whole else None


def direct(own: Parts, standard: Parts) -> Adjusted:
    """The rate with the standard's mix: Σ wₖ rₖ over the classes there are, whose weights are made to sum to 1.

    No value where own classes cover less than four fifths of the standard's cases.
    """
    whole = math.fsum(one.d for one in standard.values())
    weights = (
        {key: standard[key].d / whole for key, one in own.items() if one.d and key in standard}
        if whole
        else {}
    )
    covered = math.fsum(weights.values())
    if covered < LEAST_SHARE:
        return Adjusted(None, crude(own), covered)
    value = math.fsum(weight * own[key].n / own[key].d for key, weight in weights.items()) / covered
    return Adjusted(value, crude(own), covered)


def indirect(own: Parts, standard: Parts) -> Adjusted:
    """The standard's rate times observed over expected, expected being Σ dₖ Rₖ with the standard's rates.

    Classes that the standard has no rate of are left out on both sides. No value where fewer than five are expected.
    A rate can come out above 1 where observed far exceeds expected; it is cut there.
    """
    known = {key: one for key, one in own.items() if key in standard and standard[key].d}
    expected = math.fsum(one.d * standard[key].n / standard[key].d for key, one in known.items())
    base = crude(standard)
    if base is None or expected < FEWEST:
        return Adjusted(None, crude(own), expected)
    observed = math.fsum(one.n for one in known.values())
    return Adjusted(min(base * observed / expected, 1.0), crude(own), expected)
