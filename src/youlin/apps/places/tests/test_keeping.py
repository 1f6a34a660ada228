"""Keeping places: who may, what is refused, what is told, lent and doubted."""

from datetime import timedelta

import pytest

from tests.cast import (
    DISTRICT,
    OTHER_DISTRICT,
    OTHER_DISTRICT_GRID,
    OTHER_STREET,
    STREET,
    point_in,
    rectangle,
)
from youlin.apps.areas.geometry import crs
from youlin.apps.notices.models import Notice
from youlin.apps.places import selectors, services
from youlin.apps.places.models import Lendable, Place
from youlin.apps.places.services import voices
from youlin.apps.places.tests import factories
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words(district):
    factories.declare_words()


def problems(**values) -> dict[str, str]:
    with pytest.raises(Invalid) as told:
        factories.make_place(**values)
    return {problem.field: problem.message + problem.remedy for problem in told.value.problems}


class TestRegistering:
    def test_a_place_is_on_the_map_with_all_that_is_told(self):
        place = factories.make_place(
            hours="每天8点-20点",
            facilities={"water": {"count": 2}, "toilet": {"working": False, "note": "维修中"}},
            entrances=[{"name": "东门", "lon": 116.305, "lat": 39.89, "step_free": True}],
            accessibility={"wheelchair": {"level": "limited", "note": "门口一级台阶"}},
        )
        page = selectors.place_page(ANONYMOUS, DISTRICT, place.number)
        assert page.row.area.startswith(STREET) and page.hours == "Mo-Su 08:00-20:00"
        assert [(has.code, has.working, has.count) for has in page.row.facilities] == [
            ("water", True, 2),
            ("toilet", False, None),
        ]
        assert page.entrances[0].step_free and page.row.wheelchair == "limited"
        assert [entry.act for entry in journal.entries_for(place)] == ["places.registered"]

    def test_sent_twice_it_is_registered_once(self):
        lon, lat = point_in(STREET)
        values = {"kind": "station", "name": "驿站", "lon": lon, "lat": lat}
        key = str(ids.uuid7())
        first, again = (
            services.register_place(actor=SYSTEM, district=DISTRICT, values=values, idempotency_key=key)
            for _ in range(2)
        )
        assert first.id == again.id and Place.objects.count() == 1

    def test_all_that_is_wrong_is_told_at_once(self):
        told = problems(kind="sauna", name=" ", hours="乱写", capacity=0, facilities={"sauna": {}})
        assert set(told) == {"kind", "name", "hours", "capacity", "facilities"}
        assert "暖心驿站" in told["kind"] and "饮水" in told["facilities"]

    def test_coordinates_written_the_wrong_way_round_are_recognised(self):
        lon, lat = point_in(STREET)
        assert "对调" in problems(lon=lat, lat=lon)["lon"]

    def test_a_point_outside_says_so(self):
        lon, lat = point_in(OTHER_DISTRICT_GRID)
        assert "不在本区" in problems(lon=lon + 1, lat=lat)["lon"]
        assert "坐标" in problems(lon="", lat=None)["lon"]

    def test_a_chinese_map_s_coordinates_are_recognised(self):
        lon, lat = point_in(STREET)
        east = max(place[0] for place in rectangle(DISTRICT).exterior.coords)
        shown = crs.wgs84_to_gcj02(east - 0.0005, lat)
        assert "GCJ-02" in problems(lon=float(shown[0]), lat=float(shown[1]))["lon"]

    def test_only_whoever_keeps_the_area_may(self):
        he = factories.steward(STREET)
        place = factories.make_place(he)
        assert place.confirmed_by_id == he.person_id
        lon, lat = point_in(OTHER_STREET)
        with pytest.raises(NotAllowed):
            factories.make_place(he, lon=lon, lat=lat)
        with pytest.raises(NotAllowed):
            services.change_place(
                actor=he, district=DISTRICT, place_id=place.id, values={"lon": lon, "lat": lat}
            )
        with pytest.raises(NotAllowed):
            services.change_place(actor=ANONYMOUS, district=DISTRICT, place_id=place.id, values={"name": "x"})


