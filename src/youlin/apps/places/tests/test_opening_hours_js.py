"""Our opening hours beside opening_hours.js, the reference implementation: a whole year of every value of a real list.

The answers were recorded by `make hours-answers`. Where an event of the sun is named, both work it out after a
different formula and may be minutes apart; all else is equal to the minute.
"""

import gzip
import json
import random
import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from youlin.apps.places import hours
from youlin.apps.places.hours import Hours
from youlin.kernel import calendars
from youlin.kernel.errors import Invalid

HERE = Path(__file__).parent
RECORD: dict[str, Any] = json.loads(gzip.decompress((HERE / "opening_hours_js.json.gz").read_bytes()))
ANSWERS: dict[str, str] = RECORD["answers"]
FROM, TO = (datetime.fromisoformat(RECORD[key]) for key in ("from", "to"))
LETTERS = {"c": "closed", "o": "open", "u": "unknown"}
SUN = re.compile("sunrise|sunset|dawn|dusk")
MINUTES_OF_THE_SUN = 2
INSTANTS = 1_000
SEED = 20261122

Change = tuple[int, str]
"""A minute of the year and the state from then on."""


def recorded(value: str) -> list[Change]:
    """The changes that opening_hours.js answered."""
    found, minute = [], 0
    for lasting, letter in re.findall(r"([0-9]+)([cou])", ANSWERS[value]):
        found.append((minute, LETTERS[letter]))
        minute += int(lasting)
    return found


def ours(value: str) -> list[Change]:
    """The changes that we answer for the same value, as it is taken from a form."""
    asked = Hours(hours.read(value), lon=float(RECORD["lon"]), lat=float(RECORD["lat"]))
    found: list[Change] = []
    for span in hours.spans(asked, FROM, TO):
        if not found or span.state != found[-1][1]:
            found.append((int((span.start - FROM).total_seconds()) // 60, span.state))
    return found


def test_both_see_the_same_holidays() -> None:
    days = [datetime.fromisoformat(day).date() for day in RECORD["holidays"]]
    assert len(days) == 33 and all(calendars.is_holiday(day) for day in days)


def test_every_line_of_the_list_is_answered_or_refused() -> None:
    lines = (HERE / "osm_opening_hours.txt").read_text(encoding="utf-8").splitlines()
    asked = {line.removeprefix("#").strip() for line in lines}
    assert asked == {*ANSWERS, *RECORD["refused"]}
    assert (len(lines), len(ANSWERS), len(RECORD["refused"])) == (202, 197, 4)


@pytest.mark.parametrize("value", RECORD["refused"])
def test_what_the_reference_refuses_is_refused(value: str) -> None:
    with pytest.raises(Invalid) as told:
        hours.read(value)
    assert told.value.problems[0].remedy


@pytest.mark.parametrize("value", ANSWERS)
def test_a_year_is_answered_as_the_reference_answers_it(value: str) -> None:
    told, wanted = ours(value), recorded(value)
    if not SUN.search(value):
        assert told == wanted
        return
    assert [state for _minute, state in told] == [state for _minute, state in wanted]
    apart = [abs(mine - theirs) for (mine, _), (theirs, _) in zip(told, wanted, strict=True)]
    assert max(apart) <= MINUTES_OF_THE_SUN


def instants() -> Iterator[int]:
    dice = random.Random(SEED)
    length = int((TO - FROM).total_seconds())
    return (dice.randrange(length) for _number in range(INSTANTS))


def test_random_instants_are_answered_as_the_reference_answers_them() -> None:
    """The same through the question that pages ask, at instants drawn over values and year."""
    dice = random.Random(SEED)
    values = [value for value in ANSWERS if not SUN.search(value)]
    changes = {value: recorded(value) for value in values}
    asked = {value: Hours(hours.read(value)) for value in values}
    for second in instants():
        value = dice.choice(values)
        at = datetime.fromtimestamp(FROM.timestamp() + second, FROM.tzinfo)
        place = bisect_right(changes[value], second // 60, key=lambda change: change[0]) - 1
        assert hours.standing(asked[value], at).state == changes[value][place][1], (value, at)
