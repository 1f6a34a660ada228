"""The JSON API for everybody, for machine clients, and for those who report."""

import json

import pytest
from django.test import Client

from tests.cast import (
    AREAS,
    COMMUNITY,
    DISTRICT,
    GRID,
    OTHER_DISTRICT,
    RETIRED_STREET,
    STREET,
    Cast,
    point_in,
)
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, NOISE, TIP_OFF, reported
from youlin.apps.parties import clients
from youlin.doors.open.tests.api import a_photo, a_report, post, refusal, signed_in
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests.queries import least

pytestmark = pytest.mark.django_db


class TestAreas:
    def test_districts_are_told(self, people: Cast, client: Client) -> None:
        found = client.get("/api/v1/areas/districts").json()
        assert [area["code"] for area in found] == [OTHER_DISTRICT, DISTRICT]
        assert found[1] == {"code": DISTRICT, "name": AREAS[DISTRICT], "level": "district"}

    def test_one_area_also_one_that_ended(self, people: Cast, client: Client) -> None:
        assert client.get(f"/api/v1/areas/{STREET}").json()["name"] == AREAS[STREET]
        assert client.get(f"/api/v1/areas/{RETIRED_STREET}").json()["code"] == RETIRED_STREET
        assert refusal(client.get("/api/v1/areas/110102999"), 404) == ["code"]
        refusal(client.get("/api/v1/areas/abc"), 404)
        assert refusal(client.get(f"/api/v1/areas/{'1' * 25}"), 422) == ["code"]

    def test_children_are_those_directly_below(self, people: Cast, client: Client) -> None:
        found = client.get(f"/api/v1/areas/{COMMUNITY}/children").json()
        assert [area["code"] for area in found] == [f"{COMMUNITY}001", f"{COMMUNITY}002"]
        assert client.get(f"/api/v1/areas/{GRID}/children").json() == []
        refusal(client.get("/api/v1/areas/110102999/children"), 404)

    def test_a_point_is_located(self, people: Cast, client: Client) -> None:
        lon, lat = point_in(GRID)
        found = client.get("/api/v1/areas/locate", {"lon": lon, "lat": lat}).json()
        assert (found["code"], found["level"], found["district"]) == (GRID, "grid", DISTRICT)
        assert found["path"].startswith("西城区 · 椿树街道")
        assert refusal(client.get("/api/v1/areas/locate", {"lon": 0, "lat": 0}), 404) == ["lon"]
        wrong = client.get("/api/v1/areas/locate", {"lon": 181, "lat": "north"})
        assert refusal(wrong, 422) == ["lon", "lat"]
        assert refusal(client.get("/api/v1/areas/locate"), 422) == ["lon", "lat"]
        assert refusal(client.get("/api/v1/areas/locate", {"lon": "nan", "lat": 0}), 422) == ["lon"]


