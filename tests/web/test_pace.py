"""How fast one may write: too fast is told in words with a time to wait, and nobody else suffers for it."""

import pytest
from django.test import Client

from tests.cast import DISTRICT, GRID, point_in
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.doors import pace
from youlin.kernel import ids

pytestmark = pytest.mark.django_db

SOMEWHERE = "203.0.113.7"


@pytest.fixture(autouse=True)
def _two_at_a_time(settings, cast):
    factories.make_tables()
    settings.PACE_VISITOR = "2 per 10 minutes"
    settings.PACE_ADDRESS = "4 per 10 minutes"
    settings.PACE_CLIENT = "2 per minute"


def browser(address: str = SOMEWHERE) -> Client:
    """A visitor's browser, which has a cookie for its forms."""
    client = Client(REMOTE_ADDR=address)
    client.get("/report/")
    client.cookies["csrftoken"] = ids.uuid7().hex
    return client


def report(client: Client, text: str = "路口垃圾没人收", **more: str):
    lon, lat = point_in(GRID)
    form = {"category": factories.GARBAGE, "text": text, "lon": lon, "lat": lat, "anonymous": "on"}
    return client.post("/report/", form | {"idempotency_key": str(ids.uuid7())}, **more)


def test_too_fast_is_told_in_words_and_keeps_what_was_typed():
    client = browser()
    assert [report(client).status_code for _n in range(2)] == [302, 302]
    refused = report(client, "第三件：井盖松动")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 900
    page = refused.content.decode()
    assert "短时间内提交得太多" in page and "第三件：井盖松动" in page
    assert Case.objects.count() == 2


def test_the_outbox_is_told_to_come_back_later():
    client = browser()
    for _n in range(2):
        report(client)
    refused = report(client, HTTP_ACCEPT="application/json")
    assert refused.status_code == 429 and refused["Retry-After"]
    assert refused.json()["problems"][0]["remedy"]


def test_a_colleague_behind_the_same_address_goes_on():
    first, second = browser(), browser()
    assert [report(first).status_code for _n in range(3)] == [302, 302, 429]
    assert [report(second).status_code for _n in range(2)] == [302, 302]


def test_who_throws_cookies_away_meets_the_address():
    found = [report(browser()).status_code for _n in range(5)]
    assert found == [302] * 4 + [429]
    assert report(browser("198.51.100.9")).status_code == 302


def test_who_is_signed_in_is_not_counted_by_address(cast):
    for _n in range(4):
        report(browser())
    client = Client(REMOTE_ADDR=SOMEWHERE)
    client.force_login(cast.li.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert [report(client).status_code for _n in range(3)] == [302, 302, 429]


def test_one_household_s_addresses_count_as_one():
    found = [report(browser(f"2001:db8::{n}")).status_code for n in range(1, 6)]
    assert found == [302] * 4 + [429]


def test_rating_reopening_and_me_too_keep_what_was_written(cast):
    case = factories.closed(cast.wang.actor, cast.zhao.actor, actor=cast.li.actor)
    other = factories.reported()
    client = browser()
    client.force_login(cast.li.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert [report(client).status_code for _n in range(2)] == [302, 302]
    given = {"solved": "no", "stars": "2", "comment": "等了太久", "reason": "还没修好", "note": "我也看见了"}
    for path in (f"/track/{case.number}/rate/", f"/track/{case.number}/reopen/"):
        refused = client.post(path, given)
        word = given["comment" if "rate" in path else "reason"]
        assert refused.status_code == 429 and word in refused.content.decode()
    joined = client.post(f"/case/{other.number}/me-too/", given)
    assert joined.status_code == 429 and "我也看见了" in joined.content.decode()


def test_a_token_cannot_be_guessed_at_speed():
    client = browser()
    form = {"number": factories.reported().number, "token": "x" * 20}
    assert [client.post("/track/", form).status_code for _n in range(3)] == [422, 422, 429]


def test_a_key_has_its_own_pace_at_both_machine_doors(settings):
    settings.DEMO = True
    given = {"api_key": "demo", "jurisdiction_id": DISTRICT, "service_code": factories.GARBAGE}
    given |= {"description": "垃圾", "address_string": "里仁街1号"}
    client = Client()
    made = [client.post("/open311/v2/requests.json", given | {"description": f"垃圾 {n}"}) for n in range(3)]
    assert [one.status_code for one in made] == [201, 201, 429]
    assert made[2]["Retry-After"] and made[2].json()[0]["code"] == 429
    refused = client.post(
        "/api/v1/cases",
        {"district": DISTRICT, "category": factories.GARBAGE, "text": "垃圾"},
        content_type="application/json",
        headers={"X-API-Key": "demo", "Idempotency-Key": "1"},
    )
    assert refused.status_code == 429 and refused["Retry-After"]
    assert refused.json()["problems"][0]["remedy"]
    photos = client.post(f"/api/v1/photos?district={DISTRICT}", headers={"X-API-Key": "demo"})
    assert photos.status_code == 429


def test_reading_is_never_counted():
    client = browser()
    assert {client.get("/report/").status_code for _n in range(6)} == {200}


def test_a_pace_that_cannot_be_read_is_told_at_the_start(settings):
    settings.PACE_VISITOR = "as fast as you like"
    assert [problem.id for problem in pace.check()] == ["youlin.E001"]
    settings.PACE_VISITOR = ""
    assert pace.check() == []
