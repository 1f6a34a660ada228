"""The JSON API for people on duty: who sees what, and a case from report to rating without a page."""

import pytest
from django.test import Client

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors.rows import Counts
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, NOISE, TIP_OFF
from youlin.doors.open.tests.api import a_photo, a_report, post, refusal, signed_in
from youlin.kernel import reactions
from youlin.kernel.tests.queries import least

pytestmark = pytest.mark.django_db

NOBODY = ("", "/XC-000000000", "/XC-000000000/acts/file")


def inbox(client: Client, **query: object) -> list[str]:
    """The numbers in somebody's inbox."""
    answer = client.get("/api/v1/inbox", query)
    assert answer.status_code == 200, answer.content.decode()
    return [row["number"] for row in answer.json()["rows"]]


def test_the_inbox_asks_to_sign_in_in_the_one_shape(people: Cast, client: Client, api_key: str) -> None:
    for path in NOBODY[:2]:
        refusal(client.get(f"/api/v1/inbox{path}"), 401)
        refusal(client.get(f"/api/v1/inbox{path}", headers={"X-API-Key": api_key}), 401)
    refusal(post(client, f"inbox{NOBODY[2]}", {}), 401)
    refusal(post(client, f"inbox{NOBODY[2]}", {}, X_API_Key=api_key), 401)


@pytest.mark.parametrize("size", [20, 100])
def test_a_list_takes_ten_queries_at_any_size(
    people: Cast, monkeypatch, django_assert_max_num_queries, size: int
) -> None:
    """As a street dispatcher, also where the list goes on beyond what is counted."""
    factories.many(130, holder=people.wang.person)
    client = signed_in(people.zhao)
    for most in (Counts.MOST, 50):
        monkeypatch.setattr(Counts, "MOST", most)
        inbox(client, size=size)
        with django_assert_max_num_queries(10):
            found = inbox(client, size=size)
        assert len(found) == size


def test_duty_decides_who_sees_what(people: Cast) -> None:
    event, secret = factories.dispatched(), factories.dispatched(category=TIP_OFF)
    everybody = {name: set(inbox(signed_in(getattr(people, name)))) for name in vars(people)}
    assert everybody == {
        "li": set(),
        "wang": {event.number},
        "zhao": {event.number},
        "sun": {event.number},
        "qian": set(),
        "community": {event.number},
        "sibling": set(),
        "other": set(),
        "leader": {event.number},
        "retired": set(),
        "expired": set(),
        "confidant": {secret.number, event.number},
    }
    for name, numbers in everybody.items():
        browser = signed_in(getattr(people, name))
        for case in (event, secret):
            status = 200 if case.number in numbers else 404
            assert browser.get(f"/api/v1/inbox/{case.number}").status_code == status, name
            if status == 404:
                refusal(post(browser, f"inbox/{case.number}/acts/void", {"note": "x"}), 404)
                assert Case.objects.get(id=case.id).is_open


def test_the_inbox_is_filtered_and_leafed(people: Cast) -> None:
    rubbish, noise = factories.dispatched(text="鼓楼下垃圾满溢"), factories.dispatched(category=NOISE)
    shut = factories.closed(people.wang.actor, people.zhao.actor)
    zhao, wang = signed_in(people.zhao), signed_in(people.wang)
    assert set(inbox(zhao)) == {rubbish.number, noise.number}
    assert inbox(zhao, status="closed") == [shut.number] and len(inbox(zhao, status="all")) == 3
    assert inbox(zhao, category=NOISE) == [noise.number] and inbox(zhao, text="鼓楼") == [rubbish.number]
    assert inbox(wang, mine="true") == [rubbish.number] and inbox(wang, overdue="true") == []
    assert inbox(zhao, area="110102002") == [] and len(inbox(zhao, size=1, page=2)) == 1
    assert refusal(zhao.get("/api/v1/inbox", {"mine": "perhaps", "size": 0}), 422) == ["mine", "size"]


def test_a_case_tells_what_may_be_done_and_why_it_is_here(people: Cast) -> None:
    case = factories.dispatched(actor=people.li.actor, text="楼下垃圾，电话 13800138001")
    told = signed_in(people.wang).get(f"/api/v1/inbox/{case.number}").json()
    assert told["row"]["holder_label"] == "王网格" and told["row"]["mine"] is True
    assert "13800138001" not in told["description"] and told["why_holder"] and told["timeline"]
    acts = {act["code"]: act for act in told["acts"]}
    assert acts["accept_task"]["allowed"] and acts["accept_task"]["primary"]
    assert "feedback" not in acts


def test_a_longer_inbox_asks_the_database_no_more_often(people: Cast) -> None:
    zhao = signed_in(people.zhao)

    def queries() -> int:
        return least(lambda: inbox(zhao))

    factories.many(2, holder_id=people.wang.id)
    few = queries()
    factories.many(30, holder_id=people.community.id, category=NOISE)
    assert queries() == few <= 20