class TestReading:
    def test_public_cases_with_filters_and_pages(self, people: Cast, client: Client) -> None:
        rubbish, noise = reported(text="鼓楼下垃圾满溢").number, reported(category=NOISE).number
        shut = factories.closed(people.wang.actor, people.zhao.actor).number

        def found(**query: object) -> list[str]:
            answer = client.get("/api/v1/cases", {"district": DISTRICT, **query})
            assert answer.status_code == 200, answer.content
            return [row["number"] for row in answer.json()["rows"]]

        assert set(found()) == {rubbish, noise, shut}
        assert found(status="closed") == [shut] and set(found(status="open")) == {rubbish, noise}
        assert found(category=NOISE) == [noise] and found(area=STREET, text="鼓楼") == [rubbish]
        assert found(area="110102002") == [] and found(district=OTHER_DISTRICT) == []
        assert len(found(size=2)) == 2 and len(found(size=2, page=2)) == 1

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"page": 0}, "page"),
            ({"size": 201}, "size"),
            ({"status": "done"}, "status"),
            ({"text": "长" * 101}, "text"),
            ({"text": "a\0b"}, "text"),
        ],
    )
    def test_a_wrong_argument_is_named(self, people: Cast, client: Client, query: dict, field: str) -> None:
        assert refusal(client.get("/api/v1/cases", query), 422) == [field]

    def test_the_words_of_a_refusal_are_ours(self, people: Cast, client: Client) -> None:
        told = client.get("/api/v1/cases", {"size": 201, "text": "长" * 101, "page": "x"}).json()
        assert told["title"] == "最多 100 个字符；应为整数；不大于 200"

    def test_one_public_case(self, people: Cast, client: Client) -> None:
        number = reported(address="东街 3 号").number
        told = client.get(f"/api/v1/cases/{number}").json()
        assert (told["case"]["number"], told["case"]["address"]) == (number, "东街 3 号")
        assert told["timeline"]

    def test_what_is_not_public_is_never_shown(self, people: Cast, client: Client) -> None:
        hidden = [reported(category=TIP_OFF).number, reported(protected=True).number]
        assert client.get("/api/v1/cases").json()["rows"] == []
        for number in hidden:
            assert refusal(client.get(f"/api/v1/cases/{number}"), 404) == ["number"]
        refusal(client.get("/api/v1/cases/nothing"), 404)

    def test_nothing_personal_is_told(self, people: Cast, client: Client) -> None:
        case = reported(
            actor=people.li.actor, text="我是李小哥，电话 13800138001", contact="13800138001"
        ).case
        factories.do(case, "file")
        factories.do(case, "dispatch", note="请王网格处理，电话 13800138002")
        for path in ("cases", f"cases/{case.number}"):
            told = client.get(f"/api/v1/{path}").content.decode()
            for secret in ("13800138001", "13800138002", str(people.wang.id), str(people.li.id)):
                assert secret not in told

    def test_categories_and_those_a_text_speaks_of(self, people: Cast, client: Client) -> None:
        found = client.get("/api/v1/cases/categories", {"district": DISTRICT}).json()
        assert GARBAGE in [row["code"] for row in found]
        found = client.get("/api/v1/cases/suggest", {"district": DISTRICT, "text": "垃圾满溢"}).json()
        assert found[0]["code"] == GARBAGE and 0 < found[0]["score"] <= 100
        assert refusal(client.get("/api/v1/cases/categories"), 422) == ["district"]
        assert refusal(client.get("/api/v1/cases/suggest", {"district": DISTRICT}), 422) == ["text"]

    def test_a_longer_list_asks_the_database_no_more_often(self, people: Cast, client: Client) -> None:
        def queries() -> int:
            return least(lambda: client.get("/api/v1/cases"))

        factories.many(2)
        few = queries()
        factories.many(30, category=NOISE)
        assert queries() == few <= 10


