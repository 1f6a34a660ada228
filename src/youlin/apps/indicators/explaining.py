"""What changed between two periods and where it comes from, said only when chance alone does not explain it.

Pure: counts in, contributions out; nothing is read. A count is split into the differences of its parts. A ratio is
split after Kitagawa (*Components of a difference between two rates*, 1955) into what comes from other rates and what
from another mix. Judged are ratios by two proportions (z with Yates' correction), counts by how far they lie from their
own history (robust z over Anscombe's square roots, 1948), several at once after Holm (1979).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist, median
from typing import NamedTuple

FEWEST = 5
"""Cases that must be expected on either side in either period before a part is judged: k, and Cochran's rule."""

LEVEL = 0.05
"""How often something is said of a figure of which nothing is to be said, at most."""

PERIODS = 8
"""Periods of history below which a count is not judged."""

WORTH = 0.25
"""Of the whole change: what a part must bring about to be named."""


class Pair(NamedTuple):
    """Numerator and denominator of one part in one period."""

    n: float
    d: float

    @property
    def value(self) -> float | None:
        return self.n / self.d if self.d else None


@dataclass(frozen=True)
class Contribution:
    """What one part adds to the change, in the unit of the figure.

    `rate` comes from its own rate, `mix` from its share of all; of a count all is `rate`. `p` is how likely chance
    alone does as much, adjusted for all parts looked at; None where it cannot be judged.
    """

    key: str
    rate: float
    mix: float
    p: float | None

    @property
    def change(self) -> float:
        return self.rate + self.mix