class TestActs:
    def test_a_case_goes_from_report_to_rating(self, people: Cast, client: Client) -> None:
        li, wang, zhao = (signed_in(member) for member in (people.li, people.wang, people.zhao))
        receipt = post(li, "cases", a_report()).json()
        path = f"inbox/{receipt['number']}/acts"

        def done(browser: Client, act: str, **body: object) -> dict:
            answer = post(browser, f"{path}/{act}", body)
            assert answer.status_code == 200, answer.content.decode()
            reactions.drain_all()
            return answer.json()["row"]

        assert done(zhao, "file")["state"] == "filed"
        assert done(zhao, "dispatch")["holder_label"] == "王网格"
        assert done(wang, "accept_task")["state"] == "handling"
        assert refusal(post(wang, f"{path}/feedback", {}), 400) == ["note"]
        assert refusal(post(wang, f"{path}/feedback", {"note": "已清运"}), 400) == ["media"]
        photos = wang.post(f"/api/v1/photos?district={DISTRICT}", {"photos": a_photo()}).json()["photos"]
        assert done(wang, "feedback", note="已清运", photos=photos)["state"] == "feedback_given"
        refusal(post(wang, f"{path}/verify", {"note": "好"}), 403)
        assert done(zhao, "verify", note="已核查")["state"] == "verified"
        assert done(zhao, "close")["is_open"] is False
        rating = {"token": receipt["token"], "solved": True, "stars": 5}
        assert post(client, f"cases/{receipt['number']}/rating", rating).status_code == 200

    def test_once_is_once(self, people: Cast) -> None:
        number, zhao = factories.reported().number, signed_in(people.zhao)
        answers = [post(zhao, f"inbox/{number}/acts/file", {}, once="k") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert len(answers[1].json()["timeline"]) == 2
        other = post(zhao, f"inbox/{number}/acts/file", {"note": "别的"}, once="k")
        assert refusal(other, 409) == ["idempotency_key"]
        assert refusal(post(zhao, f"inbox/{number}/acts/file", {}, once=None), 422) == ["Idempotency-Key"]

    def test_whoever_saw_an_older_version_is_told(self, people: Cast) -> None:
        case, zhao = factories.reported().case, signed_in(people.zhao)
        assert post(zhao, f"inbox/{case.number}/acts/file", {"version": case.version}).status_code == 200
        refusal(post(zhao, f"inbox/{case.number}/acts/dispatch", {"version": case.version}), 409)

    def test_what_does_not_go_is_told(self, people: Cast) -> None:
        number, zhao, wang = factories.reported().number, signed_in(people.zhao), signed_in(people.wang)
        assert refusal(post(zhao, f"inbox/{number}/acts/nothing", {}), 400) == ["act"]
        refusal(post(zhao, f"inbox/{number}/acts/close", {}), 409)
        refusal(post(wang, f"inbox/{number}/acts/file", {}), 403)

    def test_writing_needs_the_csrf_token(self, people: Cast) -> None:
        number = factories.reported().number
        browser = signed_in(people.zhao, enforce_csrf_checks=True)
        refusal(post(browser, f"inbox/{number}/acts/file", {}), 403)
        assert browser.get("/api/v1/inbox").status_code == 200
        browser.get("/ui/csrf")
        token = browser.cookies["csrftoken"].value
        assert post(browser, f"inbox/{number}/acts/file", {}, X_CSRFToken=token).status_code == 200

    def test_what_an_act_asks_besides_goes_into_fields(self, people: Cast) -> None:
        case = factories.reported().case
        original = factories.reported(idempotency_key="o").case
        zhao = signed_in(people.zhao)
        acts = {act["code"]: act for act in zhao.get(f"/api/v1/inbox/{case.number}").json()["acts"]}
        marking = next(
            code for code, act in acts.items() if any(f["name"] == "duplicate_of" for f in act["fields"])
        )
        path = f"inbox/{case.number}/acts/{marking}"
        body = {"note": "同一件", "fields": {"duplicate_of": original.number}}
        assert refusal(post(zhao, path, {"note": "同一件"}), 400) == ["duplicate_of"]
        refusal(post(zhao, path, {**body, "fields": {"bad name\0": "x"}}), 422)
        assert post(zhao, path, body).status_code == 200
        assert Case.objects.get(id=case.id).duplicate_of_id == original.id

    def test_a_colleague_is_chosen_by_id(self, people: Cast) -> None:
        case = factories.do(factories.reported(category=GARBAGE).case, "file")
        zhao = signed_in(people.zhao)
        acts = {act["code"]: act for act in zhao.get(f"/api/v1/inbox/{case.number}").json()["acts"]}
        assert acts["dispatch_to"]["asks_person"]
        assert str(people.wang.id) in [one["value"] for one in acts["dispatch_to"]["people"]]
        path = f"inbox/{case.number}/acts/dispatch_to"
        assert refusal(post(zhao, path, {"to_person": str(people.sibling.id)}), 400) == ["to_person"]
        assert post(zhao, path, {"to_person": str(people.wang.id)}).json()["row"]["holder_label"] == "王网格"
