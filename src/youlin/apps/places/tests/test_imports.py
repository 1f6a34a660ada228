"""Tables of places: what is good is taken in once, what is wrong told with column and remedy, all of it undone."""

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import override
from openpyxl import Workbook

from tests.cast import DISTRICT, STREET, make_areas, point_in
from youlin.apps.areas import selectors as areas
from youlin.apps.areas.geometry import crs
from youlin.apps.places import services as places
from youlin.apps.places.imports import exporting, services
from youlin.apps.places.imports.services import Outcome
from youlin.apps.places.models import Facility, Place, PlaceImport, PlaceImportRow, PlaceKind
from youlin.apps.places.tests.factories import declare_words, make_place, steward
from youlin.kernel import journal, search
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = ("名称", "种类", "经度", "纬度", "地址", "开放时间", "设施", "轮椅", "容量")


@pytest.fixture(autouse=True)
def district() -> None:
    make_areas()
    declare_words()


def row(name: str = "新驿站", **more: Any) -> dict[str, Any]:
    lon, lat = point_in(STREET)
    given = {
        "名称": name,
        "种类": "暖心驿站",
        "经度": lon,
        "纬度": lat,
        "开放时间": "周一至周五 9:00-17:00，节假日休息",
    }
    return given | {"设施": "饮水、微波炉"} | more


def file_of(folder: Path, rows: list[dict[str, Any]], name: str = "places.csv") -> Path:
    path = folder / name
    headings = list(dict.fromkeys([key for one in rows for key in one]))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, headings)
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(path: Path, **more: Any) -> Outcome:
    return services.take(actor=SYSTEM, district=DISTRICT, path=path, **more)


def check(path: Path, **more: Any) -> Outcome:
    return services.check(actor=SYSTEM, district=DISTRICT, path=path, **more)


def wrong(outcome: Outcome) -> dict[int, tuple[str, str, str]]:
    return {line: (column, problem.message, problem.remedy) for line, column, problem in outcome.refused}


def test_good_rows_are_kept_and_the_others_told_with_column_and_remedy(tmp_path: Path) -> None:
    wrongs = {"种类": "飞船", "开放时间": "随缘", "经度": "东", "设施": "火箭", "容量": "很多"}
    rows = [row("一"), *(row(f"错{column}", **{column: text}) for column, text in wrongs.items())]
    outcome = take(file_of(tmp_path, rows))
    assert outcome.counts == {"new": 1, "refused": 5}
    told = wrong(outcome)
    assert told[3][0] == "种类" and "暖心驿站（station）" in told[3][2]
    assert told[4][0] == "开放时间" and "随缘" in told[4][1] and "周一至周五" in told[4][2]
    assert told[5][0] == "经度" and told[6][0] == "设施" and told[7][0] == "容量"
    place = Place.objects.get()
    assert (place.name, place.hours) == ("一", "Mo-Fr 09:00-17:00; PH off")
    assert {one.facility.code for one in place.facilities.all()} == {"water", "microwave"}
    assert place.confirmed_how == "steward"
    assert journal.entries_for(place)[0].act == "places.registered"
    assert search.matching_ids(district=DISTRICT, kind="places.place", query="一").exists()
    assert PlaceImportRow.objects.filter(state="refused").count() == 5
    assert journal.verify() == []


def test_the_remedies_are_in_the_reader_s_language(tmp_path: Path) -> None:
    path = file_of(tmp_path, [row("船", 种类="飞船"), row("箭", 设施="火箭、飞毯")])
    PlaceKind.objects.filter(code="station").update(name_en="Rest station")
    Facility.objects.filter(code="water").update(name_en="Drinking water")
    with translation.override("en"):
        told = wrong(check(path))
    assert ", Rest station (station)" in told[2][2] and "Drinking water (water)" in told[3][2]
    assert not [char for line in told.values() for char in line[2] if char in "、（" or char > "\u4e00"]
    assert "火箭, 飞毯" in told[3][1]


