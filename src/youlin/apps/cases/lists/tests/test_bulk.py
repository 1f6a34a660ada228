"""One act on many cases: looked at first, done one by one, taken back while nobody has touched them."""

from datetime import timedelta
from functools import partial

import pytest

from tests.cast import OTHER_STREET
from youlin.apps.cases.lists import selectors, services
from youlin.apps.cases.lists.bulk import doing, rules
from youlin.apps.cases.models import BulkItem, BulkRun, Case, CaseClock
from youlin.apps.cases.tests import factories
from youlin.kernel import clock, jobs, journal
from youlin.kernel.errors import Conflict, Invalid, NotFound


def filed(count: int) -> list[Case]:
    """Cases that wait for dispatch."""
    return [factories.do(factories.reported().case, "file") for _ in range(count)]


def act(member, found, code="dispatch", *, key="k1", **given):
    seen = {case.number: case.version for case in found}
    return services.act_on_many(
        actor=member.actor, act=code, seen=seen, given=services.Given(**given), idempotency_key=key
    )


def result(member, run):
    return selectors.bulk_run(member.actor, run.id)


def fresh(case: Case) -> Case:
    return Case.objects.get(district=case.district, id=case.id)


def test_each_case_is_one_act_of_the_ordinary_service(people):
    found = filed(3)
    run = act(people.zhao, found, note="统一派遣")
    assert (result(people.zhao, run).done, result(people.zhao, run).refused) == (3, 0)
    for case in found:
        last = journal.entries_for(case)[-1]
        assert (last.act, last.actor_person, last.note) == ("cases.dispatched", people.zhao.id, "统一派遣")
        assert fresh(case).holder_id == people.wang.id


def test_the_preview_says_of_every_case_whether_and_why(people):
    waiting, done = filed(2), factories.dispatched()
    theirs = factories.reported(area=f"{OTHER_STREET}001001").case
    numbers = [case.number for case in (*waiting, done, theirs)]
    seen = selectors.preview(people.zhao.actor, numbers, act="dispatch")
    assert [one.number for one in seen.will] == [case.number for case in waiting]
    [refused] = seen.will_not  # what the actor may not know is not there at all
    assert (refused.number, "没有这一步" in refused.why_not) == (done.number, True)
    assert seen.undo == "all"
    offered = {offer.code: offer.count for offer in selectors.offers(people.zhao.actor, numbers)}
    assert offered["dispatch"] == 2
    assert not {"feedback", "follow_up", "rate", "reopen"} & set(offered)


def test_a_person_who_cannot_handle_a_case_is_named_as_the_reason(people):
    [case] = filed(1)
    Case.objects.filter(id=case.id).update(holder=people.community.id)
    look = partial(selectors.preview, people.zhao.actor, [case.number], act="dispatch_to")
    assert "没有办理此案的岗位" in look(to_person=people.sibling.id).verdicts[0].why_not
    assert "已经在这位同事手里" in look(to_person=people.community.id).verdicts[0].why_not
    assert look(to_person=people.wang.id).verdicts[0].why_not == ""
    assert str(people.wang.id) in {choice.value for choice in look().people}


def test_what_changed_since_it_was_seen_is_left_alone_with_a_reason(people):
    first, second = filed(2)
    seen = [first, second]
    factories.do(second.id, "dispatch")
    run = act(people.zhao, seen)
    found = result(people.zhao, run)
    assert (found.done, found.refused) == (1, 1)
    [refused] = [row for row in selectors.bulk_items(people.zhao.actor, run.id) if row.problem]
    assert (refused.number, refused.problem) == (second.number, "案件刚被别人办理过")


def test_sent_twice_it_is_done_once(people):
    found = filed(2)
    first, again = act(people.zhao, found), act(people.zhao, found)
    assert first.id == again.id
    assert [len(journal.entries_for(case)) for case in found] == [3, 3]


def test_a_large_run_is_done_by_the_worker_and_goes_on_where_it_died(people, monkeypatch):
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    monkeypatch.setattr(doing, "_STEP", 2)
    found = filed(5)
    run = act(people.zhao, found)
    assert result(people.zhao, run).running
    assert result(people.zhao, run).finished == 0
    doing.bulk_step(district=run.district, run_id=str(run.id))
    assert result(people.zhao, run).percent == 40
    jobs.run_pending()
    over = result(people.zhao, run)
    assert (over.done, over.running) == (5, False)
    assert [len(journal.entries_for(case)) for case in found] == [3] * 5
    acts = [entry.act for entry in journal.entries_for(run)]
    assert acts == ["cases.bulk_started", "cases.bulk_finished"]


