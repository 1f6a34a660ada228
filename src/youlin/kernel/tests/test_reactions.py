"""When something is journalled, what was declared is done: once, in time, and never lost."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from youlin.kernel import clock, ids, journal, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid
from youlin.kernel.idempotency import IdempotencyRecord
from youlin.kernel.journal import Item, JournalEntry
from youlin.kernel.reactions import ReactionCursor, ReactionFailure, ReactionRule, draining, registry
from youlin.kernel.tests.databases import in_threads

pytestmark = pytest.mark.django_db
DISTRICT = "110102"


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The reactions and actions of the apps step aside."""
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(registry, "_declared", {})
    reactions.register_action("tests.note", take_note)
    yield


def take_note(entries: Sequence[JournalEntry], params: dict) -> None:
    """An effect in the database that shows when it happens twice."""
    for entry in entries:
        key = f"{params.get('name', 'note')} {entry.id}"
        IdempotencyRecord.objects.create(district=entry.district, scope="notes", key=key, payload_digest="")


def notes() -> list[str]:
    return sorted(record.key.split()[0] for record in IdempotencyRecord.objects.all())


def act(name: str = "tests.made", *, district: str = DISTRICT, **more: object) -> JournalEntry:
    subject = ReactionRule(district=district, programme="tests", name="subject")
    with transaction.atomic():
        return journal.append(act=name, actor=SYSTEM, subject=subject, **more)


def a_rule(**values: object) -> ReactionRule:
    given = {
        "district": DISTRICT,
        "programme": "tests",
        "name": "rule",
        "when": ["tests.*"],
        "do": "tests.note",
    }
    return ReactionRule.objects.create(**given | values)


class TestMatching:
    def test_a_declared_reaction_runs_on_its_act_alone(self):
        reactions.declare("note_closed", when="tests.closed", do="tests.note")
        act()
        act("tests.closed")
        reactions.drain_all()
        assert len(notes()) == 1

    def test_a_star_stands_for_any_part(self):
        reactions.declare("note_all", when=["tests.*"], do="tests.note")
        act()
        act("tests.closed")
        reactions.drain_all()
        assert len(notes()) == 2

    def test_a_condition_looks_at_what_was_journalled(self):
        reactions.declare(
            "note_wells",
            when="tests.made",
            do="tests.note",
            condition="has(after.category) && after.category == '0102' && in_area(area, '110102001')",
        )
        act(after={"category": "0102"}, area="110102001003")
        act(after={"category": "0102"}, area="110102002")
        act(after={"category": "0103"}, area="110102001003")
        act()
        reactions.drain_all()
        assert len(notes()) == 1 and not reactions.failing()

    def test_every_variable_can_be_spoken_of(self):
        condition = " && ".join(
            [
                "act == 'tests.made'",
                "actor.kind == 'system'",
                "after.x == 1",
                "before.size() == 0",
                "district == '110102'",
                "note == 'n'",
                "size(related) == 0",
                "subject.kind == 'kernel.reactionrule'",
                "entry.act == act",
                "area == ''",
            ]
        )
        reactions.declare("all", when="tests.made", do="tests.note", condition=condition)
        act(after={"x": 1}, note="n")
        reactions.drain_all()
        assert not reactions.failing() and len(notes()) == 1

    def test_a_programmes_rule_holds_in_its_district_until_it_is_retired(self):
        rule = a_rule(params={"name": "rule"})
        act()
        act(district="110101")
        reactions.drain_all()
        assert notes() == ["rule"]
        rule.retired_at = clock.now()
        rule.save()
        act()
        reactions.drain_all()
        assert notes() == ["rule"]

    def test_a_later_rule_does_not_reach_back(self):
        act()
        reactions.drain_all()
        a_rule()
        assert reactions.drain_all() == 0
        assert notes() == []

    def test_a_bad_condition_is_refused_when_declared(self):
        with pytest.raises(Invalid):
            reactions.declare("bad", when="tests.made", do="tests.note", condition="after.x ==")
        with pytest.raises(Invalid):
            reactions.declare("bad", when="tests.made", do="tests.note", condition="unheard_of == 1")

    def test_a_rule_is_checked_before_it_is_kept(self):
        fine = {"when": "tests.*", "do": "tests.note"}
        reactions.check(**fine)
        for wrong in ({"when": "nobody.*"}, {"do": "tests.none"}, {"condition": "1 +"}):
            with pytest.raises(Invalid) as refused:
                reactions.check(**fine | wrong, place="programme.yaml:7")
            assert "programme.yaml:7" in f"{refused.value.problems[0].field}{refused.value}"

    def test_names_are_taken_once(self):
        with pytest.raises(ValueError, match="twice"):
            reactions.register_action("tests.note", print)
        reactions.declare("one", when="tests.made", do="tests.note")
        with pytest.raises(ValueError, match="twice"):
            reactions.declare("one", when="tests.closed", do="tests.note")
        assert reactions.registered_actions() == ["tests.note"]