@dataclass(frozen=True)
class Explained:
    """A change as a whole and by part, the largest contributions first. They add up to it.

    `told` says whether the change is more than chance; `named` are the parts worth naming, and `where` for each of
    these the part of a second division that brings most of it about, "" where none does.
    """

    before: float | None
    after: float | None
    p: float | None
    parts: tuple[Contribution, ...]
    told: bool
    named: tuple[str, ...] = ()
    where: Mapping[str, str] | None = None

    @property
    def change(self) -> float | None:
        """After less before, None where either has no value."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Notable:
    """One of many areas whose own change is more than chance. `p` is adjusted for all that were compared."""

    key: str
    before: float
    after: float
    p: float


Pairs = Mapping[str, Pair]


def kitagawa(before: Pairs, after: Pairs) -> dict[str, tuple[Fraction, Fraction]]:
    """(rate effect, mix effect) of each part, in exact fractions: together they are the change of the whole ratio.

    Either effect is weighed by the mean of both periods. Mix is measured from the mean of both whole ratios, so that
    a part that grew at the cost of others counts only for how far it differs from them. A part that is there in one
    period only has no other rate: all of it is mix. Raises `ValueError` where a period has no denominator.
    """
    keys = sorted({*before, *after})
    first = {key: _exact(before.get(key, Pair(0, 0))) for key in keys}
    then = {key: _exact(after.get(key, Pair(0, 0))) for key in keys}
    all_first = Fraction(sum(d for _n, d in first.values()))
    all_then = Fraction(sum(d for _n, d in then.values()))
    if not all_first or not all_then:
        raise ValueError("a period has no denominator")
    whole_first = sum(n for n, _d in first.values()) / all_first
    whole_then = sum(n for n, _d in then.values()) / all_then
    middle = (whole_first + whole_then) / 2
    found = {}
    for key in keys:
        (n0, d0), (n1, d1) = first[key], then[key]
        w0, w1 = d0 / all_first, d1 / all_then
        r0, r1 = (n0 / d0 if d0 else None), (n1 / d1 if d1 else None)
        r0, r1 = (r1 if r0 is None else r0), (r0 if r1 is None else r1)
        if r0 is None or r1 is None:
            # Cases above the line and none below it in either period: no ratio of its own, so all is told as mix.
            found[key] = (Fraction(0), n1 / all_then - n0 / all_first)
            continue
        loose0, loose1 = (0 if d0 else n0 / all_first), (0 if d1 else n1 / all_then)
        mix = (w1 - w0) * ((r0 + r1) / 2 - middle) + loose1 - loose0
        found[key] = ((r1 - r0) * (w0 + w1) / 2, mix)
    return found


def _exact(pair: Pair) -> tuple[Fraction, Fraction]:
    return Fraction(pair.n), Fraction(pair.d)


def explain_ratio(
    before: Pairs,
    after: Pairs,
    *,
    within: Mapping[str, tuple[Pairs, Pairs]] | None = None,
    level: float = LEVEL,
) -> Explained:
    """Why a share of cases is other than before: by part, and for the parts named where `within` puts them.

    `before` and `after` are numerators and denominators by part, `within` the same for each part by another division
    (areas). Only for shares of cases: a numerator of more than its denominator is not judged.
    """
    whole = [_together(before), _together(after)]
    if not whole[0].d or not whole[1].d:
        return Explained(whole[0].value, whole[1].value, None, (), told=False)
    effects = kitagawa(before, after)
    chances = [
        (key, _p_of_part(key, before, after, mix=abs(mix) > abs(rate)))
        for key, (rate, mix) in effects.items()
    ]
    adjusted = dict(zip((key for key, _p in chances), holm([p for _key, p in chances]), strict=True))
    parts = _largest_first(
        Contribution(key, float(rate), float(mix), adjusted[key]) for key, (rate, mix) in effects.items()
    )
    p = proportions(*whole)
    told = p is not None and p < level
    named = _named(parts, float(sum(rate + mix for rate, mix in effects.values())), level) if told else ()
    where = {key: _where(*within[key], level) for key in named if key in within} if within else None
    return Explained(whole[0].value, whole[1].value, p, parts, told, named, where)


def explain_count(
    before: Mapping[str, float],
    after: Mapping[str, float],
    *,
    history: Sequence[float],
    within: Mapping[str, tuple[Mapping[str, float], Mapping[str, float]]] | None = None,
    level: float = LEVEL,
) -> Explained:
    """Why there are more or fewer than before, by part.

    `history` are the totals of like periods up to `before`, oldest first; whether the change is more than chance is
    judged against them, and not at all with fewer than eight.
    """
    keys = sorted({*before, *after})
    first, then = math.fsum(before.values()), math.fsum(after.values())
    chances = holm([_p_of_counts(before.get(key, 0), after.get(key, 0)) for key in keys])
    parts = _largest_first(
        Contribution(key, after.get(key, 0) - before.get(key, 0), 0.0, p)
        for key, p in zip(keys, chances, strict=True)
    )
    p = unusual(then, history)
    told = p is not None and p < level and then != first
    named = _named(parts, then - first, level) if told else ()
    where = {key: _where_counts(*within[key], level) for key in named if key in within} if within else None
    return Explained(first, then, p, parts, told, named, where)


def notable(before: Pairs, after: Pairs, *, level: float = LEVEL) -> tuple[Notable, ...]:
    """The areas whose own share changed more than chance explains when so many are looked at, least likely first."""
    keys = [key for key in sorted({*before} & {*after}) if before[key].d and after[key].d]
    chances = holm([proportions(before[key], after[key]) for key in keys])
    found = [
        Notable(key, before[key].n / before[key].d, after[key].n / after[key].d, p)
        for key, p in zip(keys, chances, strict=True)
        if p is not None and p < level
    ]
    return tuple(sorted(found, key=lambda one: (one.p, one.key)))


def proportions(one: Pair, other: Pair) -> float | None:
    """How likely two shares differ as much or more by chance (two sides); None where too little is expected.

    Pooled z with Yates' correction, which errs on the side of saying nothing.
    """
    if not one.d or not other.d or not all(0 <= pair.n <= pair.d for pair in (one, other)):
        return None
    pooled = (one.n + other.n) / (one.d + other.d)
    if min(pooled, 1 - pooled) * min(one.d, other.d) < FEWEST:
        return None
    apart = abs(one.n / one.d - other.n / other.d)
    corrected = max(apart - (1 / one.d + 1 / other.d) / 2, 0.0)
    return _two_sided(corrected / math.sqrt(pooled * (1 - pooled) * (1 / one.d + 1 / other.d)))


def unusual(value: float, history: Sequence[float]) -> float | None:
    """How likely a count lies as far from the middle of its history by chance; None with a short history.

    On Anscombe's scale chance alone has a spread of 1, which a quiet history cannot undercut. What n points do not
    tell of middle and spread is allowed for by Student's t with fewer degrees: the median absolute deviation knows as
    much as 37 of 100 points would.
    """
    if len(history) < PERIODS:
        return None
    roots = [2 * math.sqrt(max(one, 0.0) + 0.375) for one in history]
    middle = median(roots)
    spread = max(1.4826 * median(abs(one - middle) for one in roots), 1.0)
    z = abs(2 * math.sqrt(max(value, 0.0) + 0.375) - middle) / (spread * math.sqrt(1 + 1.57 / len(roots)))
    return _student(z, max(0.37 * (len(roots) - 1), 2.0))


def holm(chances: Sequence[float | None]) -> list[float | None]:
    """Chances adjusted for their number, so that none of them misleads more often than one alone would (Holm)."""
    judged = sorted((p, at) for at, p in enumerate(chances) if p is not None)
    found: list[float | None] = [None] * len(chances)
    least = 0.0
    for rank, (p, at) in enumerate(judged):
        least = max(least, min(1.0, p * (len(judged) - rank)))
        found[at] = least
    return found


def _p_of_part(key: str, before: Pairs, after: Pairs, *, mix: bool) -> float | None:
    """Whether the part's rate changed, or its share of all where that is what it adds."""
    one, other = before.get(key, Pair(0, 0)), after.get(key, Pair(0, 0))
    if mix:
        return proportions(Pair(one.d, _together(before).d), Pair(other.d, _together(after).d))
    return proportions(one, other)


