"""GeoReport v2, creating: keys, arguments, repeats, and what the sender may read afterwards."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT, STREET, Cast, point_in
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case, CaseReporter
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, TIP_OFF
from youlin.apps.parties import clients
from youlin.apps.parties.models import ApiClient
from youlin.doors.open.tests.georeport import FORMS, ask, content, errors, send
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def made(response) -> Case:
    """The case that a POST made."""
    assert response.status_code == 201, response.content.decode()
    [row] = content(response)
    assert set(row) == {"service_request_id", "service_notice", "account_id"}
    return Case.objects.get(number=row["service_request_id"])


@pytest.mark.parametrize("form", FORMS)
def test_a_request_becomes_a_case_in_the_name_of_the_client(
    people: Cast, client: Client, api_key: str, form: str
) -> None:
    answer = send(client, api_key, form, address_string="椿树馆街 3 号", phone="13800138001")
    case = made(answer)
    assert (case.district, case.category, case.channel) == (DISTRICT, GARBAGE, "open311")
    assert (case.area_now, case.address, case.description) == (GRID, "椿树馆街 3 号", "楼下垃圾满溢")
    assert not case.anonymous and case.reporters.get().contact == "13800138001"
    [entry] = journal.entries_for(case)
    assert (entry.actor_kind, entry.actor_client) == ("client", ApiClient.objects.get().id)
    assert content(ask(client, f"requests/{case.number}", form))[0]["status"] == "open"
    assert "13800138001" not in answer.content.decode()


def test_the_notice_carries_the_link_for_the_one_who_reports(
    people: Cast, client: Client, api_key: str
) -> None:
    [row] = content(send(client, api_key))
    link = row["service_notice"].rpartition("：")[2]
    token = link.rpartition("?t=")[2]
    assert link == f"http://testserver/track/{row['service_request_id']}/?t={token}"
    assert selectors.track(row["service_request_id"], token).case.number == row["service_request_id"]


def test_without_contact_the_report_is_anonymous(people: Cast, client: Client, api_key: str) -> None:
    case = made(send(client, api_key, first_name="小哥", last_name="李", device_id="d", account_id="a"))
    assert case.anonymous and case.reporters.get().contact == ""


def test_a_mail_address_is_a_contact_too(people: Cast, client: Client, api_key: str) -> None:
    assert made(send(client, api_key, email="li@example.cn")).reporters.get().contact == "li@example.cn"


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ({"lat": None, "long": None, "address_string": "西城区椿树馆街"}, DISTRICT),
        ({"lat": None, "long": None, "address_id": STREET}, STREET),
        ({"lat": "", "long": "", "address_id": STREET, "address_string": "东街"}, STREET),
    ],
)
def test_a_place_is_a_point_an_address_or_an_area_code(
    people: Cast, client: Client, api_key: str, place: dict, area: str
) -> None:
    assert made(send(client, api_key, **place)).area_now == area


def test_the_description_may_be_missing(people: Cast, client: Client, api_key: str) -> None:
    assert made(send(client, api_key, description=None)).description == "暴露垃圾"


def test_the_address_of_a_picture_is_kept_with_the_words(people: Cast, client: Client, api_key: str) -> None:
    case = made(send(client, api_key, media_url="https://example.cn/1.jpg"))
    assert case.description == "楼下垃圾满溢\nhttps://example.cn/1.jpg"
    assert made(send(client, api_key, media_url="javascript:alert(1)")).description == "楼下垃圾满溢"


@pytest.mark.parametrize("form", FORMS)
class TestRefusals:
    def test_a_missing_or_wrong_key_is_403(self, people: Cast, client: Client, form: str) -> None:
        for key in (None, "", "wrong", "demo"):
            answer = send(client, key, form)
            assert answer.status_code == 403 and errors(answer)[0].startswith("api_key: ")
        assert not Case.objects.exists()

    def test_a_revoked_key_is_403(self, people: Cast, client: Client, form: str) -> None:
        issued, key = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="old")
        clients.revoke_key(actor=SYSTEM, client=issued)
        assert send(client, key, form).status_code == 403

    def test_a_key_that_may_not_report_is_403(self, people: Cast, client: Client, form: str) -> None:
        issued, key = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="reader")
        ApiClient.objects.filter(id=issued.id).update(may_report=False)
        assert send(client, key, form).status_code == 403

    def test_a_key_of_another_district_is_403(self, people: Cast, client: Client, form: str) -> None:
        _issued, key = clients.issue_key(actor=SYSTEM, district=OTHER_DISTRICT, name="neighbour")
        assert send(client, key, form).status_code == 403

    def test_jurisdiction_is_needed_before_the_key(self, people: Cast, client: Client, form: str) -> None:
        answer = send(client, None, form, jurisdiction_id=None)
        assert answer.status_code == 400 and errors(answer)[0].startswith("jurisdiction_id: ")
        assert send(client, None, form, jurisdiction_id="nowhere").status_code == 404

    def test_a_missing_service_is_400_an_unknown_one_404(
        self, people: Cast, client: Client, api_key: str, form: str
    ) -> None:
        for code, status in ((None, 400), (" ", 400), ("nothing", 404), ("event", 404)):
            answer = send(client, api_key, form, service_code=code)
            assert answer.status_code == status and errors(answer)[0].startswith("service_code: ")

    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ({"lat": None}, "lat, long: "),
            ({"lat": None, "long": None}, "lat, long: "),
            ({"lat": "north"}, "lat: "),
            ({"lat": "90.01"}, "lat: "),
            ({"long": "-181"}, "long: "),
            ({"long": "nan"}, "long: "),
            ({"lat": "1e1"}, "lat: "),
            ({"lat": "1_0"}, "lat: "),
            ({"lat": "9" * 4000}, "lat: "),
            ({"lat": "0", "long": "0"}, "lat, long: "),
            ({"lat": None, "long": None, "address_id": "999"}, "address_id: "),
            ({"description": "长" * 4001}, "description: "),
            ({"phone": "1" * 121}, "phone, email: "),
            ({"description": "a\0b"}, "description: "),
        ],
    )
    def test_what_is_wrong_is_told_by_the_name_of_the_argument(
        self, people: Cast, client: Client, api_key: str, form: str, fields: dict, named: str
    ) -> None:
        answer = send(client, api_key, form, **fields)
        assert answer.status_code == 400
        assert errors(answer)[0].startswith(named)
        assert not Case.objects.exists()

    def test_a_point_in_another_district_is_told(
        self, people: Cast, client: Client, api_key: str, form: str
    ) -> None:
        lon, lat = point_in(OTHER_DISTRICT)
        answer = send(client, api_key, form, lat=str(lat), long=str(lon))
        assert answer.status_code == 400 and errors(answer)[0].startswith("lat, long: ")


class TestRepeats:
    NOON = datetime(2026, 6, 1, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

    @pytest.mark.parametrize("minute", [0, 1, 9])
    def test_the_same_content_within_ten_minutes_is_one_case(
        self, people: Cast, client: Client, api_key: str, minute: int
    ) -> None:
        first = self.NOON + timedelta(minutes=minute)
        answers = []
        for later in (0, 1, 5, 9.9):
            with clock.frozen(first + timedelta(minutes=later)):
                answers.append(send(client, api_key))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert Case.objects.count() == CaseReporter.objects.count() == 1
        with clock.frozen(first + timedelta(minutes=10.1)):
            assert made(send(client, api_key)).number not in answers[0].content.decode()

    def test_other_content_is_another_case(self, people: Cast, client: Client, api_key: str) -> None:
        for fields in ({}, {"description": "又有垃圾"}, {"phone": "13800138001"}, {"address_string": "东街"}):
            made(send(client, api_key, **fields))
        assert Case.objects.count() == 4

    def test_another_client_is_another_reporter(self, people: Cast, client: Client, api_key: str) -> None:
        _issued, other = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="other")
        assert made(send(client, api_key)) != made(send(client, other))

    def test_either_format_is_the_same_request(self, people: Cast, client: Client, api_key: str) -> None:
        assert made(send(client, api_key, "json")) == made(send(client, api_key, "xml"))

    def test_the_clients_own_key_decides_where_there_is_one(
        self, people: Cast, client: Client, api_key: str
    ) -> None:
        one, two = {"Idempotency-Key": "one"}, {"Idempotency-Key": "two"}
        first = made(send(client, api_key, headers=one))
        assert made(send(client, api_key, headers=one)) == first
        assert made(send(client, api_key, headers=two)) != first
        with clock.frozen(clock.now() + timedelta(days=1)):
            assert made(send(client, api_key, headers=one)) == first

    @pytest.mark.parametrize("form", FORMS)
    def test_its_key_with_other_content_is_409(
        self, people: Cast, client: Client, api_key: str, form: str
    ) -> None:
        headers = {"Idempotency-Key": "one"}
        made(send(client, api_key, form, headers=headers))
        answer = send(client, api_key, form, headers=headers, description="另一件事")
        assert answer.status_code == 409 and errors(answer)[0].startswith("Idempotency-Key: ")
        assert Case.objects.count() == 1

    def test_a_key_too_long_is_told(self, people: Cast, client: Client, api_key: str) -> None:
        answer = send(client, api_key, headers={"Idempotency-Key": "k" * 201})
        assert answer.status_code == 400 and errors(answer)[0].startswith("Idempotency-Key: ")


class TestTheDemonstrationKey:
    def test_it_opens_on_this_machine_in_demonstration_mode(
        self, people: Cast, client: Client, settings
    ) -> None:
        assert send(client, "demo").status_code == 403
        settings.DEMO = True
        assert made(send(client, "demo")).channel == "open311"
        assert (
            client.post("/open311/v2/requests.json", {"api_key": "demo"}, REMOTE_ADDR="::1").status_code
            == 400
        )

    @pytest.mark.parametrize("address", ["10.0.0.7", "203.0.113.9", "", "127.0.0.1.example"])
    def test_it_is_refused_from_elsewhere(self, people: Cast, settings, address: str) -> None:
        settings.DEMO = True
        assert send(Client(REMOTE_ADDR=address), "demo").status_code == 403

    @pytest.mark.parametrize(
        "header",
        ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"],
    )
    @pytest.mark.parametrize("value", ["127.0.0.1", ""])
    def test_it_is_refused_through_a_proxy(
        self, people: Cast, client: Client, settings, header: str, value: str
    ) -> None:
        settings.DEMO = True
        assert send(client, "demo", headers={header: value}).status_code == 403


class TestWhatItsSenderMayRead:
    def test_a_request_that_is_not_public_with_its_key_alone(
        self, people: Cast, client: Client, api_key: str
    ) -> None:
        number = made(send(client, api_key, service_code=TIP_OFF)).number
        for path in (f"requests/{number}", f"tokens/{number}"):
            for form in FORMS:
                assert ask(client, path, form).status_code == 404
                own = ask(client, path, form, api_key=api_key)
                assert own.status_code == 200 and content(own)[0]["service_request_id"] == number
        assert content(ask(client, "requests", api_key=api_key)) == []

    def test_what_has_become_of_a_void_or_repeated_one(
        self, people: Cast, client: Client, api_key: str
    ) -> None:
        case = made(send(client, api_key))
        factories.do(case, "void")
        assert ask(client, f"requests/{case.number}").status_code == 404
        [row] = content(ask(client, f"requests/{case.number}", api_key=api_key))
        assert row["status"] == "closed"

    def test_never_what_others_sent(self, people: Cast, client: Client, api_key: str, settings) -> None:
        mine = made(send(client, api_key, service_code=TIP_OFF)).number
        theirs = factories.reported(category=TIP_OFF, actor=people.li.actor).number
        _issued, other = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="other")
        settings.DEMO = True
        for number, key in ((mine, other), (theirs, api_key), (theirs, "demo"), (mine, "demo")):
            assert ask(client, f"requests/{number}", api_key=key).status_code == 404
        assert ask(client, f"requests/{mine}", api_key="wrong").status_code == 403