@pytest.mark.parametrize("goes_on", ["sent again", "worker"])
def test_a_small_run_that_was_broken_off_goes_on_when_sent_again_or_by_the_worker(
    people, monkeypatch, goes_on
):
    found = filed(3)
    real, done = doing._do, []

    def killed(run, item):
        if done:
            raise KeyboardInterrupt
        done.append(item)
        real(run, item)

    with monkeypatch.context() as patch:
        patch.setattr(doing, "_do", killed)
        with pytest.raises(KeyboardInterrupt):
            act(people.zhao, found)
    [run] = BulkRun.objects.all()
    assert (result(people.zhao, run).finished, result(people.zhao, run).running) == (1, True)
    if goes_on == "worker":
        jobs.run_pending()
    else:
        assert act(people.zhao, found).id == run.id
    over = result(people.zhao, run)
    assert (over.done, over.running) == (3, False)
    assert [len(journal.entries_for(case)) for case in found] == [3] * 3


def test_of_two_who_go_on_with_a_run_one_does_each_case(people):
    [case] = filed(1)
    run = act(people.zhao, [case])
    [item] = BulkItem.objects.filter(run=run)
    stale = BulkItem.objects.get(id=item.id)
    stale.state = BulkItem.State.WAITING
    doing._do(run, stale)
    item.refresh_from_db()
    assert (item.state, len(journal.entries_for(case))) == (BulkItem.State.DONE, 3)
    assert item.before["state"] == "filed", "what an undo puts back is what was before, not after"


def test_undo_puts_back_holder_state_and_deadline_in_a_new_entry(people):
    [case] = filed(1)
    before = fresh(case)
    running = set(CaseClock.objects.filter(case=case, stopped_at=None).values_list("id", flat=True))
    run = act(people.zhao, [case])
    assert result(people.zhao, run).can_undo == 1
    back = services.undo_run(actor=people.zhao.actor, run_id=run.id, idempotency_key="u1")
    assert result(people.zhao, back).done == 1
    after = fresh(case)
    for name in ("state", "holder_id", "holder_duty", "due_at", "light_at", "dispatched_at", "is_open"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.version == before.version + 2
    assert journal.entries_for(case)[-1].act == "cases.undone"
    assert running == set(CaseClock.objects.filter(case=case, stopped_at=None).values_list("id", flat=True))
    assert factories.do(case.id, "dispatch").holder_id == people.wang.id


def test_what_somebody_did_since_is_not_undone(people):
    found = filed(2)
    run = act(people.zhao, found)
    factories.do(found[0].id, "accept_task", people.wang.actor)
    back = services.undo_run(actor=people.zhao.actor, run_id=run.id, idempotency_key="u1")
    assert (result(people.zhao, back).done, result(people.zhao, back).refused) == (1, 1)
    assert fresh(found[0]).state == "handling"


def test_undo_is_the_doers_own_once_and_in_time(people):
    run = act(people.zhao, filed(1))
    with pytest.raises(NotFound):
        services.undo_run(actor=people.sun.actor, run_id=run.id, idempotency_key="x")
    later = clock.now() + rules.UNDO_FOR + timedelta(seconds=1)
    with clock.frozen(later), pytest.raises(Conflict):
        services.undo_run(actor=people.zhao.actor, run_id=run.id, idempotency_key="x")
    services.undo_run(actor=people.zhao.actor, run_id=run.id, idempotency_key="u1")
    with pytest.raises(Conflict):
        services.undo_run(actor=people.zhao.actor, run_id=run.id, idempotency_key="u2")
    assert result(people.zhao, run).undone_by is not None


def test_what_was_said_to_the_petitioner_cannot_be_taken_back(people):
    found = [factories.reported().case]
    seen = selectors.preview(people.zhao.actor, [found[0].number], act="void")
    assert seen.undo == "none"
    run = act(people.zhao, found, "void", note="不属于受理范围")
    assert result(people.zhao, run).can_undo == 0
    with pytest.raises(Conflict):
        services.undo_run(actor=people.zhao.actor, run_id=run.id, idempotency_key="u1")


def test_a_category_changed_and_changed_back_is_found_by_its_name_again(people):
    [case] = filed(1)
    run = act(people.zhao, [case], "recategorise", note="归错类", to_category="event.street.stall")
    assert fresh(case).category == "event.street.stall"
    services.undo_run(actor=people.zhao.actor, run_id=run.id, idempotency_key="u1")
    assert fresh(case).category == factories.GARBAGE


def test_nothing_too_much_and_two_districts_are_refused_in_words(people):
    with pytest.raises(Invalid):
        act(people.zhao, [])
    with pytest.raises(Invalid) as refused:
        services.act_on_many(
            actor=people.zhao.actor,
            act="dispatch",
            seen={f"XC-{number}": 1 for number in range(rules.MOST + 1)},
            given=services.Given(),
            idempotency_key="k",
        )
    assert "1000" in refused.value.message


def test_a_case_the_actor_may_not_know_is_not_acted_on(people):
    secret = factories.reported(category=factories.TIP_OFF).case
    [mine] = filed(1)
    run = act(people.sun, [mine, secret])
    assert BulkItem.objects.filter(run=run).count() == 1
    assert fresh(secret).version == secret.version


def test_duties_are_asked_again_for_every_case(people):
    [case] = filed(1)
    run = act(people.wang, [case])
    found = result(people.wang, run)
    assert (found.done, found.refused) == (0, 1)
