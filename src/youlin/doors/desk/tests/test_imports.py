"""The import's inbox: who may look, what waits there, and a row that is put right."""

import pytest

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT, point_in
from youlin.apps.cases.imports import mapping, services
from youlin.apps.cases.models import Case, ImportedRow
from youlin.apps.cases.tests import factories
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests.queries import least

pytestmark = pytest.mark.django_db

MAPPING = f"""\
name: 旧台账
source: 街道
licence: internal
district: "{DISTRICT}"
time_zone: Asia/Shanghai
columns:
  number: 编号
  reported_at: {{column: 日期}}
  address: 地址
  category: 类别
  lon: 经度
  lat: 纬度
categories: {{垃圾: {factories.GARBAGE}}}
"""
HEADER = "编号,日期,地址,类别,经度,纬度,备注"
PLACELESS = "A-1,2025-03-01,里仁街 1 号,垃圾,,,第一栏"
WRONG = "A-2,三月二日,里仁街 2 号,垃圾,{},{},第二栏".format(*point_in(GRID))


@pytest.fixture
def imported(tmp_path, people):
    """`imported(*lines)` imports them; the rows that wait, by line."""

    def run(*lines: str) -> list[ImportedRow]:
        (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
        file = tmp_path / "old.csv"
        file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
        services.run(actor=SYSTEM, path=file, mapping=mapping.load(tmp_path / "mapping.yaml"))
        return list(ImportedRow.objects.filter(district=DISTRICT).order_by("line"))

    return run


def words(response) -> str:
    return response.content.decode()


def test_only_who_may_import_looks_in(at_desk, imported):
    [row] = imported(PLACELESS)
    assert at_desk("sun").get("/desk/imports/").status_code == 200
    assert at_desk("zhao").get("/desk/imports/").status_code == 403
    for name, status in (("sun", 200), ("zhao", 404), ("other", 404)):
        assert at_desk(name).get(f"/desk/imports/{row.id}/").status_code == status
    assert "A-1" not in words(at_desk("other").get("/desk/imports/", {"district": OTHER_DISTRICT}))


def test_rows_wait_by_what_is_wrong_with_them(at_desk, imported):
    imported(PLACELESS, WRONG)
    client = at_desk("sun")
    page = words(client.get("/desk/imports/"))
    assert "A-1" in page and "没有坐标" in page and "A-2" not in page and "old.csv" in page
    page = words(client.get("/desk/imports/", {"state": "error", "page": "x"}))
    assert "A-2" in page and "读不懂日期" in page and "A-1" not in page


def test_an_empty_inbox_says_so(at_desk, people):
    assert "没有等着的行" in words(at_desk("sun").get("/desk/imports/"))


def test_a_row_gets_its_place_and_becomes_a_case(at_desk, imported, people):
    first, second = imported(PLACELESS, PLACELESS.replace("A-1", "A-9"))
    client = at_desk("sun")
    page = words(client.get(f"/desk/imports/{first.id}/"))
    assert "里仁街 1 号" in page and "第一栏" in page
    lon, lat = point_in(GRID)
    answer = client.post(f"/desk/imports/{first.id}/", {"lon": lon, "lat": lat})
    assert answer["Location"] == f"/desk/imports/{second.id}/"
    case = Case.objects.get()
    assert (case.external_number, case.area_now, case.address) == ("A-1", GRID, "里仁街 1 号")
    assert case.number in words(client.get(answer["Location"]))
    entry = journal.entries_for(first.run)[-1]
    assert (entry.act, entry.actor_person) == ("cases.row_placed", people.sun.id)
    assert entry.after["corrected"] == ["纬度", "经度"]
    assert client.get(f"/desk/imports/{first.id}/").status_code == 404
    last = client.post(f"/desk/imports/{second.id}/", {"lon": lon, "lat": lat})
    assert last["Location"] == f"/desk/imports/?district={DISTRICT}&state=no_place"


def test_a_wrong_cell_is_put_right_beside_its_problem(at_desk, imported, tmp_path):
    [row] = imported(WRONG)
    client = at_desk("sun")
    page = words(client.get(f"/desk/imports/{row.id}/"))
    assert '<a href="#id_cell-1">日期：读不懂日期' in page and 'id="id_cell-1"' in page
    still = client.post(f"/desk/imports/{row.id}/", {"cell-1": "三月三日", "cell-3": "改过的地址"})
    assert still.status_code == 422
    assert "三月三日" in words(still) and "改过的地址" in words(still)
    given = {"cell-1": "2025-03-02", "cell-3": "改过的地址"}
    assert client.post(f"/desk/imports/{row.id}/", given).status_code == 302
    assert Case.objects.get().address == "改过的地址"
    imported(WRONG)
    assert Case.objects.count() == 1, "the file as it was adds it no second time"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "没有坐标"),
        ({"lon": "0", "lat": "0"}, "不在本区内"),
        ({"lon": "东边", "lat": "39.9"}, "WGS84"),
        ({"lon": "nan", "lat": "39.9"}, "WGS84"),
    ],
)
def test_a_place_that_is_none_is_told(at_desk, imported, given, told):
    [row] = imported(PLACELESS)
    answer = at_desk("sun").post(f"/desk/imports/{row.id}/", given)
    assert answer.status_code == 422 and told in words(answer)
    assert not Case.objects.exists()


def test_where_the_same_address_was_seen_is_offered(at_desk, imported):
    lon, lat = point_in(GRID)
    imported(f"A-0,2025-02-01,里仁街 1 号,垃圾,{lon},{lat},", PLACELESS)
    row = ImportedRow.objects.get(state="no_place")
    page = words(at_desk("sun").get(f"/desk/imports/{row.id}/"))
    assert "同一地址的案件曾在这里" in page and f'value="{lon}"' in page


def test_the_list_costs_the_same_for_any_number_of_rows(at_desk, imported):
    client = at_desk("sun")
    imported(PLACELESS)
    few = least(lambda: client.get("/desk/imports/"))
    imported(*(PLACELESS.replace("A-1", f"B-{n}") for n in range(12)))
    assert least(lambda: client.get("/desk/imports/")) <= few
