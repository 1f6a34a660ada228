"""Like with like, against tables computed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.indicators.scorecards.comparing import Part, crude, direct, indirect, per

DISTRICT = {"easy": Part(540, 600), "hard": Part(200, 400)}
"""Rates 0.9 and 0.5, mix 0.6 and 0.4, together 0.74."""

HARD = {"easy": Part(18, 20), "hard": Part(48, 80)}
"""0.9 and 0.6, but four of five are hard: plainly 0.66, below the district."""


def test_direct_standardisation_by_hand() -> None:
    """0.6 × 0.9 + 0.4 × 0.6 = 0.78."""
    found = direct(HARD, DISTRICT)
    assert (found.value, found.crude, found.rests_on) == pytest.approx((0.78, 0.66, 1.0))


def test_indirect_standardisation_by_hand() -> None:
    """Expected 20 × 0.9 + 80 × 0.5 = 58, observed 66: 0.74 × 66 / 58."""
    found = indirect(HARD, DISTRICT)
    assert (found.value, found.crude, found.rests_on) == pytest.approx((0.74 * 66 / 58, 0.66, 58.0))


def test_hard_cases_are_no_worse_work() -> None:
    plain, district = crude(HARD), crude(DISTRICT)
    assert plain is not None and district is not None
    for adjusted in (direct(HARD, DISTRICT), indirect(HARD, DISTRICT)):
        assert plain < district < (adjusted.value or 0)


def test_what_the_standard_does_not_know_is_left_out_on_both_sides() -> None:
    found = indirect({**HARD, "new": Part(0, 50)}, DISTRICT)
    assert found.value == indirect(HARD, DISTRICT).value


def test_a_street_that_lacks_most_of_the_mix_has_no_value() -> None:
    assert direct({"easy": Part(10, 20)}, DISTRICT).value is None
    assert direct({}, DISTRICT).value is None
    assert direct(HARD, {}).value is None


def test_where_hardly_anything_is_expected_there_is_no_value() -> None:
    assert indirect({"hard": Part(4, 9)}, DISTRICT).value is None
    assert indirect({"hard": Part(4, 10)}, DISTRICT).value is not None


@given(
    st.dictionaries(
        st.sampled_from("abcd"), st.integers(50, 200).flatmap(lambda d: st.tuples(st.integers(1, d), st.just(d))),
        min_size=1,
    )
)  # fmt: skip
def test_the_district_compared_with_itself_is_itself(parts: dict[str, tuple[int, int]]) -> None:
    own = {key: Part(n, d) for key, (n, d) in parts.items()}
    assert direct(own, own).value == pytest.approx(crude(own))
    if (found := indirect(own, own)).value is not None:
        assert found.value == pytest.approx(crude(own))


def test_per_thousand_needs_people() -> None:
    assert per(12, 24_000) == 0.5
    assert [per(12, None), per(12, 0), per(None, 10)] == [None] * 3