def test_a_preview_writes_nothing_and_says_the_same(tmp_path: Path) -> None:
    path = file_of(tmp_path, [row("一"), row("二", 种类="飞船")])
    entries = journal.JournalEntry.objects.count()
    preview = check(path)
    assert preview.counts == {"new": 1, "refused": 1}
    assert not Place.objects.exists() and not PlaceImport.objects.exists()
    assert journal.JournalEntry.objects.count() == entries
    outcome = take(path)
    assert (outcome.counts, wrong(outcome)) == (preview.counts, wrong(preview))


def test_coordinates_swapped_shifted_or_elsewhere_are_told(tmp_path: Path) -> None:
    lon, lat = point_in(STREET)
    outcome = check(file_of(tmp_path, [row("换", 经度=lat, 纬度=lon), row("远", 经度=121.47, 纬度=31.23)]))
    told = wrong(outcome)
    assert told[2][0] == "经度" and "写反" in told[2][2]
    assert "不在本区" in told[3][1] and "WGS84" in told[3][2]


def test_a_whole_file_in_another_order_or_system_is_suspected_and_can_be_read(tmp_path: Path) -> None:
    edge = _points_at_the_edge(40)
    swapped = check(file_of(tmp_path, [row(f"换{n}", 经度=y, 纬度=x) for n, (x, y) in enumerate(edge)]))
    assert any("写反" in hint for hint in swapped.hints)
    shifted = [crs.wgs84_to_gcj02(x, y) for x, y in edge]
    path = file_of(tmp_path, [row(f"偏{n}", 经度=x, 纬度=y) for n, (x, y) in enumerate(shifted)], "gcj.csv")
    assert any("GCJ-02" in hint for hint in check(path).hints)
    outcome = take(path, crs="gcj02")
    assert outcome.counts == {"new": 40} and not outcome.hints
    first = Place.objects.get(name="偏0")
    assert abs(first.lon - edge[0][0]) < 1e-7 and abs(first.lat - edge[0][1]) < 1e-7


