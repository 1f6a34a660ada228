"""Work beside the workflow, on the desk: measures, parts and merges, and nothing typed is ever lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from youlin.apps.cases import clocks, services
from youlin.apps.cases.models import Case, Measure
from youlin.apps.cases.tests.factories import GARBAGE, MONDAY, handling, key, reported
from youlin.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with clock.frozen(MONDAY):
        yield


def desk(person: Any) -> Client:
    client = Client()
    client.force_login(person.account)
    return client


def in_days(count: int) -> str:
    return (clocks.local_day(clock.now()) + timedelta(days=count)).isoformat()


def sent(case: Case, **more: Any) -> dict[str, Any]:
    return {"idempotency_key": key(), "version": Case.objects.get(id=case.id).version, **more}


def test_an_extension_is_asked_for_and_approved_on_the_case_page(people: Cast) -> None:
    case = handling(people.wang.actor)
    holder, above = desk(people.wang), desk(people.zhao)
    path = f"/desk/case/{case.number}/"
    assert f"{path}measure/extension/" in holder.get(path).content.decode()
    assert "申请延期" in holder.get(f"{path}measure/extension/").content.decode()
    done = holder.post(f"{path}measure/extension/", sent(case, note="要等产权单位", until=in_days(2)))
    assert done.status_code == 302
    row = Measure.objects.get(case=case)
    step = f"{path}measure/{row.id}/approve/"
    shown = above.get(path).content.decode()
    assert step in shown and "要等产权单位" in shown and "待批准" in shown
    assert step not in holder.get(path).content.decode()
    assert "要等产权单位" in above.get(step).content.decode()
    above.post(step, sent(case, note="同意"))
    assert "已延期" in above.get(path).content.decode()


def test_what_was_typed_stays_when_a_measure_is_refused(people: Cast) -> None:
    case = handling(people.wang.actor)
    client, path = desk(people.wang), f"/desk/case/{case.number}/measure/extension/"
    answer = client.post(path, sent(case, note="很长的理由", until=in_days(60)))
    assert (
        answer.status_code == 400
        and "很长的理由" in answer.content.decode()
        and "最晚到" in answer.content.decode()
    )
    assert client.post(path, sent(case, note="")).status_code == 422
    old = sent(case, note="别人抢先了", until=in_days(2))
    services.act(actor=people.wang.actor, case_id=case.id, act="arrive", idempotency_key=key())
    answer = client.post(path, old)
    assert answer.status_code == 409 and "别人抢先了" in answer.content.decode()


def test_the_same_post_twice_is_done_once(people: Cast) -> None:
    case = handling(people.wang.actor)
    client, path = desk(people.wang), f"/desk/case/{case.number}/measure/pause/"
    once = sent(case, note="几号楼？")
    assert [client.post(path, once).status_code for _try in range(2)] == [302, 302]
    assert Measure.objects.filter(case=case).count() == 1


def test_a_case_is_split_into_parts_on_its_page(people: Cast) -> None:
    case = handling(people.wang.actor)
    client, path = desk(people.zhao), f"/desk/case/{case.number}/split/"
    assert "第 1 件" in client.get(path).content.decode()
    parts = {
        "part-1-category": GARBAGE,
        "part-1-text": "清走东侧垃圾",
        "part-2-category": GARBAGE,
        "part-2-text": "清走西侧垃圾",
    }
    half = client.post(path, sent(case, **{**parts, "part-2-category": ""}))
    assert half.status_code == 422 and "清走西侧垃圾" in half.content.decode()
    assert client.post(path, sent(case, **parts)).status_code == 302
    shown = client.get(f"/desk/case/{case.number}/").content.decode()
    assert "清走东侧垃圾" in shown and "清走西侧垃圾" in shown and "分办中" in shown


def test_two_cases_are_compared_and_one_stays(people: Cast) -> None:
    one, two = reported(text="垃圾满了").case, reported(text="垃圾堆着没人管").case
    client, path = desk(people.zhao), f"/desk/case/{two.number}/compare/"
    shown = client.get(path, {"with": one.number}).content.decode()
    assert "垃圾满了" in shown and "垃圾堆着没人管" in shown
    wrong = client.get(path, {"with": "XC0000"})
    assert wrong.status_code == 422
    fields = {
        "other": one.number,
        "keep": one.number,
        "drop": two.number,
        "keep_version": one.version,
        "drop_version": two.version,
        "note": "同一处",
        "idempotency_key": key(),
    }
    answer = client.post(path, {**fields, "drop_version": two.version + 1})
    assert answer.status_code == 409 and "同一处" in answer.content.decode()
    assert (
        client.post(path, fields | {"idempotency_key": key()}).headers["Location"].endswith(f"{one.number}/")
    )
    kept = client.get(f"/desk/case/{one.number}/").content.decode()
    assert two.number in kept
    undo = f"/desk/case/{two.number}/unmerge/"
    assert client.post(undo, sent(two, note="")).status_code == 422
    assert client.post(undo, sent(two, note="看错了")).status_code == 302
    assert Case.objects.get(id=two.id).is_open


def test_a_stranger_finds_none_of_it(people: Cast) -> None:
    case = handling(people.wang.actor)
    client = desk(people.sibling)
    for ending in ("measure/pause/", "split/", "compare/", "unmerge/"):
        assert client.get(f"/desk/case/{case.number}/{ending}").status_code == 404


def test_the_list_shows_marks(people: Cast) -> None:
    case = handling(people.wang.actor)
    services.begin_measure(
        actor=people.sun.actor,
        case_id=case.id,
        kind="supervision",
        note="尽快",
        until=clocks.local_day(clock.now()) + timedelta(days=3),
        idempotency_key=key(),
    )
    assert "督办" in desk(people.sun).get("/desk/rows/").content.decode()
