"""Whom to call: the columns answer what the rule says of everybody, one by one; the rule says what it should."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, GRID, OTHER_STREET, SIBLING_GRID, point_in, rectangle
from youlin.apps.parties.models import Person
from youlin.apps.responders import choosing, services
from youlin.apps.responders.choosing import Asked, rule, times
from youlin.apps.responders.models import Occupation, Responder
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import MONDAY, enrol
from youlin.kernel import clock, rows
from youlin.kernel.errors import Invalid

pytestmark = pytest.mark.usefixtures("city")

NOW = int(MONDAY.timestamp())


def ask(**values: Any) -> Asked:
    lon, lat = point_in(GRID)
    given: dict[str, Any] = {"lon": lon, "lat": lat, "at": MONDAY, "kind": "elder_help", "within_m": 4000}
    return Asked(DISTRICT, **{**given, "night": "22:00-07:00", **values})


def scattered(count: int, seed: int = 7) -> None:
    """Responders of every sort, put straight into the table."""
    dice = random.Random(seed)
    west, south, east, north = rectangle(DISTRICT).bounds
    occupation = Occupation.objects.get(district=DISTRICT, code="courier")
    some = lambda *of: [one for one in of if dice.random() < 0.5]  # noqa: E731
    moment = lambda hours: MONDAY + timedelta(hours=dice.uniform(-hours, hours / 20))  # noqa: E731
    made: list[Responder] = []
    people = [Person() for _number in range(count)]
    rows.insert_many(people)
    for number, person in enumerate(people):
        windows = [
            [day, dice.randrange(0, 30), dice.randrange(31, 49)] for day in range(7) if dice.random() < 0.7
        ]
        quiet = dice.choice(["", "09:30-11:00", "20:00-08:30"])
        calls = sorted((int(moment(900).timestamp()) for _ in range(dice.randrange(9))), reverse=True)
        made.append(
            Responder(
                district=DISTRICT,
                number=f"R-{number:09d}",
                person=person,
                occupation=occupation,
                area_now=GRID,
                areas=[GRID],
                stands=[
                    [dice.uniform(west, east), dice.uniform(south, north)]
                    for _ in range(dice.randrange(1, 4))
                ],
                skills=some("first_aid", "carrying"),
                languages=some("zh", "en", "sign"),
                kinds=some("elder_help", "first_aid") if dice.random() < 0.3 else [],
                windows=windows,
                quiet=quiet,
                slots=times.bits(windows, quiet),
                most_week=dice.randrange(1, 8),
                rest_hours=dice.choice([0, 12, 48]),
                reach_m=dice.choice([500, 2000, 6000]),
                emergencies=dice.random() < 0.7,
                consented_at=dice.choice([MONDAY, MONDAY, MONDAY, None]),
                verified_at=dice.choice([MONDAY, None]),
                paused_until=dice.choice([None, None, moment(50)]),
                ended_at=dice.choice([None, None, None, MONDAY]),
                called=calls,
                busy=dice.random() < 0.1,
                rested_from=dice.choice([None, moment(40)]),
                revision=1,
            )
        )
    rows.insert_many(made)


def test_the_columns_choose_whom_the_rule_chooses_of_everybody() -> None:
    scattered(300)
    everybody = list(Responder.objects.filter(district=DISTRICT))
    dice, found = random.Random(11), 0
    west, south, east, north = rectangle(DISTRICT).bounds
    columns = choosing.columns_of(DISTRICT)
    for number in range(150):
        asked = ask(
            lon=dice.uniform(west, east),
            lat=dice.uniform(south, north),
            at=MONDAY + timedelta(minutes=dice.randrange(0, 3 * 24 * 60)),
            kind=dice.choice(["elder_help", "first_aid", "nobody_s"]),
            within_m=dice.choice([800, 3000, 20000]),
            skills=tuple(dice.sample(["first_aid", "carrying"], dice.randrange(3))),
            language=dice.choice(["", "", "en", "sign", "ja"]),
            verified=dice.random() < 0.5,
            emergency=dice.random() < 0.3,
            night=dice.choice(["", "22:00-07:00"]),
            call_cost=dice.choice([0, 400]),
            without=frozenset(one.id for one in dice.sample(everybody, 5)),
            limit=dice.choice([1, 4, 20, 1000]),
        )
        with_cost = [one for one in (rule.cost(row, asked) for row in everybody) if one is not None]
        expected = sorted(with_cost, key=lambda one: (one.cost, one.id))
        answer = choosing.choose(asked)
        assert answer.chosen == expected[: asked.limit], number
        assert answer.total == len(expected)
        found += len(expected)
    assert found > 500 and choosing.columns_of(DISTRICT).ids == columns.ids


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"skills": []}, {"skills": ("first_aid",)}),
        ({"languages": ["zh"]}, {"language": "sign"}),
        ({"kinds": ["first_aid"]}, {}),
        ({"windows": [[0, 0, 20]]}, {}),
        ({"quiet": "10:00-11:00"}, {}),
        ({"areas": ["110102002002002"], "reach_m": 500}, {}),
        ({"areas": ["110102002002002"], "reach_m": 20000}, {"within_m": 900}),
        ({"emergencies": False}, {"emergency": True}),
        ({}, {"night": "10:00-11:00"}),
        ({}, {"at": MONDAY + timedelta(hours=14)}),
    ],
)
def test_who_does_not_fit_is_not_called(said: dict[str, Any], asked: dict[str, Any]) -> None:
    enrol(**said)
    assert choosing.choose(ask(**asked)).total == 0
    Responder.objects.update(
        **{
            "skills": ["first_aid"],
            "languages": ["sign"],
            "kinds": [],
            "slots": times.bits([], ""),
            "stands": [list(point_in(GRID))],
            "emergencies": True,
        }
    )
    choosing.forget()
    assert choosing.choose(ask(**{**asked, "night": "", "at": MONDAY})).total == 1


def test_an_emergency_calls_at_night_whoever_agreed_to_that() -> None:
    night = ask(at=MONDAY + timedelta(hours=16))
    one = enrol(quiet="20:00-08:00", windows=[[0, 0, 20]])
    enrol(emergencies=False)
    assert choosing.choose(night).total == 0
    assert [found.id for found in choosing.choose(replace(night, emergency=True)).chosen] == [one.id]


def test_nobody_is_called_more_often_than_they_allow_nor_without_rest() -> None:
    one = enrol(most_week=2, rest_hours=24)
    day = 86_400
    for called, fits in (
        ([NOW - 25 * 3600, NOW - 6 * day], False),
        ([NOW - 25 * 3600, NOW - 7 * day], True),
        ([NOW - 23 * 3600], False),
        ([NOW - 24 * 3600], True),
    ):
        Responder.objects.filter(id=one.id).update(called=called)
        choosing.forget()
        assert choosing.choose(ask()).total == fits, called
    Responder.objects.filter(id=one.id).update(called=[], rested_from=MONDAY - timedelta(hours=5))
    choosing.forget()
    assert choosing.choose(ask()).total == 0 and choosing.choose(ask(emergency=True)).total == 1


def test_the_near_come_first_and_who_was_called_lately_later() -> None:
    far, near = enrol(areas=[SIBLING_GRID]), enrol()
    assert [one.id for one in choosing.choose(ask()).chosen] == [near.id, far.id]
    assert choosing.choose(ask()).chosen[0].metres < 5
    Responder.objects.filter(id=near.id).update(
        called=[NOW - 8 * 86_400, NOW - 9 * 86_400, NOW - 10 * 86_400]
    )
    choosing.forget()
    answer = choosing.choose(ask(call_cost=400))
    assert [one.id for one in answer.chosen] == [far.id, near.id] and answer.chosen[1].cost >= 1200
    Responder.objects.filter(id=near.id).update(called=[NOW - 31 * 86_400])
    choosing.forget()
    assert [one.id for one in choosing.choose(ask()).chosen] == [near.id, far.id]


def test_the_verified_come_before_others_where_both_may() -> None:
    plain, verified = enrol(verified=False), enrol(areas=[SIBLING_GRID])
    assert [one.id for one in choosing.choose(ask(verified=True)).chosen] == [verified.id]
    assert [one.id for one in choosing.choose(ask(unverified_cost=1000)).chosen] == [verified.id, plain.id]


def test_somebody_with_two_places_is_as_far_as_the_nearer() -> None:
    one = enrol(areas=["110102002002002", GRID])
    assert choosing.choose(ask()).chosen[0] == (one.id, 0, 0)


def test_what_changes_is_chosen_by_as_it_is_now() -> None:
    one = enrol()
    actor = factories.actor_of(one)
    assert choosing.choose(ask()).total == 1
    services.change(actor=actor, district=DISTRICT, values={}, paused_until=MONDAY + timedelta(days=2))
    assert choosing.choose(ask()).total == 0
    services.change(actor=actor, district=DISTRICT, values={"skills": ["first_aid"]}, resume=True)
    assert choosing.choose(ask(skills=("first_aid",))).total == 1
    services.leave(actor=actor, district=DISTRICT)
    assert choosing.choose(ask()).total == 0


@pytest.mark.django_db(transaction=True)
def test_only_what_changed_is_read_again_and_the_answer_is_that_of_reading_all() -> None:
    first, second = enrol(), enrol(skills=["carrying"])
    held = choosing.columns_of(DISTRICT)
    assert choosing.columns_of(DISTRICT) is held
    services.change(
        actor=factories.actor_of(first), district=DISTRICT, values={"skills": ["first_aid", "carrying"]}
    )
    third = enrol(areas=[OTHER_STREET])
    now = choosing.columns_of(DISTRICT)
    assert held is not now and now.ids == [*held.ids, third.id]
    assert [one.id for one in choosing.choose(ask(skills=("carrying",))).chosen] == [first.id, second.id]
    choosing.forget()
    whole = choosing.columns_of(DISTRICT)
    order = [whole.lines[one] for one in now.ids]
    for name in ("lons", "called", "there", "slots", "most_week"):
        assert (getattr(whole, name)[order] == getattr(now, name)).all(), name


@pytest.mark.parametrize("windows", [[[7, 0, 4]], [[0, 4, 4]], [[0, 4, 49]], [[0, -1, 3]], [[0, 1]]])
def test_a_window_that_is_none_is_told(windows: list[list[int]]) -> None:
    with pytest.raises(Invalid):
        times.checked_windows(windows)


def test_half_hours_are_those_of_the_week() -> None:
    slots = times.bits([[0, 20, 22], [6, 47, 48]], "10:30-11:00")
    assert [number for number in range(times.SLOTS) if times.open_in(slots, number)] == [20, 335]
    assert times.slot(MONDAY) == 21 and len(slots) == 84
    assert times.bits([], "") == "f" * 84
    with clock.frozen(MONDAY):
        assert times.slot(clock.now()) == 21
    assert times.is_quiet("22:00-07:00", 44) and not times.is_quiet("22:00-07:00", 14)
    with pytest.raises(Invalid):
        times.checked_quiet("22:15-07:00")