def _points_at_the_edge(count: int) -> list[tuple[float, float]]:
    """Points of the district that lie outside it when they are shifted as GCJ-02 is."""
    lon, lat = point_in(STREET)
    steps = np.arange(20_000)
    x, y = lon + (steps % 200 - 100) * 0.0006, lat + (steps // 200 - 50) * 0.0006
    here = areas.locate_many(x, y, prefix=DISTRICT) != ""
    there = areas.locate_many(*crs.wgs84_to_gcj02(x, y), prefix=DISTRICT) != ""
    edge = np.flatnonzero(here & ~there)[:count]
    assert len(edge) == count, "the district has an edge"
    return list(zip(x[edge].tolist(), y[edge].tolist(), strict=True))


def test_what_is_there_is_not_made_twice(tmp_path: Path) -> None:
    path = file_of(tmp_path, [row("一"), row("二", 来源="甲", 来源编号="7")])
    assert take(path).counts == {"new": 2}
    assert take(path).counts == {"same": 2}
    moved = row("二改名", 来源="甲", 来源编号="7")
    assert take(file_of(tmp_path, [row("一", 地址="煤市街3号"), moved])).counts == {"changed": 2}
    assert set(Place.objects.values_list("name", "address")) == {("一", "煤市街3号"), ("二改名", "")}
    number = Place.objects.get(name="一").number
    assert take(file_of(tmp_path, [{"编号": number, "容量": "12"}])).counts == {"changed": 1}
    assert Place.objects.get(number=number).capacity == 12
    assert Place.objects.count() == 2
    assert journal.verify() == []


def test_the_same_place_twice_in_a_file_is_told(tmp_path: Path) -> None:
    outcome = take(file_of(tmp_path, [row("一"), row("一"), row("一", 种类="友好餐厅")]))
    assert outcome.counts == {"new": 2, "refused": 1}
    assert "第 2 行" in wrong(outcome)[3][1]
    assert "没有编号" in wrong(check(file_of(tmp_path, [row("九", 编号="P-000")])))[2][1]


def test_facilities_that_stand_keep_what_is_known_of_them(tmp_path: Path) -> None:
    place = make_place(name="一", facilities={"water": {"working": False, "note": "坏了"}})
    lon, lat = place.lon, place.lat
    assert take(file_of(tmp_path, [row("一", 设施="饮水", 开放时间="", 经度=lon, 纬度=lat)])).counts == {
        "same": 1
    }
    take(file_of(tmp_path, [row("一", 设施="饮水|充电", 开放时间="", 经度=lon, 纬度=lat)]))
    water = place.facilities.get(facility__code="water")
    assert (water.working, water.note) == (False, "坏了") and place.facilities.count() == 2


def test_an_import_is_undone_as_a_whole(tmp_path: Path) -> None:
    old = make_place(name="旧", address="原地址", facilities={"water": {}})
    rows = [row("旧", 地址="新地址", 设施="充电", 开放时间=""), row("新"), row("留下")]
    outcome = take(file_of(tmp_path, rows))
    assert outcome.counts == {"changed": 1, "new": 2} and outcome.run
    stays = Place.objects.get(name="留下")
    places.change_place(actor=SYSTEM, district=DISTRICT, place_id=stays.id, values={"phone": "010-1"})
    counts = services.undo(actor=SYSTEM, district=DISTRICT, run_id=outcome.run)
    assert counts == {"retired": 1, "restored": 1, "kept": 1}
    old.refresh_from_db()
    assert old.address == "原地址" and [one.facility.code for one in old.facilities.all()] == ["water"]
    assert Place.objects.get(name="新").retired_at and not Place.objects.get(name="留下").retired_at
    assert not search.matching_ids(district=DISTRICT, kind="places.place", query="新").exists()
    with pytest.raises(Conflict):
        services.undo(actor=SYSTEM, district=DISTRICT, run_id=outcome.run)
    again = take(file_of(tmp_path, [row("新")]))
    assert again.counts == {"new": 1}
    assert journal.verify() == []


def test_what_was_undone_comes_back_by_its_source(tmp_path: Path) -> None:
    path = file_of(tmp_path, [row("一", 来源="甲", 来源编号="7")])
    first = take(path)
    assert first.run
    services.undo(actor=SYSTEM, district=DISTRICT, run_id=first.run)
    second = take(path)
    assert second.counts == {"changed": 1} and Place.objects.get().retired_at is None
    assert second.run
    assert services.undo(actor=SYSTEM, district=DISTRICT, run_id=second.run)["retired"] == 1
    assert Place.objects.get().retired_at is not None


def test_an_export_read_in_again_changes_nothing(tmp_path: Path) -> None:
    make_place(
        name="一",
        phone="+86 10 1234",
        facilities={"water": {}},
        accessibility={"wheelchair": {"level": "yes"}},
    )
    make_place(name="二", hours="24/7", capacity=8, public=False, lon=point_in(STREET)[0] + 0.0001)
    path = tmp_path / "all.csv"
    path.write_text("".join(exporting.table(SYSTEM, DISTRICT)), encoding="utf-8", newline="")
    assert "'+86" in path.read_text(encoding="utf-8")
    assert take(path).counts == {"same": 2}


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(list(row()))
    book.active.append(list(row().values()))
    book.save(tmp_path / "places.xlsx")
    assert take(tmp_path / "places.xlsx").counts == {"new": 1}


def test_a_table_without_its_columns_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        take(file_of(tmp_path, [{"店名": "一", "经度": 1}]))
    [problem] = refused.value.problems
    assert "种类、名称、纬度" in problem.message and "开放时间" in problem.remedy
    assert not PlaceImport.objects.exists()
    assert check(file_of(tmp_path, [row(备注="x")])).unread == ("备注",)


def test_an_uploaded_file_waits_and_is_taken_in_once(tmp_path: Path) -> None:
    content = file_of(tmp_path, [row("一"), row("二", 种类="飞船")]).read_bytes()
    with pytest.raises(Invalid):
        services.keep_file(actor=SYSTEM, district=DISTRICT, name="a.exe", content=b"MZ", crs="wgs84")
    with pytest.raises(Invalid):
        services.keep_file(
            actor=SYSTEM, district=DISTRICT, name="a.xlsx", content=b"no workbook", crs="wgs84"
        )
    services.keep_file(actor=SYSTEM, district=DISTRICT, name="a.csv", content=content, crs="wgs84")
    run, preview = services.keep_file(
        actor=SYSTEM, district=DISTRICT, name="a.csv", content=content, crs="wgs84"
    )
    assert preview.counts == {"new": 1, "refused": 1} and PlaceImport.objects.count() == 1
    assert not Place.objects.exists()
    assert services.take_kept(actor=SYSTEM, district=DISTRICT, run_id=run).counts == preview.counts
    with pytest.raises(Conflict):
        services.take_kept(actor=SYSTEM, district=DISTRICT, run_id=run)
    [listed] = exporting.runs(SYSTEM, DISTRICT)
    assert listed.counts == {"read": 2, "new": 1, "refused": 1} and not listed.waiting
    told, refused = exporting.run(SYSTEM, DISTRICT, run)
    assert told.id == run and refused[0][:2] == (3, "种类")


def test_who_does_not_keep_the_whole_district_imports_nothing(tmp_path: Path) -> None:
    path = file_of(tmp_path, [row("一")])
    of_a_street = steward()
    for call in (services.check, services.take):
        with pytest.raises(NotAllowed):
            call(actor=of_a_street, district=DISTRICT, path=path)
    with pytest.raises(NotAllowed):
        list(exporting.table(of_a_street, DISTRICT))
    of_all = steward(DISTRICT, "sun")
    outcome = services.take(actor=of_all, district=DISTRICT, path=path)
    assert outcome.counts == {"new": 1}
    assert Place.objects.get().confirmed_by_id == of_all.person_id


ENGLISH_ROW = {"名称": "Name", "种类": "Kind", "经度": "Longitude", "纬度": "Latitude", "设施": "Facilities"}


def test_a_table_with_english_headings_is_taken_in_and_its_columns_named_as_they_are(tmp_path: Path) -> None:
    good = {ENGLISH_ROW[key]: value for key, value in row().items() if key in ENGLISH_ROW}
    with override("en"):
        outcome = take(file_of(tmp_path, [good, good | {"Name": "Other", "Longitude": "x", "Latitude": "y"}]))
    assert outcome.counts == {"new": 1, "refused": 1}
    [(line, column, problem)] = outcome.refused
    assert (line, column) == (3, "Longitude") and problem.message.isascii()


def test_missing_columns_are_named_in_the_language_of_whoever_asks(tmp_path: Path) -> None:
    path = file_of(tmp_path, [{"Name": "x"}])
    with override("en"), pytest.raises(Invalid, match="Kind, Longitude, Latitude"):
        take(path)
    with pytest.raises(Invalid, match="种类、经度、纬度"):
        take(path)


def test_what_is_there_is_looked_for_in_indexes(tmp_path: Path) -> None:
    """However many places there are: a batch reads those it names, and takes the same queries at any length."""
    take(file_of(tmp_path, [row("甲", 来源="s", 来源编号="1")]))
    more = [row(f"第{number}号", 来源="s", 来源编号=str(number)) for number in range(2, 40)]
    with CaptureQueriesContext(connection) as caught:
        assert take(file_of(tmp_path, more)).counts == {"new": 38}
    assert len(caught) <= 32
    [sql] = [one["sql"] for one in caught if '"source_ref" IN' in one["sql"]]
    assert re.search(r"NOT \(\"places_place\".\"source_ref\" = ''", sql)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert any("place_source_once (district=? AND source=?" in line[3] for line in cursor.fetchall())