class TestDraining:
    def test_batches_go_on_where_the_last_one_ended(self):
        reactions.declare("note", when="tests.made", do="tests.note")
        for _ in range(5):
            act()
        assert [reactions.drain(limit=2) for _ in range(4)] == [2, 2, 1, 0]
        assert len(notes()) == 5

    def test_a_long_batch_is_cut_and_goes_on(self, monkeypatch):
        monkeypatch.setattr(draining, "LONGEST_BATCH", 0)
        monkeypatch.setattr(draining, "_TOGETHER", 1)
        reactions.declare("note", when="tests.made", do="tests.note")
        for _ in range(3):
            act()
        assert [reactions.drain() for _ in range(4)] == [1, 1, 1, 0]
        assert len(notes()) == 3

    def test_what_a_reaction_journals_is_reacted_to(self):
        def close(entries: Sequence[JournalEntry], params: dict) -> None:
            for entry in entries:
                subject = ReactionRule(id=entry.subject_id, district=entry.district)
                journal.append(act="tests.closed", actor=SYSTEM, subject=subject)

        reactions.register_action("tests.close", close)
        reactions.declare("close", when="tests.made", do="tests.close")
        reactions.declare("note", when="tests.closed", do="tests.note")
        act()
        reactions.drain_all()
        assert len(notes()) == 1 and journal.verify() == []

    def test_a_reaction_gets_many_entries_at_once_and_no_row_twice(self):
        calls = []
        reactions.register_action(
            "tests.see", lambda entries, params: calls.append((params["name"], entries))
        )
        reactions.declare("first", when="tests.*", do="tests.see", params={"name": "first"})
        reactions.declare(
            "second",
            when="tests.made",
            do="tests.see",
            params={"name": "second"},
            condition="note != 'alone'",
        )
        rows = [ReactionRule(district=DISTRICT) for _ in range(3)]
        acts = [("tests.made", row, "") for row in rows]
        acts += [("tests.closed", rows[0], ""), ("tests.made", rows[2], "alone")]
        with transaction.atomic():
            made = journal.append_many(
                [Item(act=name, actor=SYSTEM, subject=row, note=note) for name, row, note in acts]
            )
        reactions.drain_all()
        assert calls == [
            ("first", made[:3]),
            ("second", made[:3]),
            ("first", made[3:]),
        ]

    def test_the_reactions_to_one_row_keep_the_order_of_its_entries(self):
        order = []
        reactions.register_action(
            "tests.see", lambda entries, params: order.extend((e.subject_id, e.subject_seq) for e in entries)
        )
        reactions.declare("made", when="tests.made", do="tests.see")
        reactions.declare("closed", when="tests.closed", do="tests.see")
        rows = [ReactionRule(district=DISTRICT) for _ in range(4)]
        names = ["tests.made", "tests.closed"]
        with transaction.atomic():
            for number in range(40):
                row, name = rows[number * 7 % 4], names[number * 5 % 3 % 2]
                journal.append(act=name, actor=SYSTEM, subject=row)
        reactions.drain_all()
        assert len(order) == 40
        for row in rows:
            mine = [seq for id, seq in order if id == row.id]
            assert mine == sorted(mine)

    def test_an_idle_drain_costs_two_queries(self, django_assert_num_queries):
        act()
        act(district="110101")
        reactions.drain_all()
        with django_assert_num_queries(2):
            assert reactions.drain() == 0

    def test_entries_that_concern_nobody_cost_nothing_each(self, django_assert_max_num_queries):
        with transaction.atomic():
            rows = [ReactionRule(district=DISTRICT) for _ in range(300)]
            journal.append_many([Item(act="tests.made", actor=SYSTEM, subject=row) for row in rows])
        reactions.declare("note", when="tests.closed", do="tests.note")
        with django_assert_max_num_queries(14):
            reactions.drain()
        assert reactions.backlog().entries == 0

    def test_the_backlog_is_counted(self, monkeypatch):
        monkeypatch.setattr(ids, "_last_moment", 0)  # a test of a clock set back leaves ids ahead
        assert reactions.backlog() == (0, timedelta(0))
        act()
        act(district="110101")
        backlog = reactions.backlog()
        assert backlog.entries == 2 and timedelta(0) < backlog.age < timedelta(seconds=60)


