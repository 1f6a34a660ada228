"""Check digits: the published examples, and what the arithmetic promises."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from youlin.apps.parties import identifiers

BODIES = st.text(alphabet=identifiers.CREDIT_CODE_ALPHABET, min_size=17, max_size=17)
DIGITS = st.text(alphabet="0123456789", min_size=17, max_size=17)


def test_the_published_credit_code_passes():
    assert identifiers.check_credit_code("91350100M000100Y43").ok


def test_a_real_credit_code_that_fails_is_warned_about_and_kept():
    checked = identifiers.check_credit_code("91350211M0000XUF46")
    assert checked.value == "91350211M0000XUF46"
    assert len(checked.warnings) == 1


def test_the_published_resident_id_passes():
    checked = identifiers.check_resident_id("11010519491231002X")
    assert checked.ok
    assert identifiers.birth_date(checked.value) == date(1949, 12, 31)


def test_a_day_that_never_was_is_warned_about():
    body = "11010519490231002"
    warnings = identifiers.check_resident_id(body + identifiers.resident_id_check(body)).warnings
    assert len(warnings) == 1 and "出生日期" in warnings[0]


@given(BODIES)
def test_every_credit_code_with_its_check_character_passes(body):
    assert identifiers.check_credit_code(body + identifiers.credit_code_check(body)).ok


@given(BODIES, st.integers(0, 16), st.sampled_from(identifiers.CREDIT_CODE_ALPHABET))
def test_every_single_wrong_character_of_a_credit_code_is_noticed(body, place, character):
    assume(body[place] != character)
    wrong = body[:place] + character + body[place + 1 :] + identifiers.credit_code_check(body)
    assert not identifiers.check_credit_code(wrong).ok


@given(DIGITS, st.integers(0, 16), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_of_a_resident_id_is_noticed(body, place, digit):
    assume(body[place] != digit)
    check = identifiers.resident_id_check(body)
    assert identifiers.resident_id_check(body[:place] + digit + body[place + 1 :]) != check


@given(DIGITS, st.integers(0, 15))
def test_every_swap_of_neighbours_in_a_resident_id_is_noticed(body, place):
    assume(body[place] != body[place + 1])
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert identifiers.resident_id_check(swapped) != identifiers.resident_id_check(body)


@given(st.sampled_from(["credit_code", "resident_id", "passport"]), st.text(max_size=40))
def test_nothing_is_ever_refused(kind, text):
    checked = identifiers.check(kind, text)
    assert checked.value == identifiers.normalise(text)
    assert all(isinstance(words, str) for words in checked.warnings)


@pytest.mark.parametrize(
    "typed", ["110105 19491231 002x", "110105-19491231-002X", "１１０１０５１９４９１２３１００２ｘ"]
)
def test_blanks_hyphens_small_letters_and_wide_digits_are_put_right(typed):
    assert identifiers.check_resident_id(typed) == ("11010519491231002X", [])


def test_a_wrong_length_says_how_long_it_is():
    assert "17" in identifiers.check_resident_id("11010519491231002").warnings[0]
    assert "18" in identifiers.check_credit_code("9135").warnings[0]
