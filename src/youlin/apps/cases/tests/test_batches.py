"""What the system does for many cases at once is what it would do for one after the other, at the price of one."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import DISTRICT, GRID, SIBLING_GRID, Cast
from youlin.apps.cases import lookup, services
from youlin.apps.cases.models import Case, CaseClock, CaseType, Category
from youlin.apps.cases.services import going_on
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, MONDAY, NOISE, TIP_OFF, do, key, reported
from youlin.apps.notices.models import Delivery, Letter, Notice
from youlin.apps.notices.services import set_preference
from youlin.apps.parties.models import Person
from youlin.kernel import clock, journal, reactions
from youlin.kernel.actors import ANONYMOUS
from youlin.kernel.errors import YoulinError
from youlin.kernel.reactions import declarations, draining

pytestmark = pytest.mark.django_db

STALL = "event.street.stall"
RULES: dict[str, dict[str, Any]] = {
    "go_on": {
        "when": ["cases.reported"],
        "do": "cases.go_on",
        "condition": "after.case_type == 'city_event'",
    },
    "take_orders": {
        "when": ["cases.reported"],
        "do": "cases.go_on",
        "condition": "after.case_type != 'city_event'",
        "params": {"acts": ["accept", "dispatch", "contact"]},
    },
    "tell_holder": {
        "when": ["cases.filed", "cases.dispatched"],
        "do": "cases.notify_holder",
        "params": {"title": "{area} {category} {due}", "body": "{number} {title} {state} {light}"},
    },
    "tell_reporter": {
        "when": ["cases.filed", "cases.dispatched", "cases.voided"],
        "do": "cases.notify_reporter",
        "params": {"title_en": "{number}: {state}", "urgent": True},
    },
}


@pytest.fixture
def rules(people: Cast) -> Cast:
    """The cast, where these rules are in force and one reader chose their channels."""
    blank = {"condition": "", "params": {}}
    declared = {name: {**blank, **rule} for name, rule in RULES.items()}
    declarations.declare_rules(district=DISTRICT, programme="test", declared=declared)
    set_preference(actor=people.wang.actor, district=DISTRICT, channels={"*": ["sms"]})
    Person.objects.filter(id=people.li.id).update(language="en")
    return people


@dataclass(frozen=True)
class Matter:
    """One report, and what people did before the worker came to it."""

    category: str
    area: str
    who: str
    before: tuple[str, ...]
    demo: bool = False


MATTER = st.builds(
    Matter,
    category=st.sampled_from([GARBAGE, GARBAGE, STALL, NOISE, TIP_OFF]),
    area=st.sampled_from([GRID, GRID, SIBLING_GRID, "110102002001002"]),
    who=st.sampled_from(["li", "nobody", "phone", "protected"]),
    before=st.sampled_from([(), (), (), ("file",), ("void",), ("file", "dispatch"), ("measure",), ("join",)]),
    demo=st.booleans(),
)


def take(matter: Matter, people: Cast) -> Case:
    """Report it and do what came before."""
    more: dict[str, Any] = {"contact": "13800138000"} if matter.who in ("phone", "protected") else {}
    case = reported(
        actor=people.li.actor if matter.who == "li" else ANONYMOUS,
        category=matter.category,
        area=matter.area,
        protected=matter.who == "protected",
        is_demo=matter.demo,
        **more,
    ).case
    for deed in matter.before:
        try:
            if deed == "join":
                services.me_too(actor=people.wang.actor, case_number=case.number, idempotency_key=key())
            elif deed == "measure":
                do(case, "file")
                services.begin_measure(
                    actor=people.leader.actor,
                    case_id=case.id,
                    kind="supervision",
                    note="请尽快",
                    until=clock.today() + timedelta(days=3),
                    idempotency_key=key(),
                )
            else:
                do(case, deed)
        except YoulinError:
            continue
    return case


def of_cases(cases: list[Case]) -> list[Any]:
    """All that can be seen of the cases, but for what is drawn by lot."""
    found = []
    for case in Case.objects.filter(id__in=[case.id for case in cases]).order_by("id"):
        columns = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
        clocks = CaseClock.objects.filter(case=case).order_by("started_at", "name", "due_at")
        entries = [
            (entry.act, entry.actor_kind, entry.at, entry.area, entry.subject_seq, entry.public)
            + (sorted(map(str, journal.opened(entry).items())),)
            for entry in journal.entries_for(case)
        ]
        times = ("name", "limit", "started_at", "amber_at", "due_at", "stopped_at", "outcome")
        found.append((columns, list(clocks.values_list(*times)), entries))
    return found


def of_messages() -> list[Any]:
    """Who was told what, how."""
    words = ("kind", "title", "body", "link", "urgent", "subject_id")
    notices = list(Notice.objects.order_by("person", *words).values_list("person", *words))
    letters = Letter.objects.order_by("subject_id", "title").values_list("subject_id", "title", "text")
    ways = Delivery.objects.order_by("channel", "notice__subject_id", "notice__title")
    sent = [
        (entry.public["after"], entry.related[1:])
        for entry in journal.read_batch(DISTRICT, None, 10_000, acts=["notices.sent", "notices.written"])[0]
    ]
    return [
        notices,
        list(letters),
        list(ways.values_list("channel", "not_before", "notice__title", "notice__person")),
        sorted(map(str, sent)),
    ]


def once(deed: Callable[[], None], cases: list[Case]) -> tuple[list[Any], list[Any]]:
    """What is there after `deed`, which is then undone."""
    with transaction.atomic():
        deed()
        assert not reactions.failing() and not journal.verify()
        found = of_cases(cases), of_messages()
        transaction.set_rollback(True)
    return found


def in_batches_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(draining, "_TOGETHER", size)
        patch.setattr(draining, "LONGEST_BATCH", 60)
        reactions.drain_all()


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(matters=st.lists(MATTER, min_size=2, max_size=7))
def test_a_batch_does_what_is_done_one_by_one(
    rules: Cast, monkeypatch: pytest.MonkeyPatch, matters: list[Matter]
) -> None:
    with transaction.atomic():
        with clock.frozen(MONDAY):
            cases = [take(matter, rules) for matter in matters]
            one_by_one = once(lambda: in_batches_of(1, monkeypatch), cases)
            together = once(lambda: in_batches_of(100, monkeypatch), cases)
            by_hand = once(lambda: _by_hand(cases), cases)
        assert together == one_by_one
        assert by_hand[0] == together[0]
        transaction.set_rollback(True)


def _by_hand(cases: list[Case]) -> None:
    """The same acts of the system through the service that people use."""
    for case in cases:
        event = case.case_type.code == "city_event"
        for name in ("file", "dispatch") if event else ("accept", "dispatch", "contact"):
            try:
                do(case, name, note="")
            except YoulinError:
                fresh = Case.objects.get(id=case.id)
                if fresh.state in lookup.table_of(case.case_type).acts[name].sources:
                    break


def test_fifty_reports_take_hardly_more_queries_than_ten(rules: Cast) -> None:
    def drained(count: int) -> int:
        for number in range(count):
            reported(actor=rules.li.actor, area=(GRID, SIBLING_GRID)[number % 2], contact="13800138000")
        with CaptureQueriesContext(connection) as asked:
            reactions.drain_all()
        return len(asked)

    drained(1)
    few, many = drained(10), drained(50)
    assert not Case.objects.exclude(state="dispatched").exists() and not reactions.failing()
    assert Notice.objects.filter(kind="cases.reporter").count() == 2 * 61
    assert many <= few + 10, (few, many)


def test_a_case_that_cannot_go_on_is_left_as_it_is(rules: Cast) -> None:
    Category.objects.filter(code=STALL).update(limits={"handle": "很快"})
    with clock.frozen(MONDAY):
        cases = [reported(category=category).case for category in (GARBAGE, STALL, GARBAGE)]
        reactions.drain_all()
    states = [Case.objects.get(id=case.id).state for case in cases]
    assert states == ["dispatched", "filed", "dispatched"] and not reactions.failing()
    stuck = Case.objects.get(id=cases[1].id)
    assert (stuck.version, stuck.dispatched_at, stuck.holder_duty) == (2, None, "")
    clocks = CaseClock.objects.filter(case=stuck).order_by("name")
    assert [(one.name, one.stopped_at is None) for one in clocks] == [("dispatch", True), ("file", False)]
    assert [entry.act for entry in journal.entries_for(stuck)] == ["cases.reported", "cases.filed"]


def test_whoever_cannot_be_told_keeps_nobody_else_waiting(rules: Cast) -> None:
    mine, theirs = reported(area=GRID).case, reported(area=SIBLING_GRID).case
    for case in (mine, theirs):
        do(case, "file"), do(case, "dispatch")
    holders = dict(Case.objects.values_list("id", "holder_id"))
    assert holders[mine.id] != holders[theirs.id]
    Person.objects.filter(id=holders[mine.id]).update(erased_at=clock.now())
    reactions.drain_all()
    failing = [(one.reaction, one.entry.act, one.entry.subject_id) for one in reactions.failing()]
    assert failing == [("test.tell_holder", act, mine.id) for act in ("cases.filed", "cases.dispatched")]
    assert set(Notice.objects.values_list("subject_id", flat=True)) == {theirs.id}
    assert journal.verify() == []


def test_parts_that_end_together_end_their_whole(people: Cast) -> None:
    kind = CaseType.objects.get(district=DISTRICT, code="city_event", is_current=True)
    kind.workflow = copy.deepcopy(kind.workflow)
    kind.workflow["acts"]["void"]["evidence"] = {"note": "optional"}
    kind.save()
    whole = factories.handling(people.wang.actor)
    parts = services.split(
        actor=people.zhao.actor,
        case_id=whole.id,
        parts=[services.Part(GARBAGE, "先清垃圾"), services.Part(GARBAGE, "再修垃圾桶")],
        idempotency_key=key(),
    )
    done = going_on.go_on(district=DISTRICT, case_ids=[part.id for part in parts], wanted=["void"])
    assert list(done.values()) == [["void"], ["void"]]
    whole.refresh_from_db()
    assert whole.state == "handling" and "divided" not in whole.marks
    assert [entry.act for entry in journal.entries_for(whole)].count("cases.acted") == 1
