"""The moderator's pages: marks, boxes, one decision, the next case."""

import json

from tests.cast import DISTRICT
from youlin.apps.cases.models import Case, CaseMedia, CaseType, PublishedWords
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import do, reported


def waiting(**more) -> Case:
    CaseType.objects.filter(district=DISTRICT, code="city_event").update(moderation="required")
    return reported(**more).case


def sent(case: Case, **more) -> dict[str, str]:
    plain = {"title": "院内堆放", "description": "有人堆放", "address": "", "verdict": "show"}
    return {**plain, "version": str(case.version), "idempotency_key": factories.key(), **more}


def test_the_page_marks_what_was_found_and_proposes_words_without_it(at_desk):
    case = waiting(text="王建国堆放垃圾，电话13800138000")
    page = at_desk("sun").get(f"/desk/moderation/{case.number}/").content.decode()
    assert '<mark class="finding">王建国</mark>' in page
    assert '<mark class="finding is-certain">13800138000</mark>' in page
    assert "王**堆放垃圾，电话138****8000" in page


def test_a_decision_leads_to_the_next_case_and_at_the_end_to_the_list(at_desk, client):
    first, second = waiting(), waiting()
    client = at_desk("sun")
    assert client.get("/desk/moderation/").content.decode().count("row-link") == 2
    response = client.post(f"/desk/moderation/{first.number}/", sent(first))
    assert response["Location"] == f"/desk/moderation/{second.number}/"
    response = client.post(f"/desk/moderation/{second.number}/", sent(second, verdict="private"))
    assert response["Location"] == "/desk/moderation/"
    assert PublishedWords.objects.get().description == "有人堆放"
    assert "没有等待审核的内容" in client.get("/desk/moderation/").content.decode()
    client.logout()
    page = client.get(f"/case/{first.number}/").content.decode()
    assert "有人堆放" in page and "垃圾满溢" not in page
    assert client.get(f"/case/{second.number}/").status_code == 404


def test_boxes_drawn_by_hand_are_kept(at_desk):
    case = waiting(media_ids=[factories.photo()])
    media = CaseMedia.objects.get(case=case)
    boxes = json.dumps([{"x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2}])
    given = {f"photo_{media.id}": "blurred", f"boxes_{media.id}": boxes}
    assert at_desk("sun").post(f"/desk/moderation/{case.number}/", sent(case, **given)).status_code == 302
    media.refresh_from_db()
    assert (media.checked, media.public, len(media.boxes)) == ("blurred", False, 1)


def test_what_changed_meanwhile_is_told_and_nothing_typed_is_lost(at_desk):
    case = waiting()
    do(case, "file")
    response = at_desk("sun").post(f"/desk/moderation/{case.number}/", sent(case, title="我写的标题"))
    page = response.content.decode()
    assert response.status_code == 409 and "案件刚有变化" in page and "我写的标题" in page


def test_rubbish_is_refused_in_words(at_desk):
    case = waiting(media_ids=[factories.photo()])
    media = CaseMedia.objects.get(case=case)
    client = at_desk("sun")
    for given in (
        {"verdict": ""},
        {f"photo_{media.id}": "x"},
        {"title": " "},
        {f"photo_{media.id}": "blurred", f"boxes_{media.id}": "{"},
    ):
        assert client.post(f"/desk/moderation/{case.number}/", sent(case, **given)).status_code == 422


def test_only_moderators_come_in(at_desk, client):
    case = waiting()
    assert client.get("/desk/moderation/").status_code == 302
    assert at_desk("wang").get("/desk/moderation/").status_code == 403
    assert at_desk("wang").get(f"/desk/moderation/{case.number}/").status_code == 403
    assert at_desk("other").get(f"/desk/moderation/{case.number}/").status_code == 404
