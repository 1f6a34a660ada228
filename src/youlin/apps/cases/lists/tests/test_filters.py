"""Saved filters: named, ordered, shared with a kind of duty, never granting anything."""

import pytest

from youlin.apps.cases.lists import selectors, services
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.kernel import journal
from youlin.kernel.errors import Invalid, NotAllowed, NotFound


def saved(member, name="超时的", query="view=late", **more):
    return services.save_filter(actor=member.actor, name=name, query=query, **more)


def names(member) -> list[str]:
    return [row.name for row in selectors.saved_filters(member.actor)]


def test_a_filter_is_kept_changed_and_deleted_and_all_of_it_is_journalled(people):
    kept = saved(people.zhao)
    services.save_filter(actor=people.zhao.actor, name="最急的", query="light=late", filter_id=kept.id)
    [row] = selectors.saved_filters(people.zhao.actor)
    assert (row.name, row.query, row.mine) == ("最急的", "light=late", True)
    acts = [entry.act for entry in journal.entries_for(kept)]
    assert acts == ["cases.filter_saved", "cases.filter_saved"]
    services.drop_filter(actor=people.zhao.actor, filter_id=kept.id)
    services.drop_filter(actor=people.zhao.actor, filter_id=kept.id)
    assert names(people.zhao) == []
    assert [entry.act for entry in journal.entries_for(kept)][2:] == ["cases.filter_dropped"]


def test_what_was_searched_for_is_not_in_the_journal(people):
    kept = saved(people.zhao, query="q=张三")
    assert "张三" not in str([entry.public for entry in journal.entries_for(kept)])


def test_one_is_the_default_and_another_takes_its_place(people):
    first, second = saved(people.zhao, is_default=True), saved(people.zhao, "第二个", is_default=True)
    assert selectors.default_filter(people.zhao.actor) == second.id
    assert [row.is_default for row in selectors.saved_filters(people.zhao.actor)] == [False, True]
    services.drop_filter(actor=people.zhao.actor, filter_id=second.id)
    assert selectors.default_filter(people.zhao.actor) is None
    assert first.id


def test_filters_keep_the_order_their_owner_gives_them(people):
    kept = [saved(people.zhao, name) for name in ("甲", "乙", "丙")]
    services.move_filter(actor=people.zhao.actor, filter_id=kept[2].id, step=-1)
    assert names(people.zhao) == ["甲", "丙", "乙"]
    services.move_filter(actor=people.zhao.actor, filter_id=kept[0].id, step=-5)
    assert names(people.zhao) == ["甲", "丙", "乙"]


def test_a_shared_filter_is_seen_by_that_duty_alone_and_changed_by_its_owner_alone(people):
    shared = saved(people.sun, "全区超时", shared_with="district_leader")
    assert names(people.leader) == ["全区超时"]
    assert names(people.zhao) == []
    assert names(people.other) == []
    [row] = selectors.saved_filters(people.leader.actor)
    assert (row.mine, row.shared_by, row.is_default) == (False, "孙区长", False)
    services.drop_filter(actor=people.leader.actor, filter_id=shared.id)
    assert names(people.sun) == ["全区超时"]
    with pytest.raises(NotFound):
        services.move_filter(actor=people.leader.actor, filter_id=shared.id, step=1)
    with pytest.raises(NotFound):
        selectors.saved_filter(people.zhao.actor, shared.id)


def test_nobody_shares_with_a_duty_they_do_not_hold(people):
    with pytest.raises(Invalid) as refused:
        saved(people.zhao, shared_with="district_leader")
    assert refused.value.problems[0].field == "shared_with"


@pytest.mark.parametrize(("name", "query"), [("", "view=late"), ("长" * 41, ""), ("好", "q=" + "x" * 1000)])
def test_a_filter_without_name_or_too_long_is_refused_in_words(people, name, query):
    with pytest.raises(Invalid):
        saved(people.zhao, name, query)


def test_two_of_one_name_are_refused_and_so_is_the_thirty_first(people):
    saved(people.zhao, "同名")
    with pytest.raises(Invalid):
        saved(people.zhao, "同名")
    for number in range(29):
        saved(people.zhao, f"第 {number} 个")
    with pytest.raises(Invalid) as refused:
        saved(people.zhao, "太多")
    assert "30" in refused.value.message


def test_residents_keep_no_filters(people):
    with pytest.raises(NotAllowed):
        saved(people.qian)


def test_counting_stops_above_a_hundred(people):
    factories.many(5)
    assert selectors.count(people.zhao.actor, CaseFilters()) == 5
    factories.many(100)
    assert selectors.count(people.zhao.actor, CaseFilters()) == selectors.COUNTED + 1
