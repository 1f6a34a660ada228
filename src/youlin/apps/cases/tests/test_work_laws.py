"""Laws of all case work, whatever people do in whatever order: states stay declared, clocks never run backward,
no rate counts a case that was left out, and everybody who reported is kept.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import DISTRICT, Cast
from youlin.apps.cases import clocks, lookup, measures, selectors, services
from youlin.apps.cases.models import Case, CaseClock, CaseReporter, Measure
from youlin.apps.cases.services import Part
from youlin.apps.cases.tests.factories import GARBAGE, MONDAY, NOISE, key, photo, reported
from youlin.kernel import clock
from youlin.kernel.errors import YoulinError

pytestmark = pytest.mark.django_db

WHO = ("wang", "community", "zhao", "sun", "leader")
ACTS = (
    "file", "accept", "dispatch", "accept_task", "contact", "arrive", "feedback", "reply", "verify", "close",
    "rework", "send_back", "void",
)  # fmt: skip
STEPS = tuple(sorted({step.code for kind in measures.KINDS.values() for step in kind.steps}))
DEED = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(ACTS), st.sampled_from(WHO)),
    st.tuples(st.just("begin"), st.sampled_from(tuple(measures.KINDS)), st.sampled_from(WHO)),
    st.tuples(st.just("step"), st.sampled_from(STEPS), st.sampled_from(WHO)),
    st.tuples(st.just("merge"), st.sampled_from(("keep", "drop", "undo")), st.sampled_from(WHO)),
    st.tuples(st.just("split"), st.just(""), st.sampled_from(WHO)),
    st.tuples(st.just("time"), st.sampled_from(("hours", "days", "weeks")), st.just("sun")),
)
ROADS = (
    [],
    [("act", "file", "zhao"), ("act", "dispatch", "zhao"), ("act", "accept_task", "wang")],
    [("act", "file", "zhao"), ("act", "dispatch", "zhao"), ("act", "accept_task", "wang"),
     ("begin", "deferral", "wang"), ("step", "approve", "zhao")],
    [("act", "accept", "zhao"), ("act", "dispatch", "zhao"), ("act", "contact", "community"),
     ("begin", "pause", "community")],
)  # fmt: skip
"""Well-worn beginnings, so that the random part happens where there is something to break."""


class World:
    """Two cases and what is done to them."""

    def __init__(self, people: Cast, category: str) -> None:
        self.people = people
        self.receipts = [reported(category=category), reported(category=category)]
        self.now = MONDAY
        self.due: dict[UUID, Any] = {}
        self.late: set[UUID] = set()

    @property
    def cases(self) -> list[Case]:
        return list(Case.objects.filter(district=DISTRICT).select_related("case_type").order_by("id"))

    def do(self, deed: tuple[str, str, str]) -> None:
        """Do it if it can be done; a refusal changes nothing."""
        kind, what, who = deed
        actor = getattr(self.people, who).actor
        first, second = (receipt.case.id for receipt in self.receipts)
        try:
            with transaction.atomic():
                getattr(self, f"_{kind}")(actor, what, first, second)
        except YoulinError:
            pass

    def _act(self, actor: Any, what: str, case: UUID, _other: UUID) -> None:
        pictures = [photo(actor=actor)] if what == "feedback" else []
        services.act(
            actor=actor, case_id=case, act=what, note="已办", media_ids=pictures, idempotency_key=key()
        )

    def _begin(self, actor: Any, what: str, case: UUID, _other: UUID) -> None:
        services.begin_measure(
            actor=actor,
            case_id=case,
            kind=what,
            note="理由充分",
            plan="分三步",
            choice="重复诉求" if what == "exclusion" else "",
            people=[self.people.community.id] if what == "whistle" else [],
            until=clocks.local_day(self.now) + timedelta(days=2),
            idempotency_key=key(),
        )

    def _step(self, actor: Any, what: str, case: UUID, _other: UUID) -> None:
        for measure in Measure.objects.filter(district=DISTRICT, case=case, is_open=True):
            if what == "answer" and measure.kind == "pause":
                services.answer_question(
                    actor=actor,
                    case_number=self.receipts[0].number,
                    token=self.receipts[0].token,
                    text="在三号楼",
                    idempotency_key=key(),
                )
                return
            services.take_step(
                actor=actor,
                case_id=case,
                measure_id=measure.id,
                step=what,
                note="同意",
                until=clocks.local_day(self.now) + timedelta(days=5),
                idempotency_key=key(),
            )

    def _merge(self, actor: Any, what: str, case: UUID, other: UUID) -> None:
        if what == "undo":
            services.unmerge(actor=actor, case_id=case, note="看错了", idempotency_key=key())
            return
        keep, drop = (case, other) if what == "keep" else (other, case)
        services.merge(actor=actor, keep_id=keep, drop_id=drop, idempotency_key=key())

    def _split(self, actor: Any, _what: str, case: UUID, _other: UUID) -> None:
        parts = [Part(GARBAGE, "东侧"), Part(GARBAGE, "西侧")]
        services.split(actor=actor, case_id=case, parts=parts, idempotency_key=key())

    def _time(self, _actor: Any, what: str, _case: UUID, _other: UUID) -> None:
        self.now += {"hours": timedelta(hours=3), "days": timedelta(days=1), "weeks": timedelta(weeks=2)}[
            what
        ]

    def check(self) -> None:
        self._states()
        self._clocks()
        self._reporters()

    def _states(self) -> None:
        for case in self.cases:
            table = lookup.table_of(case.case_type)
            assert case.state in table.states
            assert case.is_open == table.state(case.state).open
            assert (case.closed_at is None) == case.is_open
            standing = Measure.objects.filter(district=DISTRICT, case=case, is_open=True)
            held = [one for one in standing if one.kind in ("deferral", "pause", "carry_over")]
            assert len([one for one in held if one.state == measures.RUNNING]) <= 1
            assert all(one.state in measures.KINDS[one.kind].states for one in standing)
            assert case.is_open or not held
            divided = table.role("gather", case.state) is not None
            wanted = measures.marks_of(list(standing.values_list("kind", "state")), divided=divided)
            assert case.marks == wanted

    def _clocks(self) -> None:
        for one in CaseClock.objects.filter(district=DISTRICT):
            assert one.due_at >= self.due.get(one.id, one.due_at)
            assert one.first_due_at is None or one.first_due_at <= one.due_at
            assert one.due_at > one.started_at and one.amber_at <= one.due_at
            assert one.suspended_at is None or one.suspended_at <= one.due_at
            self.due[one.id] = one.due_at
            if one.outcome == "late":
                self.late.add(one.id)
        still = CaseClock.objects.filter(district=DISTRICT, id__in=self.late, outcome__in=["kept", "void"])
        assert not still.exists()

    def _reporters(self) -> None:
        assert CaseReporter.objects.filter(district=DISTRICT).count() == len(self.receipts)
        for receipt in self.receipts:
            shown = selectors.track(receipt.number, receipt.token)
            assert shown.case.number in [one.number for one in self.receipts]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    category=st.sampled_from((GARBAGE, NOISE)),
    road=st.sampled_from(ROADS),
    deeds=st.lists(DEED, min_size=4, max_size=14),
)
def test_whatever_people_do_the_laws_hold(
    people: Cast, category: str, road: list[Any], deeds: list[Any]
) -> None:
    with transaction.atomic():
        with clock.frozen(MONDAY):
            world = World(people, category)
        for deed in [*road, *deeds]:
            with clock.frozen(world.now):
                if deed[0] == "time":
                    world.do(deed)
                else:
                    services.wake_measures()
                    world.do(deed)
                world.check()
        transaction.set_rollback(True)
