"""Lists at the desk: saved filters in the address, many cases at once, exports, paper, presence."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest

from youlin.apps.cases.lists import services as lists
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.doors.desk.tests.test_inbox import numbers
from youlin.kernel import clock, jobs, journal
from youlin.kernel.tests.queries import least

KEY = {"idempotency_key": "key-1"}


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage}


def text(response) -> str:
    return response.content.decode()


def hidden(response, name: str) -> str:
    return re.search(rf'name="{name}"\s+value="([^"]*)"', text(response))[1]


def filed(count: int) -> list[Case]:
    return [factories.do(factories.reported().case, "file") for _ in range(count)]


def test_a_list_that_goes_on_beyond_where_it_can_be_leafed_says_so(at_desk, people, monkeypatch):
    filed(3)
    client = at_desk("zhao")
    assert "后面还有" not in text(client.get("/desk/", {"view": "open"}))
    monkeypatch.setattr("youlin.apps.cases.selectors.staff.LEAF_TO", 2)
    for address in ("/desk/", "/desk/rows/"):
        shown = text(client.get(address, {"view": "open"}))
        assert "列表只翻到第 2 件，后面还有" in shown and "按区划、日期或文字筛选" in shown, address


# Saved filters


def test_the_list_that_is_shown_is_saved_and_has_an_address_of_its_own(at_desk, people):
    lamp = factories.dispatched(text="路灯不亮")
    factories.dispatched(text="垃圾满溢")
    client = at_desk("zhao")
    offered = client.get("/desk/filters/", {"q": "路灯", "page": "2", "show": "map", "light": "ok"})
    assert hidden(offered, "query") == "q=%E8%B7%AF%E7%81%AF&amp;light=ok"
    saved = client.post(
        "/desk/filters/", {"name": "路灯", "query": "q=路灯&page=2&rubbish=1", "shared_with": ""}
    )
    address = urlparse(saved["Location"])
    assert list(parse_qs(address.query)) == ["filter"]
    shown = client.get(saved["Location"])
    assert numbers(shown) == [lamp.number]
    assert numbers(client.get(f"/desk/rows/?{address.query}")) == [lamp.number]
    side = text(client.get(f"/desk/filters/side/?current={parse_qs(address.query)['filter'][0]}"))
    assert re.search(r'aria-current="page"[^>]*><span class="clip">路灯</span><span class="count">1<', side)


def test_words_in_the_address_go_before_those_of_the_filter(at_desk, people):
    late = clock.now() - timedelta(hours=1)
    factories.many(2, due_at=late, light_at=late)
    factories.many(3)
    saved = lists.save_filter(actor=people.zhao.actor, name="超时", query="light=late")
    client = at_desk("zhao")
    assert len(numbers(client.get("/desk/", {"filter": saved.id}))) == 2
    assert len(numbers(client.get("/desk/", {"filter": saved.id, "light": ""}))) == 5
    assert len(numbers(client.get("/desk/", {"filter": saved.id, "light": "ok"}))) == 3
    assert len(numbers(client.get("/desk/", {"filter": "nonsense"}))) == 5


def test_the_default_filter_comes_first_and_every_other_list_is_a_link_away(at_desk, people):
    saved = lists.save_filter(actor=people.zhao.actor, name="我的", query="view=mine", is_default=True)
    client = at_desk("zhao")
    assert client.get("/desk/")["Location"] == f"/desk/?filter={saved.id}"
    assert client.get("/desk/?view=open").status_code == 200
    client.post(f"/desk/filters/{saved.id}/", {"do": "default"})
    assert client.get("/desk/").status_code == 200


def test_filters_are_moved_changed_and_deleted_on_their_page(at_desk, people):
    first = lists.save_filter(actor=people.zhao.actor, name="甲", query="light=late")
    lists.save_filter(actor=people.zhao.actor, name="乙", query="")
    client = at_desk("zhao")
    client.post(f"/desk/filters/{first.id}/", {"do": "down"})
    page = text(client.get("/desk/filters/"))
    assert page.index("<b>乙</b>") < page.index("<b>甲</b>")
    edit = client.get("/desk/filters/", {"filter": first.id, "edit": "1"})
    assert hidden(edit, "filter_id") == str(first.id)
    client.post("/desk/filters/", {"name": "丙", "query": "light=soon", "filter_id": first.id})
    client.post(f"/desk/filters/{first.id}/", {"do": "delete"})
    assert "丙" not in text(client.get("/desk/filters/"))
    assert client.post(f"/desk/filters/{first.id}/", {"do": "explode"}).status_code == 400


def test_a_filter_without_a_name_comes_back_with_what_was_chosen(at_desk, people):
    back = at_desk("zhao").post("/desk/filters/", {"name": "", "query": "light=late", "is_default": "on"})
    assert back.status_code == 422
    assert hidden(back, "query") == "light=late"
    assert "checked" in text(back)


def test_every_way_to_narrow_the_list_is_one_form(at_desk, people):
    today = factories.many(1, due_at=clock.now() + timedelta(seconds=1), title="今天")[0]
    factories.many(1, due_at=clock.now() + timedelta(days=30), state="handling")
    client = at_desk("zhao")
    form = text(client.get("/desk/filters/more/", {"due": "1", "state": "dispatched"}))
    assert re.search(r'value="dispatched"\s+checked', form)
    found = client.get("/desk/", {"due": "1", "state": ["dispatched", "filed"]})
    assert numbers(found) == [today.number]
    assert len(numbers(client.get("/desk/", {"state": "handling"}))) == 1
    for rubbish in (
        {"due": "x"},
        {"from": "gestern"},
        {"to": "9999-99-99"},
        {"state": "<b>"},
        {"channel": "x"},
    ):
        assert client.get("/desk/", rubbish).status_code == 200
        assert client.get("/desk/filters/more/", rubbish).status_code == 200


def test_counts_of_saved_filters_cost_one_query_each_at_any_size(at_desk, people):
    for number in range(3):
        lists.save_filter(actor=people.zhao.actor, name=f"第 {number}", query="light=ok")
    client = at_desk("zhao")
    factories.many(5)
    few = least(lambda: client.get("/desk/filters/side/"))
    factories.many(150)
    assert least(lambda: client.get("/desk/filters/side/")) == few <= 12
    assert ">100+<" in text(client.get("/desk/filters/side/"))


# Many cases at once


def look(client, found, act="", **more):
    return client.post("/desk/bulk/", {"number": [case.number for case in found], "act": act, **more})


def test_many_are_chosen_looked_at_done_and_taken_back(at_desk, people):
    found = [*filed(3), factories.dispatched()]
    client = at_desk("zhao")
    assert re.search(r'value="dispatch"[^>]*>派遣\s+<span class="count">3<', text(look(client, found)))
    seen = look(client, found, "dispatch")
    assert "会办 3 件" in text(seen)
    assert "不会办 1 件" in text(seen)
    sent = {**KEY, "act": "dispatch", "will": hidden(seen, "will"), "cases": hidden(seen, "cases")}
    done = client.post("/desk/bulk/start/", sent, follow=True)
    assert "办好 3 件" in text(done)
    assert client.post("/desk/bulk/start/", sent)["Location"] == done.redirect_chain[-1][0]  # sent twice
    run = done.redirect_chain[-1][0]
    back = client.post(f"{run}undo/", {"idempotency_key": "undo-1"}, follow=True)
    assert "办好 3 件" in text(back)
    assert {Case.objects.get(id=case.id).state for case in found[:3]} == {"filed"}
    assert "这一批已经撤销" in text(client.get(run))


def test_all_that_match_are_chosen_without_being_ticked(at_desk, people):
    factories.many(40, state="filed")
    seen = at_desk("zhao").post(
        "/desk/bulk/", {"all": "1", "number": "x", "query": "light=ok", "act": "dispatch"}
    )
    assert "会办 40 件" in text(seen)
    assert hidden(seen, "will").count(":") == 40


def test_more_than_one_go_may_hold_says_so(at_desk, people, monkeypatch):
    from youlin.apps.cases.lists import selectors

    monkeypatch.setattr(selectors, "BULK_MOST", 5)
    factories.many(8, state="filed")
    seen = at_desk("zhao").post("/desk/bulk/", {"all": "1", "query": "", "act": "dispatch"})
    assert "选了超过 5 件" in text(seen)


def test_a_large_run_shows_how_far_it_is(at_desk, people, monkeypatch):
    from youlin.apps.cases.lists.bulk import rules

    monkeypatch.setattr(rules, "AT_ONCE", 1)
    client = at_desk("zhao")
    seen = look(client, filed(3), "dispatch")
    sent = {**KEY, "act": "dispatch", "will": hidden(seen, "will")}
    run = client.post("/desk/bulk/start/", sent)["Location"]
    assert "已办 0 / 3 件" in text(client.get(run, headers={"HX-Request": "true"}))
    jobs.run_pending()
    assert "办好 3 件" in text(client.get(run, headers={"HX-Request": "true"}))
    assert client.get("/desk/bulk/").status_code == 200


def test_what_is_missing_comes_back_with_what_was_written(at_desk, people):
    client = at_desk("zhao")
    back = client.post(
        "/desk/bulk/start/", {**KEY, "act": "dispatch", "will": "", "cases": "", "note": "统一派遣"}
    )
    assert back.status_code == 422
    assert client.post("/desk/bulk/start/", {**KEY, "will": "x:y,:,a:1", "act": "\0"}).status_code == 422


def test_looking_at_many_costs_the_same_for_few_and_for_many(at_desk, people):
    client = at_desk("zhao")

    def queries(count: int) -> int:
        found = factories.many(count, state="filed", holder_id=people.wang.person.id)
        return least(lambda: look(client, found, "dispatch"))

    assert queries(3) == queries(60)


# Exports


def test_an_export_is_asked_for_made_and_fetched(at_desk, people):
    case = factories.dispatched(text="路灯不亮")
    factories.dispatched(text="垃圾满溢")
    client = at_desk("zhao")
    form = client.get("/desk/exports/", {"q": "路灯"})
    assert "搜索“路灯”" in text(form)
    sent = {
        "idempotency_key": hidden(form, "idempotency_key"),
        "query": "q=路灯",
        "format": "csv",
        "column": ["number", "title"],
    }
    assert client.post("/desk/exports/", sent).status_code == 302
    assert "正在生成" in text(client.get("/desk/exports/rows/"))
    jobs.run_pending()
    ready = text(client.get("/desk/exports/rows/"))
    address = re.search(r'action="(/desk/exports/[^"]+/)"', ready)[1]
    fetched = client.post(address)
    assert fetched["Content-Disposition"].startswith("attachment;")
    assert fetched["Cache-Control"] == "no-store"
    assert b"".join(fetched.streaming_content).decode() == f"编号,标题\r\n{case.number},路灯不亮\r\n"
    fetched.close()
    assert at_desk("sun").post(address).status_code == 404


def test_a_wrong_export_comes_back_with_what_was_chosen(at_desk, people):
    form = {**KEY, "format": "csv", "column": ["title", "contact"], "full": "1", "reason": "看"}
    back = at_desk("sun").post("/desk/exports/", form)
    assert back.status_code == 422
    assert re.search(r'value="contact"\s+checked', text(back))
    assert 'value="看"' in text(back)
    empty = at_desk("zhao").post("/desk/exports/", {**KEY, "format": "csv"})
    assert empty.status_code == 422
    assert "至少选一列" in text(empty)


# Paper


def test_a_case_is_printed_with_its_history_and_a_way_back(at_desk, people):
    case = factories.dispatched(contact="13800001111")
    client = at_desk("sun")
    sheet = client.post(f"/desk/case/{case.number}/print/", follow=True)
    page = text(sheet)
    assert "138****1111" in page
    assert "13800001111" not in page
    assert "孙区长 于" in page
    assert "<svg" in page
    assert "派遣" in page
    assert journal.entries_for(case)[-1].act == "cases.printed"
    assert at_desk("zhao").get(sheet.redirect_chain[-1][0]).status_code == 404


def test_the_ticked_rows_of_a_list_are_printed(at_desk, people):
    first, second = factories.many(2)
    page = text(at_desk("zhao").post("/desk/print/", {"number": first.number}, follow=True))
    assert first.number in page
    assert second.number not in page


# Presence


def test_two_people_at_one_case_are_told_of_each_other(at_desk, people):
    case = factories.dispatched()
    address = f"/desk/case/{case.number}/here/"
    assert text(at_desk("sun").post(address, {"doing": "writing"})).strip() == ""
    assert "孙区长正在办这一件" in text(at_desk("zhao").post(address, {"doing": "looking"}))
    assert "赵街道也在看这一件" in text(at_desk("sun").post(address, {"doing": "looking"}))
    assert at_desk("sun").post(address, {"doing": "gone"}).status_code == 204
    assert text(at_desk("zhao").post(address, {"doing": "looking"})).strip() == ""


def test_who_was_overtaken_sees_what_changed_and_keeps_what_was_typed(at_desk, people):
    case = factories.do(factories.reported().case, "file")
    client = at_desk("zhao")
    form = client.get(f"/desk/case/{case.number}/act/recategorise/")
    sent = {
        "idempotency_key": hidden(form, "idempotency_key"),
        "seen": hidden(form, "seen"),
        "version": re.search(r'name="version" value="(\d+)"', text(form))[1],
        "to_category": "event.street.stall",
        "note": "是摆摊的",
    }
    changed = {"note": "先别动，现场核实", "to_category": "event.street.stall"}
    factories.do(case.id, "recategorise", people.sun.actor, **changed)
    overtaken = client.post(f"/desk/case/{case.number}/act/recategorise/", sent)
    page = text(overtaken)
    assert overtaken.status_code == 409
    assert "您打开之后，案件有了这些变化" in page
    assert "先别动，现场核实" in page
    assert "孙区长" in page
    assert "是摆摊的" in page
    assert re.search(r'value="event.street.stall"\s+selected', page)
    again = {**sent, "seen": hidden(overtaken, "seen"), "idempotency_key": "second"}
    again["version"] = re.search(r'name="version" value="(\d+)"', page)[1]
    factories.do(case.id, "dispatch", people.sun.actor)
    over = text(client.post(f"/desk/case/{case.number}/act/recategorise/", again))
    assert "无照经营" in over or "event.street.stall" in over
    assert "是摆摊的" in over
    assert "先别动，现场核实" not in over  # that was told before
