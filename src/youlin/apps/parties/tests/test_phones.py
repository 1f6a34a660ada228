"""One phone, one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.parties import phones
from youlin.kernel.errors import Invalid


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "008613800138000",
        "１３８００１３８０００",
    ],
)
def test_a_mobile_number_has_one_form_however_typed(typed):
    assert phones.normalise(typed) == "+8613800138000"


def test_a_landline_with_area_code_is_a_number_but_takes_no_message():
    number = phones.normalise("010-66066099")
    assert number == "+861066066099"
    assert not phones.can_receive_sms(number)
    assert phones.can_receive_sms("+8613800138000")


@pytest.mark.parametrize("typed", ["12345", "１２３４５", "12345 ", "110", "12315"])
def test_hotlines_are_numbers_of_their_own(typed):
    number = phones.normalise(typed)
    assert number == "".join(str(int(c)) for c in typed if c.isdigit())
    assert not phones.can_receive_sms(number)
    assert phones.national(number) == number


def test_a_number_from_abroad_keeps_its_country():
    assert phones.normalise("+44 20 7946 0958") == "+442079460958"
    assert phones.national("+442079460958") == "+44 20 7946 0958"
    assert phones.national("+8613800138000") == "138 0013 8000"


@pytest.mark.parametrize("typed", ["", "abc", "1380013800", "138001380001", "123456", "00000000000"])
def test_what_is_no_number_is_refused_with_a_remedy(typed):
    with pytest.raises(Invalid) as refused:
        phones.normalise(typed)
    assert refused.value.problems[0].field == "phone"
    assert refused.value.problems[0].remedy


@given(st.text(max_size=30))
def test_any_text_is_answered(text):
    try:
        number = phones.normalise(text)
    except Invalid:
        return
    assert phones.normalise(number) == number
