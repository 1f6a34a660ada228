"""Killed anywhere, delivered again and again: one case over there, nobody who reported is lost."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.cast import DISTRICT, OTHER_DISTRICT, Cast
from youlin.apps.cases import selectors, services
from youlin.apps.cases.crossing import answering, delivering
from youlin.apps.cases.models import Arrival, Case, CaseReporter, Crossing
from youlin.apps.cases.services import Receipt
from youlin.apps.cases.tests.factories import key, reported
from youlin.kernel import journal
from youlin.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker is gone: nothing that it left open counts."""


@contextmanager
def killed_at(statement: int) -> Iterator[list[int]]:
    """The process ends before its `statement`th statement; how many there were."""
    seen = [0]

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        seen[0] += 1
        if seen[0] == statement:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield seen


def until_it_is_done(work: Callable[[], object]) -> int:
    """Killed before the first statement, then before the second, and so on; how many times it was killed."""
    for statement in range(1, 1000):
        try:
            with killed_at(statement) as seen:
                work()
            if seen[0] < statement:
                return statement - 1
        except Killed:
            continue
    raise AssertionError("it never came to an end")


def send(receipt: Receipt, people: Cast) -> Crossing:
    services.hand_over(
        actor=people.sun.actor,
        case_id=receipt.case.id,
        to_district=OTHER_DISTRICT,
        reason="位置在东城区",
        idempotency_key=key(),
    )
    return Crossing.objects.get(case=receipt.case, state="waiting")


def over_there() -> list[Case]:
    return list(Case.objects.filter(district=OTHER_DISTRICT))


def test_a_worker_that_dies_before_any_statement_of_delivering_files_one_case(both: Cast) -> None:
    receipt = reported(actor=both.li.actor, contact="13800138001")
    services.me_too(actor=both.qian.actor, case_number=receipt.number, idempotency_key=key())
    crossing = send(receipt, both)
    deaths = until_it_is_done(lambda: delivering.deliver(DISTRICT, crossing.id))
    assert deaths > 20, "it was killed in all of its work"
    assert len(over_there()) == Arrival.objects.count() == 1
    assert CaseReporter.objects.filter(district=OTHER_DISTRICT).count() == 2
    acts = [one.act for one in journal.entries_for(receipt.case)]
    assert acts.count("cases.crossing_delivered") == 1
    assert [one.act for one in journal.entries_for(over_there()[0])] == ["cases.crossing_arrived"]
    assert journal.verify() == []


@pytest.mark.parametrize("accepting", [True, False])
def test_a_worker_that_dies_before_any_statement_of_answering_ends_it_once(
    both: Cast, accepting: bool
) -> None:
    receipt = reported(actor=both.li.actor)
    crossing = send(receipt, both)
    delivering.deliver_due()
    late = services.me_too(actor=both.qian.actor, case_number=receipt.number, idempotency_key=key())
    there, given = over_there()[0], {"actor": both.other.actor, "idempotency_key": key()}
    if accepting:
        services.accept_arrival(case_id=there.id, **given)
    else:
        services.refuse_arrival(case_id=there.id, reason="属西城", **given)
    assert until_it_is_done(lambda: answering.answer(OTHER_DISTRICT, crossing.id)) > 10
    acts = [one.act for one in journal.entries_for(receipt.case)]
    assert acts.count("cases.crossed" if accepting else "cases.crossing_returned") == 1
    expected = there.number if accepting else receipt.number
    for token in (receipt.token, late.token):
        assert selectors.track(receipt.number, token).case.number == expected
    assert Case.objects.get(id=there.id).me_too_count == (1 if accepting else 0)
    assert journal.verify() == []


@pytest.mark.parametrize("seed", range(3))
def test_no_acknowledged_report_is_lost_whatever_happens_in_whatever_order(both: Cast, seed: int) -> None:
    rng = random.Random(seed)
    receipts: list[Receipt] = []
    for _step in range(30):
        deed = rng.choice(("report", "report", "send", "join", "deliver", "deliver", "decide", "answer"))
        if deed == "report":
            receipts.append(reported())
        elif receipts and deed == "send":
            _quietly(lambda: send(rng.choice(receipts), both))
        elif receipts and deed == "join":
            number = rng.choice(receipts).number
            _quietly(
                lambda number=number: receipts.append(
                    services.me_too(
                        actor=both.li.actor, case_number=number, contact="", idempotency_key=key()
                    )
                )
            )
        elif deed == "decide":
            _decide(both, rng)
        else:
            _killed_somewhere(
                delivering.deliver_due if deed == "deliver" else answering.answer_due, rng.randrange(1, 60)
            )
    while _unsettled():
        delivering.deliver_due()
        _decide(both, rng)
        answering.answer_due()
    for receipt in receipts:
        assert selectors.track(receipt.number, receipt.token).case.outcome in ("", "solved")
    living = Case.objects.exclude(outcome__in=("transferred", "returned"))
    firsts = {receipt.number for receipt in receipts}
    assert living.count() == len(firsts), "every matter is answered for in exactly one district"
    assert journal.verify() == []


def _quietly(deed: Callable[[], object]) -> None:
    """What the rules refuse was not acknowledged."""
    try:
        deed()
    except Conflict:
        return


def _killed_somewhere(work: Callable[[], object], statement: int) -> None:
    try:
        with killed_at(statement):
            work()
    except Killed:
        return


def _decide(people: Cast, rng: random.Random) -> None:
    for arrival in Arrival.objects.filter(state="offered").select_related("case"):
        given = {"actor": people.other.actor, "case_id": arrival.case_id, "idempotency_key": key()}
        if rng.random() < 0.6:
            services.accept_arrival(**given)
        else:
            services.refuse_arrival(reason="属西城", **given)


def _unsettled() -> bool:
    return Crossing.objects.filter(state="waiting").exists()
