"""GeoReport v2, reading: discovery, services, requests, tokens, filters, errors; the same in JSON and XML."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT, SIBLING_GRID, Cast
from youlin.apps.cases import services
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, NOISE, TIP_OFF, reported
from youlin.doors.open.tests.georeport import FORMS, ask, content, errors, numbers
from youlin.kernel import clock
from youlin.kernel.tests.queries import least

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(client: Client):
    """Ask in both formats; the one content that they share."""

    def asked(path: str, **arguments: str):
        as_json, as_xml = (ask(client, path, form, **arguments) for form in FORMS)
        assert as_json.status_code == as_xml.status_code == 200
        assert content(as_json) == content(as_xml)
        return content(as_json)

    return asked


def test_discovery_says_where_and_in_which_formats(people: Cast, client: Client) -> None:
    found = [content(client.get(f"/open311/discovery.{form}")) for form in FORMS]
    assert found[0] == found[1]
    [endpoint] = found[0]["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]


def test_services_are_the_categories_people_can_report(people: Cast, both) -> None:
    rows = {row["service_code"]: row for row in both("services")}
    assert GARBAGE in rows and "event" not in rows
    assert rows[GARBAGE] == {
        "service_code": GARBAGE,
        "service_name": "暴露垃圾",
        "description": "路边散落或满溢的生活垃圾。",
        "metadata": "false",
        "type": "realtime",
        "keywords": "垃圾, 厨余, 垃圾满溢",
        "group": "事件",
    }


def test_a_service_says_that_it_asks_for_nothing_more(people: Cast, client: Client) -> None:
    as_json, as_xml = (ask(client, f"services/{GARBAGE}", form) for form in FORMS)
    assert content(as_json) == {"service_code": GARBAGE, "attributes": []}
    assert content(as_xml) == content(as_json)


@pytest.mark.parametrize("code", ["nothing", "event", "a.b.c.d"])
@pytest.mark.parametrize("form", FORMS)
def test_a_service_that_nobody_offers_is_404(people: Cast, client: Client, code: str, form: str) -> None:
    answer = ask(client, f"services/{code}", form)
    assert answer.status_code == 404
    assert errors(answer)[0].startswith("service_code: ")


def test_a_request_is_told_alike_in_both_formats(people: Cast, both) -> None:
    receipt = reported(text="第一行\r\n<b>第二行</b> & “引号”\x07", address="椿树馆街 3 号")
    [row] = both("requests")
    assert row == both(f"requests/{receipt.number}")[0]
    assert row["service_request_id"] == receipt.number
    assert (row["status"], row["status_notes"]) == ("open", "待立案")
    assert (row["service_code"], row["service_name"]) == (GARBAGE, "暴露垃圾")
    assert row["description"] == "第一行\n<b>第二行</b> & “引号”"
    assert row["agency_responsible"] == "椿树街道 · 四川营 · 四川营一网格"
    assert (row["address"], row["address_id"], row["zipcode"]) == ("椿树馆街 3 号", GRID, None)
    lon, lat = factories.point_in(GRID)
    assert (float(row["long"]), float(row["lat"])) == (lon, lat)
    assert row["requested_datetime"].endswith("+00:00") and row["expected_datetime"]


def test_a_closed_request_was_updated_when_it_was_closed(people: Cast, both) -> None:
    case = factories.closed(people.wang.actor, people.zhao.actor, actor=people.li.actor)
    with clock.frozen(clock.now() + timedelta(days=1)):
        services.rate(
            case_number=case.number, actor=people.li.actor, solved=True, stars=5, idempotency_key="r"
        )
    [row] = both("requests")
    assert row["status"] == "closed"
    assert row["updated_datetime"] == Case.objects.get(id=case.id).closed_at.isoformat(timespec="seconds")


def test_the_place_is_coarse_where_the_category_asks(people: Cast, both) -> None:
    reported(category=NOISE, address="里仁街 8 号 2 单元")
    [row] = both("requests")
    assert row["address"] is None and row["address_id"] == "110102001"
    assert len(row["lat"].partition(".")[2]) <= 3


def test_tokens_lead_to_the_number(people: Cast, both, client: Client) -> None:
    number = reported().number
    assert both(f"tokens/{number}") == [{"service_request_id": number, "token": number}]
    answer = ask(client, "tokens/nothing")
    assert answer.status_code == 404 and errors(answer)[0].startswith("token: ")


class TestFilters:
    def test_by_numbers_which_overrides_all_others(self, people: Cast, client: Client) -> None:
        first, second, _third = (reported(idempotency_key=f"k{n}").number for n in range(3))
        answer = ask(
            client, "requests", service_request_id=f"{first}, {second},nothing", status="closed", page="7"
        )
        assert set(numbers(answer)) == {first, second}

    def test_by_service_code_one_or_several(self, people: Cast, client: Client) -> None:
        rubbish, noise = reported().number, reported(category=NOISE).number
        assert numbers(ask(client, "requests", service_code=NOISE)) == [noise]
        assert set(numbers(ask(client, "requests", service_code=f"{NOISE},{GARBAGE}"))) == {rubbish, noise}
        assert numbers(ask(client, "requests", service_code="nothing")) == []
        twice = client.get(
            f"/open311/v2/requests.json?jurisdiction_id={DISTRICT}&service_code={NOISE}&service_code={GARBAGE}"
        )
        assert set(numbers(twice)) == {rubbish, noise}

    def test_by_status(self, people: Cast, client: Client) -> None:
        opened, shut = reported().number, factories.closed(people.wang.actor, people.zhao.actor).number
        assert numbers(ask(client, "requests", status="open")) == [opened]
        assert numbers(ask(client, "requests", status="closed")) == [shut]
        assert set(numbers(ask(client, "requests", status="open,closed"))) == {opened, shut}

    def test_by_dates_with_the_last_90_days_as_the_default(self, people: Cast, client: Client) -> None:
        now = clock.now()
        new, old, oldest = (
            factories.many(1, reported_at=now - timedelta(days=days))[0].number for days in (1, 80, 100)
        )
        assert numbers(ask(client, "requests")) == [new, old]
        day = "%Y-%m-%dT%H:%M:%SZ"
        since = (now - timedelta(days=101)).strftime(day)
        until = (now - timedelta(days=90)).strftime(day)
        assert numbers(ask(client, "requests", start_date=since, end_date=until)) == [oldest]
        assert numbers(ask(client, "requests", end_date=until)) == [oldest]
        assert numbers(ask(client, "requests", start_date=since)) == [old, oldest]
        assert numbers(ask(client, "requests", start_date=since, end_date=now.strftime(day))) == [old, oldest]

    def test_a_plus_that_arrived_as_a_blank_still_is_an_offset(self, people: Cast, client: Client) -> None:
        number = reported().number
        start = (clock.now() - timedelta(hours=1)).isoformat()
        path = f"/open311/v2/requests.json?jurisdiction_id={DISTRICT}&start_date={start}"
        assert numbers(client.get(path)) == [number]
        assert numbers(ask(client, "requests", start_date=start[:10])) == [number]

    def test_by_what_changed_lately(self, people: Cast, client: Client) -> None:
        now = clock.now()
        old = now - timedelta(days=200)
        changed = factories.many(1, reported_at=old, updated_at=now)[0].number
        factories.many(1, reported_at=now, updated_at=old)
        since = (now - timedelta(days=1)).isoformat()
        assert numbers(ask(client, "requests", updated_after=since)) == [changed]

    def test_in_pages(self, people: Cast, client: Client) -> None:
        made = [case.number for case in factories.many(5)]
        pages = [numbers(ask(client, "requests", page=str(n), page_size="2")) for n in (1, 2, 3, 4)]
        assert pages == [made[0:2], made[2:4], made[4:5], []]

    def test_an_empty_argument_is_the_same_as_none(self, people: Cast, client: Client) -> None:
        number = reported().number
        blank = dict.fromkeys(("service_request_id", "service_code", "status", "start_date", "page"), "")
        assert numbers(ask(client, "requests", **blank)) == [number]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", "done"),
            ("start_date", "yesterday"),
            ("start_date", "2026-02-31T00:00:00Z"),
            ("end_date", "0001-01-01T00:00:00+14:00"),
            ("start_date", "9999-12-31T23:59:59-14:00"),
            ("page", "0"),
            ("page", "-1"),
            ("page", "²"),
            ("page", "9" * 5000),
            ("page_size", "1001"),
            ("page_size", "ten"),
            ("service_code", ",".join(str(n) for n in range(101))),
            ("service_request_id", ",".join(str(n) for n in range(1001))),
        ],
    )
    @pytest.mark.parametrize("form", FORMS)
    def test_what_makes_no_sense_is_told_by_name(
        self, people: Cast, client: Client, name: str, value: str, form: str
    ) -> None:
        answer = ask(client, "requests", form, **{name: value})
        assert answer.status_code == 400
        assert errors(answer)[0].startswith(f"{name}: ")

    def test_an_end_before_the_start_is_told(self, people: Cast, client: Client) -> None:
        answer = ask(client, "requests", start_date="2026-02-02T00:00:00Z", end_date="2026-02-01T00:00:00Z")
        assert answer.status_code == 400 and errors(answer)[0].startswith("end_date: ")


class TestJurisdiction:
    @pytest.mark.parametrize(
        "path", ["services", f"services/{GARBAGE}", "requests", "requests/x", "tokens/x"]
    )
    @pytest.mark.parametrize("form", FORMS)
    def test_it_must_be_named_where_there_are_several(
        self, people: Cast, client: Client, path: str, form: str
    ) -> None:
        missing = ask(client, path, form, jurisdiction_id=None)
        assert missing.status_code == 400 and errors(missing)[0].startswith("jurisdiction_id: ")
        unknown = ask(client, path, form, jurisdiction_id="sfgov.org")
        assert unknown.status_code == 404 and DISTRICT in errors(unknown)[0]

    def test_another_district_shows_none_of_our_requests(self, people: Cast, client: Client) -> None:
        number = reported().number
        assert numbers(ask(client, "requests", jurisdiction_id=OTHER_DISTRICT)) == []
        assert ask(client, f"requests/{number}", jurisdiction_id=OTHER_DISTRICT).status_code == 404


class TestWhatIsNotPublic:
    @pytest.fixture
    def hidden(self, people: Cast) -> list[str]:
        """Confidential, protected, void and repeated: four ways not to be public."""
        void = factories.do(reported().case, "void").number
        repeated, original = reported().case, reported().case
        Case.objects.filter(id=repeated.id).update(duplicate_of=original)
        Case.objects.filter(id=original.id).update(public=False)
        secret, shielded = reported(category=TIP_OFF).number, reported(protected=True).number
        return [void, repeated.number, original.number, secret, shielded]

    @pytest.mark.parametrize("form", FORMS)
    def test_it_is_never_shown(self, hidden: list[str], client: Client, form: str) -> None:
        assert numbers(ask(client, "requests", form)) == []
        assert numbers(ask(client, "requests", form, service_request_id=",".join(hidden))) == []
        for number in hidden:
            for path in (f"requests/{number}", f"tokens/{number}"):
                answer = ask(client, path, form)
                assert answer.status_code == 404, path
                assert errors(answer) == errors(ask(client, path.split("/")[0] + "/XC-000000000", form))


def test_answers_hold_nothing_personal(people: Cast, client: Client) -> None:
    text = "我是李小哥，电话 13800138001，身份证 11010519491231002X，邮箱 li@example.cn，车牌京A12345"
    case = reported(actor=people.li.actor, text=text, contact="13800138001", address="电话 13800138001").case
    factories.do(case, "file")
    factories.do(case, "dispatch")
    for form in FORMS:
        answer = ask(client, "requests", form).content.decode()
        assert "电话" in answer
        for secret in (
            "13800138001",
            "11010519491231002X",
            "li@example.cn",
            "A12345",
            "王网格",
            str(people.wang.id),
        ):
            assert secret not in answer


def test_a_longer_list_asks_the_database_no_more_often(people: Cast, client: Client) -> None:
    def queries() -> int:
        return least(lambda: ask(client, "requests"))

    for case in factories.many(2):
        _photographed(case)
    few = queries()
    for case in factories.many(30, area=SIBLING_GRID, category=NOISE):
        _photographed(case)
    assert queries() == few <= 12


def _photographed(case: Case) -> None:
    case.media.create(district=case.district, file_id=factories.photo(), step="reported", public=True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_that_is_not_taken_is_told(people: Cast, client: Client, form: str, method: str) -> None:
    answer = getattr(client, method)(f"/open311/v2/requests.{form}")
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD, POST"
    assert errors(answer)
    answer = client.post(f"/open311/v2/services.{form}")
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD"


def test_another_format_is_404(people: Cast, client: Client) -> None:
    answer = ask(client, "services", "yaml")
    assert answer.status_code == 404 and errors(answer) == ["format: 没有这种格式 请用 json 或 xml"]
