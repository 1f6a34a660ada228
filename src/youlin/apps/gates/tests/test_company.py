"""A company's own system gives its roster: whole or not at all, by hand and by the clock."""

import re
from pathlib import Path

import pytest

from tests.cast import DISTRICT
from youlin.apps.gates import jobs
from youlin.apps.gates.models import Roster
from youlin.apps.gates.rosters import company, fetching
from youlin.apps.gates.rosters.company import Page
from youlin.apps.gates.tests.company import TOKEN, System, running
from youlin.apps.gates.tests.test_rosters import has_code, rider
from youlin.apps.linkage.tests.factories import company as make_company
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

GUIDE = Path(__file__).resolve().parents[5] / "docs/guides/gates.md"


@pytest.fixture(scope="module")
def listening():
    with running() as system:
        yield system


@pytest.fixture
def system(world, listening: System, settings) -> System:
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
    settings.ROSTER_SOURCES = {f"{DISTRICT}/p1": {"url": listening.url, "token": TOKEN}}
    listening.status, listening.spoil, listening.asked = 200, None, []
    listening.riders = [
        {"name": name, "phone": f"1380013805{number}", "active": True}
        for number, name in enumerate(("张三", "李四", "王五"), start=1)
    ]
    make_company()
    return listening


@pytest.fixture
def riders(system: System):
    return [rider(one["name"], one["phone"]) for one in system.riders]


def fetch(world) -> Roster:
    return fetching.fetch(actor=world.office.actor, district=DISTRICT, organisation="p1")


def test_what_the_guide_prints_is_what_both_sides_speak(system):
    [printed] = re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    shown = Page.model_validate_json(printed)
    given = Page.model_validate(system.page("2026-11", 1))
    assert shown.model_fields_set == given.model_fields_set
    assert shown.riders[0].model_fields_set == given.riders[0].model_fields_set


def test_every_page_is_read_and_who_left_loses_the_code(world, system, riders):
    assert fetch(world).counts["listed"] == 3
    assert [path.split("page=")[1] for path in system.asked] == ["1", "2"]
    assert all("city=1" in path and "month=" in path for path in system.asked)
    system.riders[2]["active"] = False
    assert fetch(world).counts["ended"] == 1
    assert [has_code(one) for one in riders] == [True, True, False]


def broken(page, number):
    return page | ({"riders": "none"} if number == 2 else {})


def of_another_month(page, number):
    return page | {"month": "2020-01"}


def grown(page, number):
    return page | {"pages": 1 + number}


def nobody(page, number):
    return page | {"riders": []}


@pytest.mark.parametrize("spoil", [broken, of_another_month, grown, nobody])
def test_a_roster_that_does_not_come_whole_ends_nobody_s_code(world, system, riders, spoil):
    fetch(world)
    system.spoil = spoil
    with pytest.raises((Conflict, Invalid)):
        fetch(world)
    assert all(has_code(one) for one in riders)


def test_a_system_that_refuses_or_is_away_ends_nobody_s_code(world, system, riders, settings):
    fetch(world)
    for status in (401, 429, 500):
        system.status = status
        with pytest.raises(Conflict):
            fetch(world)
    settings.ROSTER_SOURCES = {f"{DISTRICT}/p1": {"url": "http://127.0.0.1:9/", "token": TOKEN}}
    with pytest.raises(Conflict):
        fetch(world)
    assert all(has_code(one) for one in riders)


def test_what_would_end_more_than_stay_waits_for_somebody_to_look(world, system, riders):
    more = [rider(f"周{number}", f"1380013806{number}") for number in range(3)]
    system.riders += [{"name": one.name, "phone": f"1380013806{n}"} for n, one in enumerate(more)]
    fetch(world)
    system.riders = system.riders[:1]
    with pytest.raises(Conflict):
        fetch(world)
    assert all(has_code(one) for one in riders + more)


def test_by_the_clock_it_is_fetched_once_a_month(world, system, riders):
    assert (jobs.fetch_rosters(), jobs.fetch_rosters()) == (1, 0)
    assert Roster.objects.filter(district=DISTRICT).count() == 1


def test_who_may_not_and_what_is_not_set(world, system, settings):
    with pytest.raises(NotAllowed):
        fetching.fetch(actor=world.head.actor, district=DISTRICT, organisation="p1")
    with pytest.raises(NotFound):
        fetching.fetch(actor=world.office.actor, district=DISTRICT, organisation="p9")
    settings.ROSTER_SOURCES = {"p1": "https://x"}
    with pytest.raises(Invalid):
        company.known()
