"""Opening hours as they are written on a door."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.places.hours import read
from youlin.apps.places.hours.phrases import phrases


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("24/7", ["每天全天开放"]),
        ("Mo-Su 00:00-24:00", ["每天全天开放"]),
        ("Mo-Fr 09:00-17:00; PH off", ["周一至周五 9:00–17:00", "节假日休息"]),
        ("09:00-12:00,13:30-17:30", ["每天 9:00–12:00，13:30–17:30"]),
        ("Mo off; Tu-Su 09:00-17:00", ["周一休息", "周二至周日 9:00–17:00"]),
        ("Mo-Su 22:00-06:00", ["每天 22:00–次日 6:00"]),
        ("Fr 18:00-26:30", ["周五 18:00–次日 2:30"]),
        ("Sa,Su,PH 10:00-16:00", ["周六、周日、节假日 10:00–16:00"]),
        ("Sa-Su 10:00-24:00", ["周六、周日 10:00–24:00"]),
    ],
)
def test_rules_are_said_as_people_write_them(expression, said):
    assert phrases(expression) == said


@pytest.mark.parametrize(
    "expression",
    [
        "Apr-Oct 08:00-20:00",
        "sunrise-sunset",
        "week 1-20 Mo 10:00-12:00",
        'Mo-Fr "看情况"',
        "Mo-Fr 09:00+",
        "",
        "PH,",
    ],
)
def test_what_cannot_be_said_in_a_few_words_is_not(expression):
    assert phrases(expression) is None


def test_in_english():
    with translation.override("en"):
        assert phrases("Mo-Fr 09:00-17:00; PH off") == [
            "Monday to Friday 9:00–17:00",
            "public holidays: closed",
        ]


DAYS = st.lists(st.sampled_from(["周一", "周三至周五", "每天", "节假日"]), min_size=1, max_size=1)


@given(DAYS, st.integers(0, 10), st.integers(11, 23))
def test_what_is_said_means_the_same_when_read_again(days, start, end):
    expression = read(f"{days[0]} {start}:00-{end}:30")
    assert read("；".join(phrases(expression))) == expression
