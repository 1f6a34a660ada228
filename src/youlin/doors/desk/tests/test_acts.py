"""Acts through the form: what each asks for, what a refusal keeps, what a conflict says."""

import pytest

from youlin.apps.cases import selectors
from youlin.apps.cases.tests import factories

HTMX = {"HX-Request": "true"}


def key() -> dict[str, str]:
    return {"idempotency_key": factories.key()}


def filed():
    """A case that waits for somebody to send it on."""
    return factories.do(factories.reported().case, "file")


def test_an_act_is_asked_for_and_done_in_the_pane(at_desk, people):
    case = factories.fed_back(people.wang.actor)
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/act/verify/"
    form = client.get(path, headers=HTMX).content.decode()
    assert f'name="version" value="{case.version}"' in form
    done = client.post(path, key() | {"version": case.version, "note": "现场已清"}, headers=HTMX)
    assert done.status_code == 200
    assert done["HX-Trigger-After-Settle"] == "youlin:changed"
    assert "现场已清" in done.content.decode()
    assert selectors.case_page(people.zhao.actor, case.number).row.state != case.state


def test_without_htmx_the_form_stands_in_the_desk_and_leads_back_to_the_case(at_desk, people):
    case = factories.fed_back(people.wang.actor)
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/act/verify/"
    assert 'class="desk has-detail is-open"' in client.get(path).content.decode()
    done = client.post(path, key() | {"version": case.version, "note": "现场已清"})
    assert (done.status_code, done["Location"]) == (302, f"/desk/case/{case.number}/")


def test_the_same_request_twice_is_done_once(at_desk, people):
    case = filed()
    client = at_desk("zhao")
    sent = key() | {"to_person": str(people.community.person.id), "note": "请社区先看"}
    path = f"/desk/case/{case.number}/act/dispatch_to/"
    first, again = client.post(path, sent, headers=HTMX), client.post(path, sent, headers=HTMX)
    assert (first.status_code, again.status_code) == (200, 200)
    page = selectors.case_page(people.zhao.actor, case.number)
    assert page.row.holder_id == people.community.person.id
    assert sum("请社区先看" in entry.text for entry in page.timeline) == 1


def test_a_required_note_is_asked_for_and_the_rest_is_kept(at_desk, people):
    case = factories.fed_back(people.wang.actor)
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/act/rework/"
    refused = client.post(path, key() | {"version": case.version, "note": ""}, headers=HTMX)
    assert refused.status_code == 422
    assert "还不能提交" in refused.content.decode()
    assert selectors.case_page(people.zhao.actor, case.number).row.version == case.version


def test_a_person_must_be_chosen(at_desk, people):
    case = filed()
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/act/dispatch_to/"
    assert "请选择" in client.get(path, headers=HTMX).content.decode()
    refused = client.post(path, key() | {"note": "换人看"}, headers=HTMX)
    assert refused.status_code == 422
    assert "换人看" in refused.content.decode()


def test_a_category_is_changed(at_desk, people):
    case = factories.reported().case
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/act/recategorise/"
    form = client.get(path, headers=HTMX)
    assert "无照经营" in form.content.decode()
    sent = key() | {"to_category": "event.street.stall", "note": "是摊贩"}
    assert client.post(path, sent, headers=HTMX).status_code == 200
    assert selectors.case_page(people.zhao.actor, case.number).row.category == "event.street.stall"


def test_a_duplicate_is_named_by_its_number(at_desk, people):
    first, second = factories.dispatched(), factories.dispatched()
    client = at_desk("zhao")
    path = f"/desk/case/{second.number}/act/mark_duplicate/"
    refused = client.post(path, key() | {"duplicate_of": "XC-0000000", "note": "一样"}, headers=HTMX)
    assert refused.status_code in (400, 422)
    assert refused["HX-Retarget"] == "#detail"
    assert "XC-0000000" in refused.content.decode()
    done = client.post(path, key() | {"duplicate_of": first.number, "note": "一样"}, headers=HTMX)
    assert done.status_code == 200
    assert selectors.case_page(people.zhao.actor, second.number).duplicate_of == first.number


def test_a_conflict_is_told_and_what_was_entered_is_kept(at_desk, people):
    case = factories.fed_back(people.wang.actor)
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/act/verify/"
    sent = key() | {"version": case.version - 1, "note": "看过现场"}
    refused = client.post(path, sent, headers=HTMX)
    text = refused.content.decode()
    assert refused.status_code == 409
    assert refused["HX-Retarget"] == "#detail"
    assert "案件刚被别人办理过" in text
    assert "看过现场" in text
    assert f'name="version" value="{case.version}"' in text


def test_an_act_that_is_over_leads_to_the_present_state(at_desk, people):
    case = factories.fed_back(people.wang.actor)
    factories.do(case, "verify", people.sun.actor)
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/act/verify/"
    assert client.get(path, headers=HTMX).status_code == 409
    refused = client.post(path, key() | {"version": case.version, "note": "也看过"}, headers=HTMX)
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "看最新状态" in text
    assert "也看过" in text


def test_who_handled_may_not_verify(at_desk, people):
    case = factories.do(filed(), "dispatch_to", people.sun.actor, to_person=people.community.person.id)
    factories.do(case, "accept_task", people.community.actor)
    photo = factories.photo(actor=people.community.actor)
    factories.do(case, "feedback", people.community.actor, media_ids=[photo])
    client = at_desk("community")
    assert client.get(f"/desk/case/{case.number}/act/verify/", headers=HTMX).status_code in (403, 409)
    sent = key() | {"note": "我自己看过"}
    assert client.post(f"/desk/case/{case.number}/act/verify/", sent, headers=HTMX).status_code == 403


def answered(people):
    """A hotline order that has been answered and waits for the follow-up call."""
    case = factories.dispatched(category=factories.NOISE, contact="13800138009")
    for act in ("contact", "reply"):
        case = factories.do(case, act, people.community.actor)
    return case


def test_a_follow_up_call_is_written_down(at_desk, people):
    case = answered(people)
    client = at_desk("zhao")
    path = f"/desk/case/{case.number}/follow-up/"
    assert "接通了吗" in client.get(path, headers=HTMX).content.decode()
    refused = client.post(path, key() | {"note": "没填"}, headers=HTMX)
    assert refused.status_code == 422
    assert "没填" in refused.content.decode()
    given = {"reached": "yes", "solved": "yes", "satisfied": "no", "note": "等了很久"}
    assert client.post(path, key() | given, headers=HTMX).status_code == 200
    [answer] = selectors.case_page(people.zhao.actor, case.number).answers
    assert (answer.reached, answer.solved, answer.satisfied) == (True, True, False)
    assert client.get(path, headers=HTMX).status_code == 409


@pytest.mark.parametrize("name", ["wang", "leader"])
def test_colleagues_without_the_verb_are_refused(at_desk, people, name):
    case = answered(people)
    client = at_desk(name)
    given = key() | {"reached": "yes", "solved": "yes", "satisfied": "yes"}
    assert client.post(f"/desk/case/{case.number}/follow-up/", given).status_code == 403
    sent = key() | {"note": "再看看"}
    assert client.post(f"/desk/case/{case.number}/act/rework/", sent).status_code == 403
