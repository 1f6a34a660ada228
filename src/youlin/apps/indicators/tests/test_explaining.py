"""Explanations: they add up, no order of parts matters, what is true is found and noise is met with silence."""

import math
from fractions import Fraction

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.indicators import explaining, telling
from youlin.apps.indicators.explaining import Pair, explain_count, explain_ratio, holm, kitagawa, notable

ALLOWED = explaining.LEVEL + 2 * math.sqrt(explaining.LEVEL * (1 - explaining.LEVEL) / 400)
"""The level, and what 400 tries are off by."""


@st.composite
def periods(draw: st.DrawFn) -> tuple[dict[str, Pair], dict[str, Pair]]:
    """Two periods of up to six parts, some of which are there in one of them only."""
    found: list[dict[str, Pair]] = []
    for _ in range(2):
        denominators = draw(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 400), min_size=1))
        found.append({key: Pair(draw(st.integers(0, d)), d) for key, d in denominators.items()})
    return found[0], found[1]


def ratio(pairs: dict[str, Pair]) -> Fraction:
    """The exact ratio of the whole."""
    return Fraction(sum(one.n for one in pairs.values())) / sum(one.d for one in pairs.values())


@given(periods())
def test_the_contributions_add_up_exactly_to_the_change(
    given_: tuple[dict[str, Pair], dict[str, Pair]],
) -> None:
    before, after = given_
    if not all(sum(one.d for one in period.values()) for period in given_):
        with pytest.raises(ValueError, match="no denominator"):
            kitagawa(before, after)
        return
    effects = kitagawa(before, after)
    assert sum(rate + mix for rate, mix in effects.values()) == ratio(after) - ratio(before)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1))
def test_they_add_up_where_a_part_has_cases_above_the_line_and_none_below(
    parts: dict[str, tuple[int, int]],
) -> None:
    before = {**{key: Pair(n, d) for key, (n, d) in parts.items()}, "z": Pair(3, 10)}
    after = {**{key: Pair(d, n) for key, (n, d) in parts.items()}, "z": Pair(5, 10)}
    effects = kitagawa(before, after)
    assert sum(rate + mix for rate, mix in effects.values()) == ratio(after) - ratio(before)


@given(periods(), st.permutations("abcdef"))
def test_no_order_of_the_parts_matters(
    given_: tuple[dict[str, Pair], dict[str, Pair]], order: list[str]
) -> None:
    before, after = given_
    turned = [{key: period[key] for key in order if key in period} for period in (after, before)][::-1]
    assert explain_ratio(turned[0], turned[1]) == explain_ratio(before, after)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1)
)
def test_the_parts_of_a_count_add_up(counts: dict[str, tuple[int, int]]) -> None:
    before = {key: float(one) for key, (one, _other) in counts.items()}
    after = {key: float(other) for key, (_one, other) in counts.items()}
    found = explain_count(before, after, history=[])
    assert math.fsum(one.change for one in found.parts) == found.change


def test_rates_that_stay_and_a_mix_that_moves_are_all_mix() -> None:
    """Hand-computed: 0.9 × 50/100 + 0.5 × 50/100 = 0.7, and 0.9 × 20/100 + 0.5 × 80/100 = 0.58."""
    effects = kitagawa(
        {"easy": Pair(45, 50), "hard": Pair(25, 50)}, {"easy": Pair(18, 20), "hard": Pair(40, 80)}
    )
    assert {key: (float(rate), round(float(mix), 9)) for key, (rate, mix) in effects.items()} == {
        "easy": (0.0, -0.078),
        "hard": (0.0, -0.042),
    }


def test_a_mix_that_stays_and_rates_that_move_are_all_rate() -> None:
    effects = kitagawa({"a": Pair(40, 50), "b": Pair(30, 50)}, {"a": Pair(30, 50), "b": Pair(30, 50)})
    assert effects == {"a": (Fraction(-1, 10), 0), "b": (0, 0)}


def test_what_happened_is_found_with_its_part_and_its_place() -> None:
    before = {"占道": Pair(180, 200), "噪声": Pair(270, 300), "照明": Pair(450, 500)}
    after = {"占道": Pair(120, 200), "噪声": Pair(268, 300), "照明": Pair(452, 500)}
    within = {
        "占道": ({"dsl": Pair(90, 100), "yt": Pair(90, 100)}, {"dsl": Pair(33, 100), "yt": Pair(87, 100)})
    }
    found = explain_ratio(before, after, within=within)
    assert (found.told, found.named, found.where) == (True, ("占道",), {"占道": "dsl"})
    with translation.override("zh-hans"):
        assert (
            telling.in_words(
                found, name="解决率", unit="percent", parts={"占道": "占道经营"}, places={"dsl": "大栅栏街道"}
            )
            == "解决率比上期低 6.0 个百分点；其中 6.0 来自“占道经营”，多在大栅栏街道。"
        )


