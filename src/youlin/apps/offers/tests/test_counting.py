"""Person-times: one tap or a day's count, once however often it is sent, undone within a minute; sums from rows."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, OTHER_STREET, STREET, make_district, point_in
from youlin.apps.offers import counters, exporting, figures, services
from youlin.apps.offers.models import Tally
from youlin.apps.offers.services.counting import Count
from youlin.apps.offers.tests import factories
from youlin.apps.offers.tests.factories import given_at, make_offer, make_place, make_service
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


@pytest.fixture
def given(db: None) -> Any:
    make_district()
    places.declare_words()
    factories.declare_words()
    return given_at(make_service(), make_place())


def count(given: Any, times: int = 1, actor: Actor = SYSTEM, **more: Any) -> Tally:
    more.setdefault("idempotency_key", str(ids.uuid7()))
    return services.count(actor=actor, district=DISTRICT, given_id=given.id, times=times, **more)


def test_a_tap_sent_again_is_one(given: Any) -> None:
    first = count(given, idempotency_key="tap")
    assert count(given, idempotency_key="tap").id == first.id
    assert Tally.objects.count() == 1 and figures.served(DISTRICT) == 1
    with pytest.raises(Conflict):
        count(given, 2, idempotency_key="tap")


@pytest.mark.parametrize("times", [0, -1, 5001])
def test_nothing_and_too_many_are_refused(given: Any, times: int) -> None:
    with pytest.raises(Invalid):
        count(given, times)


def test_a_device_may_have_been_away_but_not_for_ever_and_not_ahead(given: Any) -> None:
    assert count(given, day=clock.today() - timedelta(days=31)).day == clock.today() - timedelta(days=31)
    for day in (clock.today() - timedelta(days=32), clock.today() + timedelta(days=1)):
        with pytest.raises(Invalid):
            count(given, day=day)


def test_a_count_is_taken_back_within_a_minute_by_who_counted(given: Any) -> None:
    here, other = factories.host(), factories.host(STREET, "tongshi")
    row = count(given, 3, here)
    undo = {"district": DISTRICT, "tally_id": row.id}
    with pytest.raises(NotFound):
        services.undo_count(actor=other, **undo)
    with clock.frozen(row.at + timedelta(seconds=61)), pytest.raises(Conflict, match="一分钟"):
        services.undo_count(actor=here, **undo)
    with clock.frozen(row.at + timedelta(seconds=59)):
        assert counters.last_counts(here, counters.place(here, given.place.number))[0].undoable
        services.undo_count(actor=here, **undo)
        services.undo_count(actor=here, **undo)
    assert figures.served(DISTRICT) == 0
    assert [one.act for one in journal.entries_for(row)] == ["offers.tallied", "offers.tally_undone"]


def test_only_hosts_count_and_only_what_is_counted_so(given: Any) -> None:
    with pytest.raises(NotAllowed):
        count(given, actor=factories.host(OTHER_STREET))
    meal = given_at(make_offer(), make_place(name="餐"))
    with pytest.raises(Invalid, match="按人核销"):
        count(meal)
    services.give_at(actor=SYSTEM, district=DISTRICT, offer_id=given.offer_id, place_ids=[])
    with pytest.raises(Conflict):
        count(given)
    with pytest.raises(NotFound):
        services.count_many(actor=SYSTEM, district=DISTRICT, counts=[Count(ids.uuid7(), 1, clock.today())])


def test_sums_by_item_place_street_and_month_are_those_of_the_rows(given: Any) -> None:
    lon, lat = point_in(OTHER_STREET)
    far = given_at(make_service(name="修车"), make_place(name="牛街站", lon=lon, lat=lat))
    day = clock.today()
    earlier = day - timedelta(days=20)
    counts = [Count(given.id, 5, day), Count(far.id, 7, day), Count(far.id, 11, earlier)]
    services.count_many(actor=SYSTEM, district=DISTRICT, counts=counts)
    whole = {"district": DISTRICT, "first": earlier, "last": day}

    def told(by: str, **more: date) -> dict[str, int]:
        lines = figures.lines(SYSTEM, by=by, **{**whole, **more})
        return {line.name: line.times for line in lines}

    assert told("item") == {"修车": 18, "理发": 5}
    assert told("place") == {"牛街站": 18, "友好食堂": 5}
    assert told("street") == {"牛街街道": 18, "椿树街道": 5}
    assert told("category") == {"生活": 23}
    assert told("item", first=day) == {"修车": 7, "理发": 5}
    assert sorted(figures.months(DISTRICT)) == sorted({f"{day:%Y-%m}", f"{earlier:%Y-%m}"})
    content = exporting.table(SYSTEM, DISTRICT, by="item", first=earlier, last=day, form="csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[6] for row in rows] == ["服务人次", "18", "5", "23"]
    with pytest.raises(NotAllowed):
        figures.lines(factories.host(), by="item", **whole)
    for by, form in (("item", "pdf"), ("x", "csv")):
        with pytest.raises(Invalid):
            exporting.table(SYSTEM, DISTRICT, by=by, first=day, last=day, form=form)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2024-02", date(2024, 2, 1), date(2024, 2, 29)), ("2026-12", date(2026, 12, 1), date(2026, 12, 31))],
)
def test_a_month_has_its_days(text: str, first: date, last: date) -> None:
    assert figures.month_of(text) == (first, last)


@pytest.mark.parametrize("text", ["", "2026-13", "x", "2026-1", "１２３４-１２", "\0"])
def test_what_is_no_month_is_this_one(text: str) -> None:
    assert figures.month_of(text)[0] == clock.today().replace(day=1)
