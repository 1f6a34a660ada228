"""Numbers are said as people say them, at every border."""

import re

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import numerals

SIZES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12, "k": 10**3, "M": 10**6, "B": 10**9}
NUMBERS = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False)
SAID = re.compile(r"(-?\d+(?:\.\d+)?)(\D*)")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (9_999, 0, "9999"),
        (9_999.4, 0, "9999"),
        (9_999.5, 0, "1万"),
        (9_999.94, 1, "9999.9"),
        (9_999.95, 0, "1万"),
        (9_999.96, 1, "1万"),
        (10_000, 0, "1万"),
        (12_345, 0, "1.23万"),
        (100_000, 0, "10万"),
        (99_994_999, 0, "9999.5万"),
        (99_999_999, 0, "1亿"),
        (100_000_000, 0, "1亿"),
        (999_999_999_999, 0, "1万亿"),
        (-12_345, 0, "-1.23万"),
        (-0.04, 1, "0.0"),
        (93.14, 1, "93.1"),
        (0, 0, "0"),
    ],
)
def test_chinese_counts_in_myriads(value: float, decimals: int, text: str) -> None:
    with override("zh-hans"):
        assert numerals.plain(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (2.5, "2.5"), (9_999, "9999"), (15_000, "1.5万"), (20_000, "2万"), (2.5e8, "2.5亿")],
)
def test_a_scale_in_chinese(value: float, text: str) -> None:
    with override("zh-hans"):
        assert numerals.short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.25, "0.25"), (100, "100"), (999.999, "1k"), (1_500, "1.5k"), (999_999, "1M"), (2e9, "2B")],
)
def test_a_scale_in_english(value: float, text: str) -> None:
    with override("en"):
        assert numerals.short(value) == text


def test_a_lean_number_has_no_noughts_behind_its_point() -> None:
    with override("zh-hans"):
        assert [numerals.lean(one) for one in (93, 93.14, 100, 120_000)] == ["93", "93.1", "100", "12万"]


def test_english_leaves_nothing_out() -> None:
    with override("en"):
        assert numerals.plain(1_234_567) == numerals.exact(1_234_567) == "1,234,567"


@given(NUMBERS, st.integers(0, 3))
def test_what_is_said_is_near_the_number_and_never_ten_thousand_of_a_name(
    value: float, decimals: int
) -> None:
    with override("zh-hans"):
        text = numerals.plain(value, decimals)
    matched = SAID.fullmatch(text)
    assert matched, text
    said, size = float(matched[1]), SIZES[matched[2]]
    assert abs(said) < 10_000 or matched[2] == "万亿"
    assert abs(said * size - value) <= size * 0.5 * 10 ** -(2 if matched[2] else decimals) * 1.01 + 1e-6


@given(NUMBERS, NUMBERS, st.sampled_from(["zh-hans", "en"]))
def test_more_is_never_said_as_less(one: float, other: float, language: str) -> None:
    with override(language):
        low, high = (SAID.fullmatch(numerals.short(value)) for value in sorted((one, other)))
    assert low and high
    assert float(low[1]) * SIZES[low[2]] <= float(high[1]) * SIZES[high[2]]


@given(NUMBERS)
def test_nought_has_no_sign(value: float) -> None:
    with override("zh-hans"):
        assert numerals.plain(value).strip("-") != "0" or not numerals.plain(value).startswith("-")