def test_a_count_far_from_its_history_is_explained_by_the_part_that_grew() -> None:
    history = [100.0, 108, 95, 101, 99, 104, 97, 100, 103]
    before, after = {"积水": 20.0, "其他": 83.0}, {"积水": 120.0, "其他": 85.0}
    within = {"积水": ({"a": 10.0, "b": 10.0}, {"a": 105.0, "b": 15.0})}
    found = explain_count(before, after, history=history, within=within)
    assert (found.told, found.named, found.where) == (True, ("积水",), {"积水": "a"})
    with translation.override("zh-hans"):
        told = telling.in_words(found, name="诉求量", unit="count", parts={}, places={"a": "天桥街道"})
    assert told == "诉求量比上期多 102；其中 100 来自“积水”，多在天桥街道。"


def test_without_history_a_count_is_not_judged() -> None:
    found = explain_count({"a": 10.0}, {"a": 90.0}, history=[10.0] * (explaining.PERIODS - 1))
    assert (found.change, found.p, found.told, found.named) == (80.0, None, False, ())


def test_of_too_few_cases_nothing_is_said() -> None:
    found = explain_ratio({"a": Pair(4, 4)}, {"a": Pair(0, 4)})
    assert (found.p, found.told) == (None, False)
    with translation.override("zh-hans"):
        assert "不判断" in telling.in_words(found, name="解决率", unit="percent", parts={})


def test_a_period_without_cases_cannot_be_compared() -> None:
    found = explain_ratio({"a": Pair(0, 0)}, {"a": Pair(3, 4)})
    assert (found.change, found.parts) == (None, ())


def test_what_is_no_share_of_cases_is_not_judged() -> None:
    assert explaining.proportions(Pair(300, 100), Pair(250, 100)) is None


@pytest.mark.parametrize("share", [0.5, 0.85, 0.95])
def test_noise_in_a_share_is_met_with_silence(share: float) -> None:
    random = np.random.default_rng(11)
    told = named = 0
    for _ in range(400):
        bases = {key: random.integers(20, 200) for key in "abcdefgh"}
        before, after = (
            {key: Pair(int(random.binomial(d, share)), int(d)) for key, d in bases.items()} for _ in range(2)
        )
        found = explain_ratio(before, after)
        told += found.told
        named += bool(found.named)
    assert told / 400 <= ALLOWED
    assert named / 400 <= ALLOWED


def test_noise_in_many_areas_is_met_with_silence() -> None:
    random = np.random.default_rng(12)
    alarms = 0
    for _ in range(300):
        before, after = (
            {str(n): Pair(int(random.binomial(120, 0.8)), 120) for n in range(30)} for _ in range(2)
        )
        alarms += bool(notable(before, after))
    assert alarms / 300 <= ALLOWED


@pytest.mark.parametrize("periods_known", [8, 12, 24])
@pytest.mark.parametrize("mean", [4, 60])
def test_noise_in_a_count_is_met_with_silence(periods_known: int, mean: int) -> None:
    random = np.random.default_rng(13)
    told = 0
    for _ in range(400):
        counts = random.poisson(mean, periods_known + 1).astype(float)
        told += explain_count({"a": counts[-2]}, {"a": counts[-1]}, history=list(counts[:-1])).told
    assert told / 400 <= ALLOWED


def test_an_area_that_changed_is_found_among_many() -> None:
    before = {str(n): Pair(96, 120) for n in range(30)}
    after = {**before, "7": Pair(60, 120)}
    assert [one.key for one in notable(before, after)] == ["7"]


@given(st.lists(st.none() | st.floats(0, 1), max_size=12))
def test_holm_never_makes_anything_likelier_to_be_said(chances: list[float | None]) -> None:
    adjusted = holm(chances)
    for one, other in zip(chances, adjusted, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or one <= other <= 1


def test_holm_as_in_its_paper() -> None:
    """Four chances: 0.005 × 4, 0.01 × 3, and the last two never less than what stands before them."""
    assert holm([0.01, 0.04, None, 0.005, 0.03]) == pytest.approx([0.03, 0.06, None, 0.02, 0.06])