class TestReporting:
    def test_a_client_reports_with_its_key(self, people: Cast, client: Client, api_key: str) -> None:
        answer = post(client, "cases", a_report(contact="13800138001"), X_API_Key=api_key)
        assert answer.status_code == 201
        receipt = answer.json()
        assert set(receipt) == {"number", "token", "track_path"}
        case = Case.objects.get(number=receipt["number"])
        assert (case.channel, case.area_now, case.anonymous) == ("api", GRID, False)
        [entry] = journal.entries_for(case)
        assert entry.actor_kind == "client" and entry.actor_client

    def test_a_report_takes_few_queries(
        self, people: Cast, client: Client, api_key: str, django_assert_max_num_queries
    ) -> None:
        post(client, "cases", a_report(), X_API_Key=api_key)  # areas are in memory from here on
        with django_assert_max_num_queries(14):
            answer = post(client, "cases", a_report(), X_API_Key=api_key)
        assert answer.status_code == 201

    def test_somebody_signed_in_reports_with_the_csrf_token(self, people: Cast) -> None:
        browser = signed_in(people.li, enforce_csrf_checks=True)
        refusal(post(browser, "cases", a_report()), 403)
        browser.get("/ui/csrf")
        token = browser.cookies["csrftoken"].value
        answer = post(browser, "cases", a_report(), X_CSRFToken=token)
        assert answer.status_code == 201
        assert Case.objects.get().reporters.get().person_id == people.li.id

    @pytest.mark.parametrize("checked", [False, True])
    def test_nobody_else_reports(self, people: Cast, checked: bool) -> None:
        client = Client(enforce_csrf_checks=checked)
        for headers in ({}, {"X_API_Key": "wrong"}, {"X_API_Key": "demo"}):
            answer = post(client, "cases", a_report(), **headers)
            refusal(answer, 401)
            assert answer["WWW-Authenticate"] and "登录" in answer.content.decode()
        assert not Case.objects.exists()

    def test_the_demonstration_key_is_for_this_machine_alone(
        self, people: Cast, client: Client, settings
    ) -> None:
        settings.DEMO = True
        assert post(client, "cases", a_report(), X_API_Key="demo").status_code == 201
        refusal(post(client, "cases", a_report(), X_API_Key="demo", X_Forwarded_For="127.0.0.1"), 401)
        refusal(post(Client(REMOTE_ADDR="10.0.0.7"), "cases", a_report(), X_API_Key="demo"), 401)

    def test_the_same_key_is_one_report(self, people: Cast, client: Client, api_key: str) -> None:
        one, two = (post(client, "cases", a_report(), once="k", X_API_Key=api_key) for _ in range(2))
        assert one.status_code == two.status_code == 201 and one.json() == two.json()
        other = post(client, "cases", a_report(text="另一件"), once="k", X_API_Key=api_key)
        assert refusal(other, 409) == ["idempotency_key"]
        assert Case.objects.count() == 1

    @pytest.mark.parametrize("once", [None, " ", "有", "k" * 129])
    def test_a_key_is_needed(self, people: Cast, client: Client, api_key: str, once: str | None) -> None:
        answer = post(client, "cases", a_report(), once=once, X_API_Key=api_key)
        assert refusal(answer, 422) == ["Idempotency-Key"]

    @pytest.mark.parametrize(
        ("fields", "status", "named"),
        [
            ({"category": None}, 422, "category"),
            ({"category": "nothing"}, 400, "category"),
            ({"text": ""}, 400, "text"),
            ({"text": "长" * 4001}, 422, "text"),
            ({"text": "a\0b"}, 422, "text"),
            ({"text": 5}, 422, "text"),
            ({"lon": 181}, 422, "lon"),
            ({"lon": 10, "lat": 50}, 400, "place"),
            ({"lon": None, "lat": None}, 400, "place"),
            ({"lat": None}, 400, "place"),
            ({"area": "999", "lon": None, "lat": None}, 400, "area"),
            ({"contact": "1" * 121}, 422, "contact"),
            ({"photos": ["x"]}, 422, "photos.0"),
            ({"photos": ["00000000-0000-7000-8000-000000000000"]}, 400, "media"),
            ({"district": OTHER_DISTRICT}, 403, "district"),
            ({"adress": "东街"}, 422, "adress"),
        ],
    )
    def test_what_is_wrong_is_named(
        self, people: Cast, client: Client, api_key: str, fields: dict, status: int, named: str
    ) -> None:
        assert refusal(post(client, "cases", a_report(**fields), X_API_Key=api_key), status) == [named]

    @pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5000, '{"a":\0}'])
    def test_what_is_no_json_is_told(self, people: Cast, client: Client, api_key: str, body: bytes) -> None:
        refusal(post(client, "cases", body, X_API_Key=api_key), 400)

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b"5", b'"text"'])
    def test_other_json_is_told(self, people: Cast, client: Client, api_key: str, body: bytes) -> None:
        refusal(post(client, "cases", body, X_API_Key=api_key), 422)

    def test_half_a_character_is_told(self, people: Cast, client: Client, api_key: str) -> None:
        body = json.dumps(a_report()).replace('"text": "', '"text": "\\ud800')
        assert refusal(post(client, "cases", body, X_API_Key=api_key), 422) == ["text"]

    def test_a_client_stays_in_its_district(self, people: Cast, client: Client, api_key: str) -> None:
        lon, lat = point_in(OTHER_DISTRICT)
        answer = post(client, "cases", a_report(lon=lon, lat=lat), X_API_Key=api_key)
        assert refusal(answer, 400) == ["place"]


