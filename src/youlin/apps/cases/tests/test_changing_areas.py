"""A street merger, a split and a district merger, each with open cases, holders and history."""

import pytest

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT, OTHER_DISTRICT_GRID, OTHER_STREET, STREET, Cast
from youlin.apps.areas import services as areas
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, dispatched, do, key
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM, Actor

pytestmark = pytest.mark.django_db


def numbers(actor: Actor, **asked: object) -> set[str]:
    filters = CaseFilters(**{"open": None, **asked})
    return {row.number for row in selectors.inbox(actor, filters=filters).rows}


def acts(case: Case) -> list[str]:
    return [entry.act.removeprefix("cases.") for entry in journal.entries_for(case)]


def test_cases_live_on_when_their_street_is_merged_into_another(people: Cast) -> None:
    running = dispatched(actor=people.li.actor)
    done = factories.closed(people.wang.actor, people.zhao.actor)
    areas.merge_areas(actor=SYSTEM, codes=[STREET, OTHER_STREET], new_code=OTHER_STREET, new_name="牛街街道")
    running.refresh_from_db()
    assert running.area_at_event == GRID and running.area_now.startswith(OTHER_STREET)
    assert acts(running)[-1] == "recoded" and "recoded" not in acts(done)
    for who in (people.wang, people.zhao, people.sun):
        assert numbers(who.actor) >= {running.number, done.number}
    case = do(running, "accept_task", people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[factories.photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor)
    assert do(case, "close", people.zhao.actor).state == "closed"
    [street] = [one for one in selectors.street_figures(people.sun.actor, DISTRICT) if one.reported]
    assert (street.code, street.reported, street.closed) == (OTHER_STREET, 2, 2)


def test_a_new_report_reaches_the_same_worker_after_the_merger(people: Cast) -> None:
    lon, lat = factories.point_in(GRID)
    areas.merge_areas(actor=SYSTEM, codes=[STREET, OTHER_STREET], new_name="大椿树街道")
    receipt = services.report(
        actor=people.li.actor, category=GARBAGE, text="垃圾", lon=lon, lat=lat, idempotency_key=key()
    )
    case = do(do(receipt.case, "file"), "dispatch")
    assert case.holder_id == people.wang.id
    assert not case.area_at_event.startswith((STREET, OTHER_STREET))


def test_each_case_goes_to_its_part_when_a_grid_is_split(people: Cast) -> None:
    import shapely

    from youlin.apps.areas.models import Boundary

    lon, lat = factories.point_in(GRID)
    west, east = dispatched(), dispatched()
    Case.objects.filter(id=west.id).update(lon=lon - 0.0005)
    Case.objects.filter(id=east.id).update(lon=lon + 0.0005)
    whole = shapely.from_wkb(bytes(Boundary.objects.get(area__code=GRID).wkb))
    x0, y0, x1, y1 = whole.bounds
    parts = [
        areas.Part(name="四川营西网格", geometry=whole.intersection(shapely.box(x0, y0, lon, y1))),
        areas.Part(name="四川营东网格", geometry=whole.intersection(shapely.box(lon, y0, x1, y1))),
    ]
    codes = [one.code for one in areas.split_area(actor=SYSTEM, code=GRID, parts=parts)]
    west.refresh_from_db()
    east.refresh_from_db()
    assert [west.area_now, east.area_now] == codes and west.area_at_event == GRID
    assert numbers(people.wang.actor) == {west.number, east.number}
    assert do(west, "accept_task", people.wang.actor).state == "handling"
    assert dispatched(area=codes[1]).holder_id == people.wang.id


def test_cases_of_a_merged_district_keep_their_shard_and_their_people(people: Cast) -> None:
    abroad = dispatched(area=OTHER_DISTRICT_GRID)
    areas.merge_districts(actor=SYSTEM, old=[OTHER_DISTRICT], new_code=DISTRICT, new_name="西城区")
    abroad.refresh_from_db()
    assert abroad.district == OTHER_DISTRICT and abroad.area_now.startswith(DISTRICT)
    assert numbers(people.other.actor) >= {abroad.number}
    assert abroad.number in numbers(people.sun.actor, district=DISTRICT)
    joined = services.me_too(actor=people.li.actor, case_number=abroad.number, idempotency_key=key())
    assert selectors.track(abroad.number, joined.token).case.number == abroad.number
    figures = selectors.street_figures(people.sun.actor, DISTRICT)
    assert sum(one.open for one in figures) == 1
