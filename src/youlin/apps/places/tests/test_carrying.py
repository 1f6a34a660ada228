"""The district to take along: what it says of being open is what the evaluation says, at every moment of two weeks."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tests.cast import DISTRICT
from youlin.apps.places import carrying, hours, services
from youlin.apps.places.hours import Hours, evaluating
from youlin.apps.places.models import Place
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

EXPRESSIONS = (
    "24/7",
    "Mo-Fr 09:00-17:00; PH off",
    "18:00-02:00",
    "Sa,Su 10:00-12:00,13:00-15:30",
    "Mo-Fr 08:00-20:00 open, Sa unknown",
    "2027 Jan 01 09:00-10:00",
    "sunrise-sunset",
    "off",
)
YEARS_END = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
"""A minute before the year ends where the hours are written."""


@pytest.fixture(autouse=True)
def _words(district):
    places.declare_words()


def state_in(text: str, start: datetime, at: datetime) -> str:
    """The state at a moment, as a phone looks it up."""
    left = (at - start) // timedelta(minutes=1)
    for letter, minutes in _pairs(text):
        if left < minutes:
            return letter
        left -= minutes
    raise AssertionError("beyond the end")


def _pairs(text: str) -> list[tuple[str, int]]:
    letters = [letter for letter in text if letter in "cou"]
    numbers = text.replace("c", " ").replace("o", " ").replace("u", " ").split()
    return list(zip(letters, map(int, numbers), strict=True))


@pytest.mark.parametrize("now", [datetime(2026, 11, 22, 15, 59, tzinfo=UTC), YEARS_END])
def test_spans_say_what_the_evaluation_says_on_random_minutes_of_two_weeks(now):
    made = [places.make_place(name=one, hours=one, makeup_days=True) for one in EXPRESSIONS]
    with clock.frozen(now):
        told = carrying.carried(DISTRICT)
    assert told.start <= now and now + carrying.ASKED + carrying.HORIZON <= told.end
    rows = {row.number: row for row in told.places}
    random = Random(1)
    for place in made:
        one = Hours(place.hours, True, place.lon, place.lat)
        spans = told.hours[rows[place.number].hours]
        for _ in range(40):
            at = now + random.random() * carrying.ASKED
            assert state_in(spans, told.start, at) == hours.standing(one, at).state[0], (place.hours, at)


def test_how_far_ahead_changes_are_told_is_one_number():
    assert carrying.HORIZON == evaluating._HORIZON


def test_it_begins_on_monday_and_is_the_same_all_week():
    places.make_place(hours="Mo-Fr 09:00-17:00")
    monday = datetime(2026, 11, 23, 0, 0, tzinfo=evaluating.zone())
    with clock.frozen(monday):
        first, state = carrying.carried(DISTRICT), carrying.state(DISTRICT)
    with clock.frozen(monday + timedelta(days=7) - timedelta(seconds=1)):
        assert carrying.carried(DISTRICT) == first and carrying.state(DISTRICT) == state
    with clock.frozen(monday + timedelta(days=7)):
        assert carrying.carried(DISTRICT).start == monday + timedelta(days=7)
        assert carrying.state(DISTRICT) != state


def test_everything_that_is_public_comes_along_and_nothing_else():
    places.make_place(name="不公开", public=False)
    gone = places.make_place(name="已撤销")
    services.retire_place(actor=SYSTEM, district=DISTRICT, place_id=gone.id, reason="搬走了")
    place = places.make_place(
        hours="24/7",
        phone="010-12345678",
        facilities={"water": {}, "toilet": {"working": False}},
        entrances=[{"name": "东门", "lon": 116.305, "lat": 39.89, "step_free": True}],
        accessibility={"wheelchair": {"level": "limited", "note": ""}},
    )
    services.close_place(actor=SYSTEM, district=DISTRICT, place_id=place.id, reason="装修", ends_at=None)
    told = carrying.carried(DISTRICT)
    [row] = told.places
    assert row.number == place.number and row.facilities == (("water", True), ("toilet", False))
    assert [(one.name, one.step_free) for one in row.entrances] == [("东门", True)]
    assert [(one.reason, one.ends_at) for one in row.closures] == [("装修", None)]
    assert row.access[0] == "limited" and row.phone == "010-12345678"


def test_of_too_many_those_that_serve_people_come_along(monkeypatch):
    monkeypatch.setattr(carrying, "MOST", 2)
    for number in range(3):
        places.make_place(name=f"点 {number}")
    told = carrying.carried(DISTRICT)
    assert len(told.places) == 2 and told.left_out == 1


def test_its_queries_do_not_grow(django_assert_max_num_queries):
    places.make_place(hours="24/7", facilities={"water": {}})
    with django_assert_max_num_queries(10) as few:
        carrying.carried(DISTRICT)
    for number in range(5):
        places.make_place(name=f"点 {number}", hours="24/7", facilities={"water": {}})
    with django_assert_max_num_queries(len(few)):
        carrying.carried(DISTRICT)
    assert Place.objects.count() == 6