class TestPhotos:
    def test_photos_are_sent_first_and_named_in_the_report(
        self, people: Cast, client: Client, api_key: str
    ) -> None:
        answer = client.post(
            "/api/v1/photos", {"photos": [a_photo(), a_photo("b.jpg")]}, headers={"X-API-Key": api_key}
        )
        assert answer.status_code == 201
        photos = answer.json()["photos"]
        assert len(photos) == 2
        receipt = post(client, "cases", a_report(photos=photos), X_API_Key=api_key).json()
        assert Case.objects.get(number=receipt["number"]).media.count() == 2
        again = post(client, "cases", a_report(photos=photos), X_API_Key=api_key)
        assert refusal(again, 400) == ["media"]

    def test_somebody_signed_in_names_the_district(self, people: Cast) -> None:
        browser = signed_in(people.li)
        assert refusal(browser.post("/api/v1/photos", {"photos": a_photo()}), 400) == ["district"]
        answer = browser.post(f"/api/v1/photos?district={DISTRICT}", {"photos": a_photo()})
        assert answer.status_code == 201
        [photo] = answer.json()["photos"]
        assert refusal(post(signed_in(people.qian), "cases", a_report(photos=[photo])), 400) == ["media"]
        assert post(browser, "cases", a_report(photos=[photo])).status_code == 201

    def test_what_is_refused(self, people: Cast, client: Client, api_key: str) -> None:
        headers = {"X-API-Key": api_key}
        refusal(client.post("/api/v1/photos", {"photos": a_photo()}), 401)
        assert refusal(client.post("/api/v1/photos", {}, headers=headers), 422) == ["photos"]
        other = client.post(
            f"/api/v1/photos?district={OTHER_DISTRICT}", {"photos": a_photo()}, headers=headers
        )
        assert refusal(other, 403) == ["district"]
        fake = a_photo()
        fake.file.seek(0)
        fake.file.write(b"<svg onload=alert(1)>")
        fake.file.seek(0)
        assert refusal(client.post("/api/v1/photos", {"photos": fake}, headers=headers), 400) == ["photos"]
        ten = [a_photo(f"{n}.jpg") for n in range(10)]
        assert refusal(client.post("/api/v1/photos", {"photos": ten}, headers=headers), 422) == ["photos"]


class TestJoining:
    def test_me_too_counts_one_more(self, people: Cast, client: Client, api_key: str) -> None:
        number = reported().number
        answer = post(
            client, f"cases/{number}/me-too", {"contact": "13800138005"}, once="k", X_API_Key=api_key
        )
        assert answer.status_code == 201 and answer.json()["number"] == number
        again = post(
            client, f"cases/{number}/me-too", {"contact": "13800138005"}, once="k", X_API_Key=api_key
        )
        assert again.json() == answer.json()
        assert Case.objects.get().me_too_count == 1
        assert (
            client.get(f"/api/v1/cases/{number}/track", {"token": answer.json()["token"]}).status_code == 200
        )

    def test_it_is_refused(self, people: Cast, client: Client, api_key: str) -> None:
        number, secret = reported().number, reported(category=TIP_OFF).number
        shut = factories.closed(people.wang.actor, people.zhao.actor).number
        _issued, neighbour = clients.issue_key(actor=SYSTEM, district=OTHER_DISTRICT, name="neighbour")
        refusal(post(client, f"cases/{number}/me-too", {}), 401)
        refusal(post(client, f"cases/{number}/me-too", {}, X_API_Key=neighbour), 403)
        refusal(post(client, f"cases/{secret}/me-too", {}, X_API_Key=api_key), 404)
        refusal(post(client, f"cases/{shut}/me-too", {}, X_API_Key=api_key), 409)
        browser = signed_in(people.li)
        assert post(browser, f"cases/{number}/me-too", {}).status_code == 201
        refusal(post(browser, f"cases/{number}/me-too", {}), 409)