class TestFailures:
    @pytest.fixture
    def fragile(self) -> dict[str, bool]:
        state = {"broken": True}

        def action(entries: Sequence[JournalEntry], params: dict) -> None:
            take_note(entries, {"name": "fragile"})
            if state["broken"]:
                raise ConnectionError("the printer is on fire")

        reactions.register_action("tests.fragile", action)
        reactions.declare("fragile", when="tests.made", do="tests.fragile")
        reactions.declare("sound", when="tests.made", do="tests.note", params={"name": "sound"})
        return state

    def test_a_failure_is_kept_with_its_words_and_stops_nobody_else(self, fragile):
        entry = act()
        act()
        reactions.drain_all()
        assert notes() == ["sound", "sound"]
        first = reactions.failing(DISTRICT)[0]
        assert (first.reaction, first.entry, first.attempts, first.state) == ("fragile", entry, 1, "waiting")
        assert first.last_error.startswith("ConnectionError: the printer is on fire")
        assert "test_reactions.py" in first.last_error
        assert str(first) == "fragile: ConnectionError: the printer is on fire"

    def test_it_is_tried_again_after_a_pause_and_succeeds(self, fragile):
        with clock.frozen(clock.now()):
            act()
            reactions.drain_all()
            fragile["broken"] = False
            assert reactions.drain() == 0
            clock.advance(timedelta(seconds=6))
            assert reactions.drain() == 1
            assert reactions.drain() == 0
        assert notes() == ["fragile", "sound"] and not reactions.failing()
        assert ReactionFailure.objects.get().state == "solved"

    def test_the_pauses_grow_and_after_the_last_try_it_is_stuck_but_kept(self, fragile):
        with clock.frozen(clock.now()):
            act()
            reactions.drain_all()
            pauses = []
            while reactions.failing()[0].state == "waiting":
                pauses.append(reactions.failing()[0].next_at - clock.now())
                clock.advance(pauses[-1])
                reactions.drain()
            assert pauses == sorted(pauses) and len(pauses) == draining.ATTEMPTS - 1
            clock.advance(timedelta(days=30))
            assert reactions.drain() == 0
            stuck = reactions.failing()[0]
            assert (stuck.state, stuck.attempts) == ("stuck", draining.ATTEMPTS)
            fragile["broken"] = False
            reactions.retry_now(stuck)
            assert reactions.drain() == 1
        assert not reactions.failing() and "fragile" in notes()

    def test_an_error_of_the_database_stays_in_its_savepoint(self):
        def collide(entries: Sequence[JournalEntry], params: dict) -> None:
            take_note(entries, {})
            take_note(entries, {})

        reactions.register_action("tests.collide", collide)
        reactions.declare("collide", when="tests.made", do="tests.collide")
        reactions.declare("sound", when="tests.made", do="tests.note", params={"name": "sound"})
        act()
        reactions.drain_all()
        assert notes() == ["sound"]
        assert IntegrityError.__name__ in reactions.failing()[0].last_error

    def test_the_others_of_its_batch_happen_once_and_in_their_order(self, monkeypatch):
        order = []

        def moody(entries: Sequence[JournalEntry], params: dict) -> None:
            for entry in entries:
                take_note([entry], {"name": entry.note})
                order.append(entry.note)
                if entry.note == "3":
                    raise ValueError("not three")

        monkeypatch.setattr(draining, "_TOGETHER", 4)
        reactions.register_action("tests.moody", moody)
        reactions.declare("moody", when="tests.made", do="tests.moody")
        for number in range(10):
            act(note=str(number))
        reactions.drain_all()
        assert notes() == [str(number) for number in range(10) if number != 3]
        assert order == [*"0123", *"0123", *"4567", *"89"]
        assert [failure.entry.note for failure in reactions.failing()] == ["3"]

    def test_a_condition_that_cannot_be_worked_out_is_visible(self):
        a_rule(condition="after.state == 'x'")
        act()
        reactions.drain_all()
        failure = reactions.failing()[0]
        assert failure.reaction == "tests.rule" and "state" in failure.last_error

    def test_a_missing_action_is_visible(self):
        a_rule(do="tests.gone")
        act()
        reactions.drain_all()
        assert "tests.gone" in reactions.failing()[0].last_error

    def test_a_failure_whose_rule_was_retired_stays_visible(self):
        rule = a_rule(do="tests.gone")
        act()
        reactions.drain_all()
        rule.retired_at = clock.now()
        rule.save()
        with clock.frozen(clock.now() + timedelta(minutes=1)):
            reactions.drain()
        failure = reactions.failing()[0]
        assert (
            failure.state == "stuck"
            and "retired" in failure.last_error
            and "tests.gone" in failure.last_error
        )


