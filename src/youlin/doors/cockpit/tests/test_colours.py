"""The colours of charts and maps stay apart for who sees no red or no green, by day and by night.

Simulated after Viénot, Brettel and Mollon (1999) in linear light; distances are CIE 1976 in L*a*b*, where 2.3 is just
noticeable. Shape and words tell every state besides.
"""

import itertools
import math

import pytest

from youlin.ui.tests.test_tokens import DARK, LIGHT

APART = 10.0
"""Four times what can just be told apart."""
STEP = 5.0
"""Of lightness, between neighbouring steps of a map."""
SEEN_AS = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deuteranopia": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}
WHITE = (0.95047, 1.0, 1.08883)
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]


def times(matrix, vector) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(colour: str, seen_as: str) -> tuple[float, float, float]:
    seen = [min(max(one, 0.0), 1.0) for one in times(SEEN_AS[seen_as], linear(colour))]
    x, y, z = (
        one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116
        for one in (part / white for part, white in zip(times(TO_XYZ, seen), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("known", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("seen_as", SEEN_AS)
def test_bars_that_meet_and_miss_a_target_and_their_ground_stay_apart(known, seen_as):
    for one, other in (
        ("jade", "soon"),
        ("jade", "late"),
        ("jade", "sunk"),
        ("soon", "sunk"),
        ("ok", "late"),
    ):
        found = math.dist(lab(known[one], seen_as), lab(known[other], seen_as))
        assert found >= APART, (one, other, round(found, 1))


@pytest.mark.parametrize("known", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("seen_as", SEEN_AS)
def test_the_lines_of_a_chart_stay_apart(known, seen_as):
    """What is known, what is expected, the target, and the card they lie on. They differ in their dashes besides."""
    for one, other in itertools.combinations(("jade", "sky", "ink", "card"), 2):
        found = math.dist(lab(known[one], seen_as), lab(known[other], seen_as))
        assert found >= APART, (one, other, round(found, 1))


@pytest.mark.parametrize("known", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("seen_as", SEEN_AS)
def test_the_steps_of_a_map_go_one_way_in_lightness(known, seen_as):
    lightness = [lab(known[f"heat-{step}"], seen_as)[0] for step in range(5)]
    steps = [other - one for one, other in itertools.pairwise(lightness)]
    assert all(abs(one) >= STEP for one in steps), [round(one, 1) for one in steps]
    assert len({one > 0 for one in steps}) == 1
