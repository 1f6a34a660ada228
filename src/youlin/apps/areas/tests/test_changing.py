"""Areas merge, split, are renamed and end; codes are never reused and open rows follow."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
import shapely

from youlin.apps.areas import selectors, services
from youlin.apps.areas.models import Area, Boundary
from youlin.apps.areas.services import Heirs, Part, recoding, regrafting
from youlin.apps.areas.tests.factories import AreaFactory, box, drawn, middle, town
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db

D = "990101"
WEST, EAST = D + "001", D + "002"


@dataclass
class Row:
    """A row of a higher app: where it was born, where it happened, where it is now."""

    district: str
    area_at_event: str
    lon: float | None = None
    lat: float | None = None
    open: bool = True
    area_now: str = ""

    def __post_init__(self):
        self.area_now = self.area_now or self.area_at_event


@pytest.fixture
def rows(monkeypatch):
    """A table of an app that has registered its recoder."""
    table = []

    def recode(*, district, mapping, actor, at):
        moved = 0
        for row in table:
            if row.district == district and row.open and row.area_now in mapping:
                heir = mapping[row.area_now]
                row.area_now = heir(row.lon, row.lat) if isinstance(heir, Heirs) else heir
                moved += 1
        return moved

    monkeypatch.setattr(recoding, "_recoders", {})
    services.register_recoder("rows", recode)
    return table


def row(table, area, place=None, **fields):
    lon, lat = place or (None, None)
    table.append(Row(area[:6], area, lon, lat, **fields))
    return table[-1]


def test_a_merged_street_takes_its_communities_and_open_rows_along(rows):
    town()
    here, below, closed = row(rows, WEST), row(rows, EAST + "001"), row(rows, WEST, open=False)
    merged = services.merge_areas(actor=SYSTEM, codes=[WEST, EAST], new_name="并街道")
    assert merged.code == D + "003"
    assert [a.code for a in selectors.children(merged.code)] == [
        D + f"003{n}" for n in ("001", "002", "601", "602")
    ]
    assert (here.area_now, below.area_now) == (D + "003", D + "003601")
    assert (here.area_at_event, closed.area_now) == (WEST, WEST)
    assert not selectors.live(WEST) and not selectors.live(EAST + "002")
    assert selectors.resolve_now(EAST + "001") == [(D + "003601", Decimal(1))]
    assert selectors.locate(*middle(3, 1)).code == D + "003602"
    assert not selectors.check(D).errors


def test_a_merger_shows_on_the_timelines(rows):
    town()
    row(rows, WEST)
    merged = services.merge_areas(actor=SYSTEM, codes=[WEST, EAST], new_name="并街道")
    entry = journal.entries_for(merged)[-1]
    assert (entry.act, entry.public["before"]) == ("areas.merged", {"codes": [WEST, EAST]})
    assert entry.public["after"]["moved"] == {"rows": 1}
    assert journal.entries_for(selectors.get(EAST + "001"))[-1].public["after"] == {"code": D + "003601"}


def test_a_street_that_takes_in_another_keeps_its_code_and_communities(rows):
    town()
    kept, moved = row(rows, WEST + "001"), row(rows, EAST + "001")
    merged = services.merge_areas(actor=SYSTEM, codes=[WEST, EAST], new_code=WEST, new_name="001街道")
    assert merged.code == WEST and selectors.live(WEST)
    assert (kept.area_now, moved.area_now) == (WEST + "001", WEST + "601")
    assert selectors.boundary(WEST).area_m2 == pytest.approx(selectors.boundary(D).area_m2, rel=1e-6)
    assert not selectors.check(D).errors


def test_yesterday_stays_as_it_was(rows):
    town()
    services.merge_areas(actor=SYSTEM, codes=[WEST, EAST], new_name="并街道")
    yesterday = clock.today() - timedelta(days=1)
    assert selectors.locate(*middle(3, 1), at=yesterday).code == EAST + "002"
    assert selectors.name_path(EAST + "002") == "01区 · 002街道 · 22"
    assert selectors.live(EAST, yesterday)


def test_communities_merge_with_their_grids(rows):
    town()
    services.make_grids(actor=SYSTEM, code=WEST, size_m=1100)
    held = row(rows, WEST + "002002")
    merged = services.merge_areas(actor=SYSTEM, codes=[WEST + "001", WEST + "002"], new_name="合社区")
    assert merged.code == WEST + "601"
    assert held.area_now == WEST + "601004"
    assert [a.code[-3:] for a in selectors.children(merged.code)] == ["001", "002", "003", "004"]
    assert not selectors.check(D).errors


@pytest.mark.parametrize(
    ("codes", "new_code", "error"),
    [
        ([WEST], "", Invalid),
        ([WEST, WEST], "", Invalid),
        ([WEST, EAST + "001"], "", Invalid),
        ([D, "990102"], "", Invalid),
        ([WEST, D + "009"], "", NotFound),
        ([WEST, EAST], D + "004", Conflict),
        ([WEST, EAST], "990102003", Invalid),
        ([WEST, EAST], D, Invalid),
    ],
)
def test_mergers_that_cannot_be_are_refused(rows, codes, new_code, error):
    town()
    AreaFactory(code=D + "004", valid_to=date(2020, 1, 1))
    with pytest.raises(error):
        services.merge_areas(actor=SYSTEM, codes=codes, new_code=new_code, new_name="并街道")
    assert selectors.subtree(D).count() == 7


def test_a_code_is_never_used_again(rows):
    town()
    services.merge_areas(actor=SYSTEM, codes=[WEST, EAST], new_name="并街道")
    parts = [Part(name="甲", geometry=box(0, 0, 2, 2)), Part(name="乙", geometry=box(2, 0, 2, 2))]
    made = services.split_area(actor=SYSTEM, code=D + "003", parts=parts)
    assert [area.code for area in made] == [D + "004", D + "005"]


def test_a_split_street_shares_out_communities_and_rows_by_place(rows):
    town()
    west, east = row(rows, WEST, middle(0, 0)), row(rows, WEST, middle(1, 1))
    nowhere, outside = row(rows, WEST), row(rows, WEST, middle(9, 0))
    below = row(rows, WEST + "002")
    parts = [Part(name="西街道", geometry=box(0, 0, 1, 2)), Part(name="东街道", geometry=box(1, 0, 1, 2))]
    made = services.split_area(actor=SYSTEM, code=WEST, parts=parts)
    assert [area.code for area in made] == [D + "003", D + "004"]
    assert (west.area_now, east.area_now, outside.area_now) == (D + "003", D + "004", D + "004")
    assert nowhere.area_now in (D + "003", D + "004")
    assert below.area_now == D + "004002"
    assert sum(share for _code, share in selectors.resolve_now(WEST)) == 1
    assert not selectors.check(D).errors


def test_a_part_may_keep_the_code(rows):
    town()
    stays, goes = row(rows, WEST, middle(0, 0)), row(rows, WEST, middle(1, 0))
    parts = [
        Part(name="001街道", code=WEST, geometry=box(0, 0, 1, 2)),
        Part(name="新街道", geometry=box(1, 0, 1, 2)),
    ]
    services.split_area(actor=SYSTEM, code=WEST, parts=parts)
    assert selectors.live(WEST) and selectors.live(WEST + "001")
    assert (stays.area_now, goes.area_now) == (WEST, D + "003")
    assert selectors.live(D + "003002") and not selectors.live(WEST + "002")
    assert not selectors.check(D).errors


def test_a_split_without_outlines_goes_by_shares_and_named_children(rows):
    for code in (D, WEST, WEST + "001", WEST + "002"):
        AreaFactory(code=code)
    held = row(rows, WEST)
    parts = [
        Part(name="小", share=Decimal("0.25"), children=[WEST + "001"]),
        Part(name="大", share=Decimal("0.75"), children=[WEST + "002"]),
    ]
    small, large = services.split_area(actor=SYSTEM, code=WEST, parts=parts)
    assert held.area_now == large.code
    assert selectors.resolve_now(WEST) == [(large.code, Decimal("0.75")), (small.code, Decimal("0.25"))]
    assert selectors.live(small.code + "001") and selectors.live(large.code + "002")


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([Part(name="独", geometry=box(0, 0, 2, 2))], "parts"),
        ([Part(name="甲", geometry=box(0, 0, 1, 2)), Part(name="乙")], "geometry"),
        ([Part(name="甲", geometry=box(0, 0, 1, 2)), Part(name="乙", geometry=box(1, 0, 0.9, 2))], "geometry"),
        ([Part(name="甲", geometry=box(0, 0, 1.1, 2)), Part(name="乙", geometry=box(1, 0, 1, 2))], "geometry"),
        ([Part(name="甲", geometry=shapely.Point(1, 1)), Part(name="乙", geometry=box(1, 0))], "geometry"),
        ([Part(name="甲", geometry={"type": "Blot"}), Part(name="乙", geometry=box(1, 0))], "geometry"),
        ([Part(name="甲", share=Decimal("0.5")), Part(name="乙", share=Decimal("0.4"))], "share"),
        ([Part(name="甲"), Part(name="乙")], "children"),
        ([Part(name="", geometry=box(0, 0, 1, 2)), Part(name="乙", geometry=box(1, 0, 1, 2))], "name"),
    ],
)  # fmt: skip
def test_splits_that_do_not_add_up_are_refused(rows, parts, field):
    town()
    with pytest.raises(Invalid) as refused:
        services.split_area(actor=SYSTEM, code=WEST, parts=parts)
    assert refused.value.problems[0].field == field
    assert selectors.live(WEST) and Area.objects.count() == 7


def test_a_district_is_merged_into_its_neighbour(rows):
    town()
    town("990102", x=4)
    services.make_grids(actor=SYSTEM, code="990102001001", size_m=1100)
    old, neighbour = row(rows, "990102001001002"), row(rows, WEST)
    district = services.merge_districts(actor=SYSTEM, old=["990102"], new_code=D, new_name="大区")
    assert (district.code, district.name) == (D, "大区")
    assert [a.code for a in selectors.children(D)] == [D + f"00{n}" for n in (1, 2, 3, 4)]
    assert old.area_now == D + "003001002"
    assert (old.district, old.area_at_event) == ("990102", "990102001001002"), (
        "rows stay where they were born"
    )
    assert neighbour.area_now == WEST
    assert [a.code for a in selectors.districts()] == [D]
    assert selectors.locate(*middle(7, 0)).code == D + "004002"
    assert selectors.boundary(D).area_m2 == pytest.approx(2 * 8 * 864.2 * 1110, rel=0.01)
    assert not selectors.check("99").errors
    assert selectors.shards(D) == [D, "990102"]


def test_rows_of_a_merged_district_follow_later_changes(rows):
    town()
    town("990102", x=4)
    old = row(rows, "990102001")
    services.merge_districts(actor=SYSTEM, old=["990102"], new_code=D)
    services.merge_areas(actor=SYSTEM, codes=[D + "003", D + "004"], new_name="并街道")
    assert (old.district, old.area_now) == ("990102", D + "005")
    assert selectors.resolve_now("990102001") == [(D + "005", Decimal(1))]


def test_two_districts_make_a_new_one(rows):
    town()
    town("990102", x=4)
    held = row(rows, "990102002")
    services.merge_districts(actor=SYSTEM, old=[D, "990102"], new_code="990103", new_name="新区")
    assert [a.code for a in selectors.districts()] == ["990103"]
    assert held.area_now == "990103004"
    assert selectors.resolve_now("990102") == [("990103", Decimal(1))]
    assert not selectors.check("99").errors


def test_a_district_merger_that_broke_off_goes_on(rows, monkeypatch):
    town()
    town("990102", x=4)
    held = row(rows, "990102002")
    from youlin.apps.areas.services import districts

    with monkeypatch.context() as broken:
        broken.setattr(districts, "_fill_district", None)
        with pytest.raises(TypeError):
            services.merge_districts(actor=SYSTEM, old=["990102"], new_code=D)
    assert not selectors.live("990102") and not selectors.live(D + "003")
    services.merge_districts(actor=SYSTEM, old=["990102"], new_code=D)
    assert selectors.live(D + "004002") and held.area_now == D + "004"
    assert not selectors.check("99").errors


@pytest.mark.parametrize(
    ("old", "new_code"), [([], D), ([D], D), (["990102001"], D), (["990102"], WEST), (["990107"], D)]
)
def test_district_mergers_that_cannot_be_are_refused(rows, old, new_code):
    town()
    with pytest.raises((Invalid, NotFound)):
        services.merge_districts(actor=SYSTEM, old=old, new_code=new_code)


def test_a_closed_grid_hands_its_rows_up_or_to_its_heir(rows):
    town()
    services.make_grids(actor=SYSTEM, code=WEST + "001", count=3)
    first, second = row(rows, WEST + "001001"), row(rows, WEST + "001002")
    services.close_area(actor=SYSTEM, code=WEST + "001001")
    services.close_area(actor=SYSTEM, code=WEST + "001002", successor=WEST + "001003")
    assert (first.area_now, second.area_now) == (WEST + "001", WEST + "001003")
    assert not Boundary.objects.filter(area__code=WEST + "001001", valid_to=None).exists()


def test_what_has_children_or_is_a_district_is_not_just_closed(rows):
    town()
    with pytest.raises(Conflict):
        services.close_area(actor=SYSTEM, code=WEST)
    with pytest.raises(Invalid):
        services.close_area(actor=SYSTEM, code=D)


def test_a_change_takes_effect_today_or_earlier(rows):
    town()
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Invalid):
        services.merge_areas(actor=SYSTEM, codes=[WEST, EAST], new_name="并", on=tomorrow)
    services.merge_areas(actor=SYSTEM, codes=[WEST, EAST], new_name="并", on=date(2020, 1, 1))
    assert selectors.live(WEST, date(2019, 12, 31)) and not selectors.live(WEST, date(2020, 1, 1))


def test_a_rename_keeps_the_old_name_in_the_journal():
    town()
    services.rename(actor=SYSTEM, code=WEST, name="新华街道")
    area = selectors.get(WEST)
    assert (area.name, area.name_en) == ("新华街道", "Xinhua Subdistrict")
    assert journal.entries_for(area)[-1].public["before"]["name"] == "001街道"
    with pytest.raises(Invalid):
        services.rename(actor=SYSTEM, code=WEST, name=" ")


@pytest.mark.parametrize(
    "change",
    [
        lambda who: services.rename(actor=who, code=WEST, name="甲"),
        lambda who: services.close_area(actor=who, code=WEST + "001"),
        lambda who: services.merge_areas(actor=who, codes=[WEST, EAST], new_name="甲"),
        lambda who: services.split_area(actor=who, code=WEST, parts=[]),
        lambda who: services.merge_districts(actor=who, old=["990102"], new_code=D),
        lambda who: services.make_grids(actor=who, code=WEST, count=2),
        lambda who: services.synthesise_communities(actor=who, street=WEST),
    ],
)
def test_strangers_change_nothing(change):
    town()
    town("990102", x=4)
    with pytest.raises(NotAllowed):
        change(Actor("anonymous"))


def test_numbers_run_out_in_words():
    taken = {f"{WEST}{number:03d}" for number in range(1, 1000)}
    with pytest.raises(Invalid):
        regrafting.free_code(WEST, "community", taken)
    grids = {f"{WEST}001{number:03d}" for number in range(1, 900)}
    with pytest.raises(Invalid):
        regrafting.free_code(WEST + "001", "grid", grids)
    assert regrafting.free_code(WEST + "001", "dedicated_grid", grids) == WEST + "001900"


def test_heirs_are_found_by_place_else_nearest_else_largest():
    heirs = Heirs(["a", "b"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], "b")
    assert (heirs(0.5, 0.5), heirs(1.0, 0.5), heirs(-5, 0.5), heirs(None, None)) == ("a", "b", "a", "b")


def test_an_outline_of_one_part_alone_is_no_union():
    town()
    lonely = AreaFactory(code=D + "003", name="无边街道")
    merged = services.merge_areas(actor=SYSTEM, codes=[WEST, lonely.code], new_name="并街道")
    assert selectors.boundary(merged.code) is None
    assert drawn(merged, box(0, 0, 2, 2)).area == merged