class TestTracking:
    def test_number_and_token_open_ones_own_case(self, people: Cast, client: Client) -> None:
        receipt = reported(category=TIP_OFF)
        told = client.get(f"/api/v1/cases/{receipt.number}/track", {"token": receipt.token}).json()
        assert told["case"]["number"] == receipt.number and told["may_rate"] is False

    def test_a_wrong_token_and_a_wrong_number_are_told_alike(self, people: Cast, client: Client) -> None:
        receipt = reported()
        answers = [
            client.get(f"/api/v1/cases/{number}/track", {"token": token})
            for number, token in ((receipt.number, "wrong"), ("XC-000000000", receipt.token))
        ]
        assert [refusal(answer, 404) for answer in answers] == [["number"], ["number"]]
        assert answers[0].content == answers[1].content
        refusal(client.get(f"/api/v1/cases/{receipt.number}/track"), 422)

    def test_a_closed_case_is_rated_and_reopened_by_its_token(self, people: Cast, client: Client) -> None:
        with_token = factories.reported()
        case = with_token.case
        _close(case, people)
        path, token = f"cases/{case.number}", with_token.token
        rating = {"token": token, "solved": False, "stars": 2, "comment": "还在"}
        assert refusal(post(client, f"{path}/rating", {**rating, "token": "wrong"}), 404) == ["number"]
        assert refusal(post(client, f"{path}/rating", {**rating, "stars": 6}), 422) == ["stars"]
        told = post(client, f"{path}/rating", rating, once="r")
        assert told.status_code == 200 and told.json()["may_rate"] is False
        assert post(client, f"{path}/rating", rating, once="r").status_code == 200
        refusal(post(client, f"{path}/rating", rating), 409)
        reason = {"token": token, "reason": "没有解决"}
        refusal(post(client, f"{path}/reopen", {**reason, "token": "wrong"}), 404)
        told = post(client, f"{path}/reopen", reason, once="o")
        assert told.status_code == 200 and told.json()["case"]["is_open"] is True
        assert post(client, f"{path}/reopen", reason, once="o").status_code == 200
        refusal(post(client, f"{path}/reopen", reason), 409)
        assert Case.objects.get(id=case.id).holder_id == people.wang.id


def _close(case: Case, people: Cast) -> None:
    for act in ("file", "dispatch"):
        factories.do(case, act)
    factories.do(case, "accept_task", people.wang.actor)
    factories.do(case, "feedback", people.wang.actor, media_ids=[factories.photo(actor=people.wang.actor)])
    for act in ("verify", "close"):
        factories.do(case, act, people.zhao.actor)


class TestShapeOfRefusals:
    def test_an_address_that_is_not_there(self, people: Cast, client: Client) -> None:
        refusal(client.get("/api/v1/nothing"), 404)
        refusal(client.post("/api/v1/cases/x/y/z"), 404)

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("put", "cases", "GET, POST"),
            ("delete", "inbox", "GET"),
            ("post", "areas/districts", "GET"),
            ("post", "openapi.json", "GET, HEAD"),
            ("post", "", "GET, HEAD"),
            ("options", "photos", "POST"),
        ],
    )
    def test_a_method_that_is_not_taken(
        self, people: Cast, client: Client, method: str, path: str, allowed: str
    ) -> None:
        answer = getattr(client, method)(f"/api/v1/{path}")
        refusal(answer, 405)
        assert answer["Allow"] == allowed

    @pytest.mark.parametrize("charset", ["utf-16", "gb18030", "latin-1"])
    def test_another_encoding(self, people: Cast, client: Client, charset: str) -> None:
        kind = f"application/json; charset={charset}"
        refusal(client.get("/api/v1/cases?text=%ff", CONTENT_TYPE=kind), 400)

    def test_the_root_leads_to_the_page(self, client: Client, db: None) -> None:
        assert client.get("/api/v1/")["Location"] == "/api/v1/docs"
