"""Views of the cockpit that people keep: each their own, journalled, told of on their days, granting nothing."""

from datetime import date

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, STREET
from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
from youlin.apps.duties.models import Assignment
from youlin.apps.indicators import personal_data, saved_views
from youlin.apps.indicators.models import SavedView
from youlin.apps.indicators.tests import fresh
from youlin.apps.notices.models import Notice
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotAllowed, NotFound
from youlin.kernel.journal.models import JournalEntry

pytestmark = pytest.mark.django_db
MONDAY, FIRST, NEITHER = date(2026, 11, 23), date(2026, 12, 1), date(2026, 11, 24)


def save(people, name="周一看", area=DISTRICT, **more):  # noqa: F811
    return saved_views.save_view(actor=people.leader.actor, name=name, area=area, **more)


def test_a_view_is_kept_changed_and_let_go_of(people):  # noqa: F811
    saved = save(people, query="period=month")
    save(people, area=STREET, every="week")
    shown = saved_views.views(people.leader.actor)
    assert [(one.name, one.area, one.every) for one in shown] == [("周一看", STREET, "week")]
    saved_views.drop_view(actor=people.leader.actor, view_id=saved.id)
    saved_views.drop_view(actor=people.leader.actor, view_id=saved.id)
    assert saved_views.views(people.leader.actor) == []
    acts = JournalEntry.objects.filter(act__startswith="indicators.view").order_by("id")
    assert sorted(acts.values_list("act", flat=True)) == [
        "indicators.view_dropped",
        "indicators.view_saved",
        "indicators.view_saved",
    ]


def test_others_see_and_drop_nothing_of_it(people):  # noqa: F811
    saved = save(people)
    assert saved_views.views(people.sun.actor) == []
    saved_views.drop_view(actor=people.sun.actor, view_id=saved.id)
    assert SavedView.objects.filter(district=DISTRICT).count() == 1


@pytest.mark.parametrize("area", [OTHER_DISTRICT])
def test_nobody_keeps_what_they_do_not_lead(people, area):  # noqa: F811
    with pytest.raises((NotAllowed, NotFound)):
        save(people, area=area)
    with pytest.raises(NotAllowed):
        saved_views.save_view(actor=people.wang.actor, name="x", area=DISTRICT)
    with pytest.raises(NotAllowed):
        saved_views.views(people.wang.actor)


@pytest.mark.parametrize("bad", [{"name": " "}, {"name": "长" * 41}, {"every": "hour"}, {"query": "x" * 201}])
def test_what_cannot_be_kept_is_refused(people, bad):  # noqa: F811
    with pytest.raises(Invalid):
        save(people, **bad)


def test_there_is_an_end_to_views(people):  # noqa: F811
    for number in range(saved_views.MOST):
        save(people, name=f"看法{number}")
    with pytest.raises(Invalid):
        save(people, name="又一个")


@pytest.mark.parametrize(
    ("every", "day", "told"),
    [("week", MONDAY, 1), ("week", NEITHER, 0), ("month", FIRST, 1), ("month", MONDAY, 0), ("", MONDAY, 0)],
)
def test_one_hears_on_the_days_one_asked_for_and_once(people, folder, every, day, told):  # noqa: F811
    fresh.refreshed()
    save(people, every=every, query="period=month")
    assert saved_views.tell_all(day) == told
    saved_views.tell_all(day)
    found = Notice.objects.filter(district=DISTRICT, kind=saved_views.KIND)
    assert found.count() == told
    for one in found:
        assert one.link == f"/cockpit/{DISTRICT}/?period=month" and one.body.count("，") == 2


def test_who_leads_it_no_more_hears_nothing(people, folder):  # noqa: F811
    fresh.refreshed()
    save(people, every="week")
    Assignment.objects.filter(holder_id=people.leader.person.id).delete()
    assert saved_views.tell_all(MONDAY) == 0


def test_views_are_handed_over_and_erased_with_the_person(people):  # noqa: F811
    save(people)
    assert personal_data.export(people.leader.person.id)["views"][0]["name"] == "周一看"
    personal_data.erase(people.leader.person.id, SYSTEM)
    assert not SavedView.objects.filter(district=DISTRICT).exists()
