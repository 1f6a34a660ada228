"""Many writers that commit in any order, and a reader that must see every entry exactly once."""

import random
import time
import uuid
from threading import Barrier, Event

from django.db import transaction

from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import Item, JournalEntry
from youlin.kernel.reactions.models import ReactionRule
from youlin.kernel.tests.databases import in_threads

DISTRICT = "110102"
WRITERS = 6
SECONDS = 1.5


def a_row(id: uuid.UUID | None = None) -> ReactionRule:
    return ReactionRule(id=id or uuid.uuid4(), district=DISTRICT)


def test_a_reader_among_concurrent_writers_misses_nothing_and_sees_nothing_twice(shared_db):
    deadline = time.monotonic() + SECONDS
    shared_rows = [uuid.uuid4() for _ in range(3)]
    running = [True] * WRITERS

    def writer(place: int) -> None:
        chance = random.Random(place)
        try:
            while time.monotonic() < deadline:
                _transaction(chance, shared_rows)
        finally:
            running[place] = False

    def reader() -> list[uuid.UUID]:
        read, cursor, last = [], None, False
        while True:
            last = not any(running)
            entries, cursor = journal.read_batch(DISTRICT, cursor, 50)
            read += [entry.pk for entry in entries]
            if not entries:
                if last:
                    return read
                time.sleep(0.001)

    *_, read = in_threads(*[lambda place=place: writer(place) for place in range(WRITERS)], reader)
    committed = set(JournalEntry.objects.values_list("pk", flat=True))
    assert len(committed) > 50
    assert len(read) == len(set(read))
    assert set(read) == committed
    assert journal.verify() == []
    for id in shared_rows:
        history = journal.entries_for(a_row(id))
        assert [entry.position for entry in history] == sorted(entry.position for entry in history)


def _transaction(chance: random.Random, shared: list[uuid.UUID]) -> None:
    """A transaction that takes its number at the start, dawdles, and commits or, now and then, rolls back."""
    try:
        with transaction.atomic():
            for _ in range(chance.randint(1, 4)):
                journal.append(act="tests.made", actor=SYSTEM, subject=a_row(), first=True)
                time.sleep(chance.random() * 0.004)
            journal.append(act="tests.changed", actor=SYSTEM, subject=a_row(chance.choice(shared)))
            time.sleep(chance.random() * 0.004)
            if chance.random() < 0.1:
                raise InterruptedError
    except InterruptedError:
        pass


def test_two_appends_to_one_row_wait_for_each_other(shared_db):
    row, together = a_row(), Barrier(4)

    def write() -> None:
        together.wait()
        for _ in range(5):
            with transaction.atomic():
                journal.append(act="tests.changed", actor=SYSTEM, subject=row)

    in_threads(write, write, write, write)
    assert [entry.subject_seq for entry in journal.entries_for(row)] == list(range(1, 21))
    assert journal.verify() == []


def test_an_older_transaction_that_commits_later_is_not_overtaken_by_the_reader(shared_db):
    early, late, begun = a_row(), a_row(), Event()

    def slow() -> None:
        with transaction.atomic():
            journal.append(act="tests.made", actor=SYSTEM, subject=early)
            begun.set()
            time.sleep(0.2)

    def quick() -> list[uuid.UUID]:
        begun.wait()
        with transaction.atomic():
            journal.append(act="tests.made", actor=SYSTEM, subject=late)
        entries, _ = journal.read_batch(DISTRICT, None, 10)
        return [entry.subject_id for entry in entries]

    read = in_threads(slow, quick)[1]
    entries, _ = journal.read_batch(DISTRICT, None, 10)
    assert [entry.subject_id for entry in entries] == [early.pk, late.pk]
    assert read in ([], [early.pk, late.pk])


def test_a_row_keeps_its_order_even_when_the_older_transaction_writes_last(shared_db):
    row, begun, written = a_row(), Event(), Event()

    def older() -> None:
        with transaction.atomic():
            journal.append(act="tests.made", actor=SYSTEM, subject=a_row())
            begun.set()
            written.wait(0.2)
            journal.append_many([Item(act="tests.changed", actor=SYSTEM, subject=row)])

    def younger() -> None:
        begun.wait()
        with transaction.atomic():
            journal.append(act="tests.changed", actor=SYSTEM, subject=row)
        written.set()

    in_threads(older, younger)
    entries, _ = journal.read_batch(DISTRICT, None, 10)
    assert [entry.subject_seq for entry in entries if entry.subject_id == row.pk] == [1, 2]
