"""Merges and parts: every reporter is kept and can follow, merges can be taken back, wholes go on with their parts."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case, CaseClock, CaseReporter
from youlin.apps.cases.services import Part
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, MONDAY, NOISE, do, handling, key, photo, reported
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def merge(keep: Case, drop: Case, actor: Actor, **more: Any) -> Case:
    more.setdefault("idempotency_key", key())
    return services.merge(actor=actor, keep_id=keep.id, drop_id=drop.id, **more)


def unmerge(case: Case, actor: Actor) -> Case:
    return services.unmerge(actor=actor, case_id=case.id, note="不是同一处", idempotency_key=key())


def now(case: Case) -> Case:
    return Case.objects.get(district=DISTRICT, id=case.id)


def voices() -> dict[str, str]:
    """Whose report stands with which case, by digest of their token."""
    return dict(CaseReporter.objects.filter(district=DISTRICT).values_list("token_digest", "case__number"))


def split(case: Case, actor: Actor, *parts: Part) -> tuple[Case, ...]:
    given = parts or (Part(GARBAGE, "清走东侧垃圾"), Part(GARBAGE, "清走西侧垃圾"))
    return services.split(actor=actor, case_id=case.id, parts=given, idempotency_key=key())


def finish(part: Case, people: Cast) -> None:
    do(part, "file"), do(part, "dispatch"), do(part, "accept_task", people.wang.actor)
    do(part, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
    do(part, "verify", people.zhao.actor), do(part, "close", people.zhao.actor)


def test_the_merged_number_leads_to_the_one_that_stays_and_every_token_works(people: Cast) -> None:
    kept, gone = (
        reported(actor=people.li.actor, text="垃圾满了"),
        reported(text="我家楼下的垃圾，电话 13912345678"),
    )
    services.me_too(actor=people.qian.actor, case_number=gone.number, idempotency_key=key())
    merge(kept.case, gone.case, people.zhao.actor)
    mine = selectors.track(gone.number, gone.token)
    assert (mine.case.number, mine.merged_from) == (kept.number, gone.number)
    assert "我家" not in mine.case.description and selectors.track(kept.number, kept.token).merged_from == ""
    assert now(kept.case).me_too_count == 2 and set(voices().values()) == {kept.number}
    assert selectors.case_page(people.zhao.actor, kept.number).merged == (gone.number,)
    with pytest.raises(NotFound):
        selectors.track(gone.number, kept.token)


def test_who_reported_the_merged_case_rates_the_one_that_stays(people: Cast) -> None:
    gone = reported()
    case = factories.closed(people.wang.actor, people.zhao.actor)
    merge(case, gone.case, people.zhao.actor)
    services.rate(case_number=gone.number, token=gone.token, solved=True, stars=5, idempotency_key=key())
    assert now(case).satisfied is True and now(case).state == "evaluated"


def test_a_merge_is_taken_back_as_if_it_had_not_been(people: Cast) -> None:
    with clock.frozen(MONDAY):
        kept, gone = handling(people.wang.actor), handling(people.wang.actor)
        before, due = voices(), gone.due_at
        merge(kept, gone, people.zhao.actor)
        assert now(gone).state == "void" and now(gone).due_at is None
    with clock.frozen(MONDAY + timedelta(hours=1)):
        unmerge(gone, people.zhao.actor)
    back = now(gone)
    assert (back.state, back.is_open, back.holder_id, back.due_at) == ("handling", True, people.wang.id, due)
    assert back.duplicate_of_id is None and back.closed_at is None and now(kept).me_too_count == 0
    assert voices() == before
    assert journal.entries_for(gone)[-1].act == "cases.unmerged"
    with pytest.raises(Conflict, match="没有并入"):
        unmerge(gone, people.zhao.actor)


def test_chains_of_merges_keep_everybody_and_come_apart_again(people: Cast) -> None:
    first, second, third = (reported().case for _n in range(3))
    before = voices()
    merge(second, first, people.zhao.actor)
    merge(third, second, people.zhao.actor)
    assert set(voices().values()) == {third.number} and now(third).me_too_count == 2
    unmerge(second, people.zhao.actor)
    assert sorted(voices().values()) == sorted([second.number, second.number, third.number])
    unmerge(first, people.zhao.actor)
    assert voices() == before


def test_a_case_is_merged_into_the_head_of_a_chain(people: Cast) -> None:
    first, second, third = (reported().case for _n in range(3))
    merge(second, first, people.zhao.actor)
    merge(first, third, people.zhao.actor)
    assert now(third).duplicate_of_id == second.id


@pytest.mark.parametrize("who", ["wang", "qian", "leader"])
def test_who_may_not_void_may_not_merge(people: Cast, who: str) -> None:
    kept, gone = reported().case, reported().case
    with pytest.raises((NotAllowed, NotFound)):
        merge(kept, gone, getattr(people, who).actor)
    assert now(gone).is_open


def test_a_case_is_not_merged_with_itself_nor_with_what_one_may_not_know(people: Cast) -> None:
    case, secret = reported().case, reported(category=factories.TIP_OFF).case
    with pytest.raises(Invalid, match="自己"):
        merge(case, case, people.zhao.actor)
    with pytest.raises(NotFound):
        merge(secret, case, people.zhao.actor)
    with pytest.raises(Invalid, match="没有"):
        do(case, "mark_duplicate", people.zhao.actor, fields={"duplicate_of": secret.number})


def test_the_same_merge_twice_is_one(people: Cast) -> None:
    kept, gone, once = reported().case, reported().case, key()
    for _try in range(2):
        merge(kept, gone, people.zhao.actor, idempotency_key=once)
    assert now(kept).me_too_count == 1


def test_parts_go_their_own_ways_and_the_whole_closes_with_the_last(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    case = receipt.case
    do(case, "file"), do(case, "dispatch"), do(case, "accept_task", people.wang.actor)
    promised = now(case).due_at
    one, two = split(case, people.zhao.actor)
    assert (now(case).state, now(case).marks, now(case).due_at) == ("divided", "divided", promised)
    assert one.parent_id == case.id and one.due_at is not None and one.area_now == case.area_now
    assert not one.public and not CaseReporter.objects.filter(district=DISTRICT, case=one).exists()
    assert len(selectors.track(receipt.number, receipt.token).parts) == 2
    finish(one, people)
    assert now(case).state == "divided"
    do(two, "void", people.zhao.actor)
    whole = now(case)
    assert (whole.state, whole.outcome, whole.marks) == ("closed", "solved", "")
    assert CaseClock.objects.get(district=DISTRICT, case=case, name="handle").outcome == "kept"
    assert selectors.track(receipt.number, receipt.token).may_rate


def test_a_whole_whose_parts_came_to_nothing_is_handled_itself(people: Cast) -> None:
    case = handling(people.wang.actor)
    for part in split(case, people.zhao.actor):
        do(part, "void", people.zhao.actor)
    assert now(case).state == "handling" and now(case).holder_id == people.wang.id


def test_a_hotline_order_is_called_back_when_its_parts_are_done(people: Cast) -> None:
    case = factories.dispatched(category=NOISE)
    do(case, "contact", people.community.actor)
    for part in split(case, people.zhao.actor):
        finish(part, people)
    assert now(case).state == "replied"


def test_each_wrong_part_is_named(people: Cast) -> None:
    case = handling(people.wang.actor)
    with pytest.raises(Invalid) as error:
        split(
            case,
            people.zhao.actor,
            Part("nothing", "有话"),
            Part(GARBAGE, ""),
            Part(GARBAGE, "x", "110101001"),
        )
    fields = {problem.field for problem in error.value.problems}
    assert fields == {"part-1-category", "part-2-text", "part-3-area"}
    with pytest.raises(Invalid, match="至少"):
        split(case, people.zhao.actor, Part(GARBAGE, "只有一件"))
    with pytest.raises(NotAllowed):
        split(case, people.wang.actor)
    assert now(case).state == "handling"


def test_nobody_gathers_parts_by_hand(people: Cast) -> None:
    case = handling(people.wang.actor)
    split(case, people.zhao.actor)
    with pytest.raises(NotAllowed, match="系统"):
        do(case, "gather", people.sun.actor)
    with pytest.raises(Invalid, match="分办"):
        do(handling(people.wang.actor), "split", people.zhao.actor)


def test_one_takes_out_ones_own_words_and_not_those_of_the_case_that_stayed(people: Cast) -> None:
    from youlin.apps.cases import personal_data
    from youlin.kernel.actors import SYSTEM

    kept = reported(text="垃圾满了，找 13800138009")
    gone = reported(actor=people.li.actor, text="我家楼下，电话 13912345678")
    merge(kept.case, gone.case, people.zhao.actor)
    [mine] = personal_data.export(people.li.id)["reports"]
    assert (mine["number"], mine["text"]) == (kept.number, "我家楼下，电话 13912345678")
    personal_data.erase(people.li.id, SYSTEM)
    assert "13912345678" not in now(gone.case).description and "13800138009" in now(kept.case).description
