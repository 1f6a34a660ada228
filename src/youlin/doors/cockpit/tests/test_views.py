"""Saving a view of the cockpit over HTTP: offered from the area's page, listed, let go of; for leaders alone."""

from tests.cast import DISTRICT, OTHER_DISTRICT
from youlin.apps.indicators import saved_views
from youlin.doors.cockpit.tests.test_figures import enter
from youlin.kernel import ids

VIEWS = "/cockpit/views/"


def test_a_leader_saves_the_page_that_is_shown_and_lets_go_of_it(client, people):
    client = enter(client, people, "leader")
    area = client.get(f"/cockpit/{DISTRICT}/", {"period": "month", "show": "late"}).content.decode()
    assert f"/cockpit/views/?area={DISTRICT}&amp;period=month&amp;show=late" in area
    offered = client.get(VIEWS, {"area": DISTRICT, "period": "month", "show": "late", "rubbish": "1"})
    assert 'value="period=month&amp;show=late"' in offered.content.decode()
    sent = {"name": "周一看", "area": DISTRICT, "query": "period=month&show=late&x=1", "every": "week"}
    assert client.post(VIEWS, sent).status_code == 302
    page = client.get(VIEWS).content.decode()
    assert f"/cockpit/{DISTRICT}/?period=month&amp;show=late" in page and "每周一" in page
    view = saved_views.views(people.leader.actor)[0]
    assert client.post(f"{VIEWS}{view.id}/drop/").status_code == 302
    assert "还没有保存的看法" in client.get(VIEWS).content.decode()


def test_what_cannot_be_saved_is_said(client, people):
    client = enter(client, people, "leader")
    refused = client.post(VIEWS, {"name": " ", "area": DISTRICT})
    assert refused.status_code == 422 and "还不能提交" in refused.content.decode()
    assert client.post(VIEWS, {"name": "别区", "area": OTHER_DISTRICT}).status_code == 403


def test_who_leads_nothing_keeps_nothing(client, people):
    assert client.get(VIEWS).status_code == 302
    for name in ("qian", "wang", "zhao"):
        assert enter(client, people, name).get(VIEWS).status_code == 403
        assert client.post(VIEWS, {"name": "x", "area": DISTRICT}).status_code == 403
    leader = enter(client, people, "leader")
    assert leader.post(f"{VIEWS}{ids.uuid7()}/drop/").status_code == 404