def _p_of_counts(one: float, other: float) -> float | None:
    """Whether two counts of the same length of time differ: given their sum, each half of it is expected."""
    whole = one + other
    if whole < 2 * FEWEST:
        return None
    return _two_sided(max(abs(other - one) - 1, 0.0) / math.sqrt(whole))


def _named(parts: Sequence[Contribution], change: float, level: float) -> tuple[str, ...]:
    """The parts that push where the whole went, bring about enough of it, and are more than chance."""
    return tuple(
        one.key
        for one in parts
        if one.p is not None and one.p < level and change and one.change / change >= WORTH
    )


def _where(before: Pairs, after: Pairs, level: float) -> str:
    if not _together(before).d or not _together(after).d:
        return ""
    found = explain_ratio(before, after, level=level)
    return _mostly(found.parts, found.change or 0.0, level)


def _where_counts(before: Mapping[str, float], after: Mapping[str, float], level: float) -> str:
    keys = sorted({*before, *after})
    chances = holm([_p_of_counts(before.get(key, 0), after.get(key, 0)) for key in keys])
    parts = _largest_first(
        Contribution(key, after.get(key, 0) - before.get(key, 0), 0.0, p)
        for key, p in zip(keys, chances, strict=True)
    )
    return _mostly(parts, math.fsum(after.values()) - math.fsum(before.values()), level)


def _mostly(parts: Sequence[Contribution], change: float, level: float) -> str:
    """The part that brings about half of a change or more, if it is more than chance."""
    found = (one for one in parts if change and one.change / change >= 0.5 and one.p is not None)
    return next((one.key for one in found if one.p is not None and one.p < level), "")


def _together(pairs: Pairs) -> Pair:
    return Pair(math.fsum(one.n for one in pairs.values()), math.fsum(one.d for one in pairs.values()))


def _largest_first(parts: Iterable[Contribution]) -> tuple[Contribution, ...]:
    return tuple(sorted(parts, key=lambda one: (-abs(one.change), one.key)))


def _two_sided(z: float) -> float:
    return 2 * (1 - NormalDist().cdf(z))


def _student(t: float, free: float) -> float:
    """Both tails of Student's t (Wallace 1959: its normal deviate, good to the third decimal)."""
    z = (8 * free + 1) / (8 * free + 3) * math.sqrt(free * math.log1p(t * t / free))
    return _two_sided(z)