class TestTogether:
    def test_two_workers_share_the_work_and_nothing_happens_twice(self, shared_db, monkeypatch):
        monkeypatch.setattr(draining, "LONGEST_BATCH", 0.02)
        reactions.declare("note", when="tests.made", do="tests.note")
        writing = threading.Event()

        def write() -> None:
            for number in range(60):
                act(district=f"11010{number % 3}")
            writing.set()

        def work() -> None:
            while not writing.is_set() or reactions.drain():
                reactions.drain()
                time.sleep(0.001)

        in_threads(write, work, work)
        reactions.drain_all()
        assert len(notes()) == 60 and not reactions.failing()

    def test_a_crash_in_the_middle_of_a_batch_loses_nothing(self, shared_db):
        crashed = []

        def crash_once(entries: Sequence[JournalEntry], params: dict) -> None:
            take_note(entries[:2], {})
            if IdempotencyRecord.objects.count() == 2 and not crashed:
                crashed.append(entries)
                raise SystemExit
            take_note(entries[2:], {})

        reactions.register_action("tests.crash", crash_once)
        reactions.declare("crash", when="tests.made", do="tests.crash")
        for _ in range(3):
            act()
        with pytest.raises(SystemExit):
            reactions.drain()
        assert notes() == [] and not ReactionCursor.objects.exists()
        reactions.drain_all()
        assert len(notes()) == 3

    def test_draining_everything_waits_for_transactions_in_flight(self, shared_db):
        reactions.declare("note", when="tests.made", do="tests.note")
        begun, finish = threading.Event(), threading.Event()

        def dawdle() -> None:
            with transaction.atomic():
                act()
                begun.set()
                finish.wait(5)

        def wait() -> int:
            begun.wait()
            threading.Timer(0.1, finish.set).start()
            act()
            return reactions.drain_all()

        assert in_threads(dawdle, wait)[1] >= 1
        assert len(notes()) == 2