class TestChanging:
    def test_two_who_change_the_same_one_wins_and_the_other_is_told(self):
        place = factories.make_place()
        services.change_place(
            actor=SYSTEM, district=DISTRICT, place_id=place.id, values={"name": "新名"}, expected_version=1
        )
        with pytest.raises(Conflict):
            services.change_place(
                actor=SYSTEM,
                district=DISTRICT,
                place_id=place.id,
                values={"name": "别名"},
                expected_version=1,
            )
        entry = journal.entries_for(place)[-1]
        assert entry.public["before"] == {"name": "椿树驿站"} and entry.public["after"] == {"name": "新名"}

    def test_a_scene_must_be_a_scene(self):
        place = factories.make_place()
        with pytest.raises(Invalid):
            services.change_place(
                actor=SYSTEM, district=DISTRICT, place_id=place.id, values={"within_id": str(place.id)}
            )
        block = factories.make_place(kind="block", name="大栅栏友好街区")
        services.change_place(
            actor=SYSTEM, district=DISTRICT, place_id=place.id, values={"within_id": str(block.id)}
        )
        page = selectors.place_page(ANONYMOUS, DISTRICT, block.number)
        assert [row.name for row in page.points] == ["椿树驿站"]


class TestVoices:
    def hear(self, place, speaker, saying="closed", case=""):
        return services.hear(
            actor=ANONYMOUS, district=DISTRICT, place_id=place.id, saying=saying, speaker=speaker, case=case
        )

    def test_three_who_do_not_know_of_each_other_put_a_place_in_doubt(self):
        place = factories.make_place()
        for speaker in ("a", "a", "b"):
            self.hear(place, speaker)
        self.hear(place, "c", saying="thanks")
        place.refresh_from_db()
        assert place.flagged_at is None
        self.hear(place, "c", saying="moved")
        place.refresh_from_db()
        assert place.flagged_at is not None
        services.confirm_place(actor=SYSTEM, district=DISTRICT, place_id=place.id, how="visit")
        place.refresh_from_db()
        assert place.flagged_at is None and voices.speakers(place) == 0

    def test_settled_cases_end_the_doubt(self):
        place = factories.make_place()
        for speaker in "abc":
            self.hear(place, speaker, case=f"XC-{speaker}")
        services.settle(actor=SYSTEM, district=DISTRICT, place_id=place.id, case="XC-a")
        place.refresh_from_db()
        assert place.flagged_at is None

    def test_who_spoke_cannot_be_read(self):
        voice = self.hear(factories.make_place(), "13800138001")
        assert "13800138001" not in voice.voice and len(voice.voice) == 64


class TestLending:
    def lend(self, row, **changed):
        given = {"contact": "13800138001", "idempotency_key": str(ids.uuid7()), **changed}
        return services.lend(actor=SYSTEM, district=DISTRICT, lendable_id=row.id, **given)

    def test_no_more_is_lent_than_there_is(self):
        place = factories.make_place()
        row = services.set_lendable(actor=SYSTEM, district=DISTRICT, place_id=place.id, name="雨伞", total=2)
        first = self.lend(row, idempotency_key="k")
        assert self.lend(row, idempotency_key="k").id == first.id
        self.lend(row)
        with pytest.raises(Conflict):
            self.lend(row)
        with pytest.raises(Conflict):
            services.set_lendable(actor=SYSTEM, district=DISTRICT, place_id=place.id, name="雨伞", total=1)
        for _ in range(2):
            services.give_back(actor=SYSTEM, district=DISTRICT, loan_id=first.id)
        first.refresh_from_db()
        row = Lendable.objects.get()
        assert (row.lent, row.total, first.contact) == (1, 2, "")
        assert len(selectors.loans_out(SYSTEM, DISTRICT, place.id)) == 1

    def test_what_does_not_come_back_is_one_fewer(self):
        place = factories.make_place()
        row = services.set_lendable(actor=SYSTEM, district=DISTRICT, place_id=place.id, name="雨伞", total=2)
        services.give_back(actor=SYSTEM, district=DISTRICT, loan_id=self.lend(row).id, lost=True)
        assert (Lendable.objects.get().lent, Lendable.objects.get().total) == (0, 1)


def test_a_place_nobody_has_confirmed_asks_its_steward_once():
    he = factories.steward()
    place = factories.make_place(he)
    factories.make_place(he, kind="restaurant", name="不过期的餐厅")
    with clock.frozen(clock.now() + timedelta(days=31)):
        services.ask_for_confirmation()
        services.ask_for_confirmation()
        assert [row.id for row in selectors.kept(he, due=True)] == [place.id]
    [notice] = Notice.objects.filter(person_id=he.person_id)
    assert "椿树驿站" in notice.body
    services.confirm_place(actor=he, district=DISTRICT, place_id=place.id)
    assert selectors.kept(he, due=True) == []


def test_a_district_s_places_are_not_another_s():
    place = factories.make_place()
    assert selectors.points(OTHER_DISTRICT) == []
    assert [row.id for row in selectors.points(DISTRICT)] == [place.id]
