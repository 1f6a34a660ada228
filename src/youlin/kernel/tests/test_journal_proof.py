"""Digests and the proof of the journal: every way of tampering is named."""

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import canonical, clock, crypto, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import Item, JournalDigest, JournalEntry, merkle, signing
from youlin.kernel.reactions.models import ReactionRule

pytestmark = pytest.mark.django_db
DISTRICT = "110102"
MONDAY = date(2026, 3, 2)


def a_row() -> ReactionRule:
    return ReactionRule(district=DISTRICT, programme="tests", name="row")


def write(subject: ReactionRule, act: str = "tests.changed", **more: object) -> JournalEntry:
    with transaction.atomic():
        return journal.append(act=act, actor=SYSTEM, subject=subject, **more)


def tamper(statement: str, *values: object) -> None:
    """Raw SQL by somebody who may drop the triggers."""
    with journal.lifted(), connection.cursor() as cursor:
        cursor.execute(statement, [as_column(value) for value in values])
        assert cursor.rowcount == 1


def as_column(value: object) -> object:
    if isinstance(value, uuid.UUID):
        return value if connection.vendor == "postgresql" else value.hex
    return value


@pytest.fixture
def history() -> tuple[ReactionRule, ReactionRule]:
    """Two rows with three entries each over two days, every day signed."""
    rows = a_row(), a_row()
    person = uuid.uuid4()
    for row in rows:
        write(row, "tests.made", personal={person: {"phone": "13800138000"}})
        write(row, after={"n": 2})
    journal.make_digest(DISTRICT, MONDAY)
    for row in rows:
        write(row, "tests.closed")
    journal.make_digest(DISTRICT, MONDAY + timedelta(days=1))
    assert journal.verify() == []
    return rows


def entry(row: ReactionRule, number: int) -> JournalEntry:
    return journal.entries_for(row)[number - 1]


class TestDigests:
    def test_each_day_is_chained_to_the_day_before_and_counts_from_the_beginning(self, history):
        first, second = JournalDigest.objects.order_by("day")
        assert (first.entry_count, first.subject_count) == (4, 2)
        assert (second.entry_count, second.subject_count) == (6, 2)
        assert first.previous_root == "" and second.previous_root == first.root
        assert signing.is_signed(canonical.dumps(second.statement()), second.signature, second.key_id)

    def test_a_day_is_signed_once_and_a_day_without_entries_not_at_all(self, history):
        assert journal.make_digest(DISTRICT, MONDAY + timedelta(days=1)) is None
        assert journal.make_digest(DISTRICT, MONDAY + timedelta(days=2)) is None
        write(a_row())
        assert journal.make_digest(DISTRICT, MONDAY + timedelta(days=1)) is None
        assert journal.make_digest(DISTRICT, MONDAY + timedelta(days=2)).entry_count == 7

    def test_every_district_gets_its_own(self, history):
        write(a_row())
        write(ReactionRule(district="110101", programme="tests", name="row"))
        made = journal.make_digests()
        assert [(digest.district, digest.day) for digest in made] == [
            ("110101", clock.today()),
            (DISTRICT, clock.today()),
        ]
        assert journal.verify() == []

    def test_a_replaced_key_still_proves_the_old_days(self, history, settings):
        folder = settings.KEYS_FOLDER
        old = folder / "signing.key"
        old.rename(folder / "old.key")
        try:
            write(a_row())
            made = journal.make_digest(DISTRICT, MONDAY + timedelta(days=2))
            assert made.key_id != JournalDigest.objects.get(day=MONDAY).key_id
            assert journal.verify() == []
        finally:
            (folder / "old.key").rename(old)

    def test_the_private_key_is_for_its_owner_alone(self, history):
        assert signing.key_file().stat().st_mode & 0o777 == 0o600


class TestProof:
    def test_a_changed_field_is_named(self, history):
        row, _ = history
        victim = entry(row, 2)
        tamper("UPDATE kernel_journalentry SET area = '110101' WHERE id = %s", victim.pk)
        found = journal.verify()
        assert [(at.kind, at.entry) for at in found] == [("content", victim.pk)]
        assert str(victim.pk) in str(found[0]) and "第 2 条" in str(found[0])

    def test_changed_content_is_named(self, history):
        victim = entry(history[0], 2)
        public = json.dumps({**victim.public, "after": {"n": 3}})
        tamper("UPDATE kernel_journalentry SET public = %s WHERE id = %s", public, victim.pk)
        assert [(at.kind, at.entry) for at in journal.verify()] == [("content", victim.pk)]

    def test_a_changed_field_with_a_forged_hash_breaks_the_link(self, history):
        victim, follower = entry(history[0], 2), entry(history[0], 3)
        victim.area = "110101"
        forged = canonical.digest(victim.statement())
        tamper("UPDATE kernel_journalentry SET area = '110101', hash = %s WHERE id = %s", forged, victim.pk)
        found = journal.verify()
        assert ("link", follower.pk) in [(at.kind, at.entry) for at in found]
        assert ("heads", MONDAY) in [(at.kind, at.day) for at in found]

    def test_a_row_missing_in_the_middle_is_named(self, history):
        victim, follower = entry(history[0], 2), entry(history[0], 3)
        tamper("DELETE FROM kernel_journalentry WHERE id = %s", victim.pk)
        found = [(at.kind, at.entry, at.day) for at in journal.verify()]
        assert ("gap", follower.pk, None) in found
        assert ("count", None, MONDAY) in found

    def test_a_cut_tail_is_named(self, history):
        tamper("DELETE FROM kernel_journalentry WHERE id = %s", entry(history[1], 3).pk)
        found = journal.verify()
        assert [(at.kind, at.day) for at in found] == [("count", MONDAY + timedelta(days=1))]
        assert "签有 6 条" in str(found[0]) and "现有 5 条" in str(found[0])

    def test_a_tail_replaced_by_another_is_named(self, history):
        victim = entry(history[1], 3)
        victim.note_was = victim.public
        victim.public = {**victim.public, "note": "别的"}
        forged = canonical.digest(victim.statement())
        tamper(
            "UPDATE kernel_journalentry SET public = %s, hash = %s WHERE id = %s",
            json.dumps(victim.public),
            forged,
            victim.pk,
        )
        assert [(at.kind, at.day) for at in journal.verify()] == [("heads", MONDAY + timedelta(days=1))]

    def test_a_swapped_sealed_part_is_named(self, history):
        victim, other = entry(history[0], 1), entry(history[1], 1)
        tamper(
            "UPDATE kernel_journalentry SET sealed = %s WHERE id = %s", json.dumps(other.sealed), victim.pk
        )
        assert [(at.kind, at.entry) for at in journal.verify()] == [("sealed", victim.pk)]

    def test_a_forged_digest_is_named(self, history):
        tamper("UPDATE kernel_journaldigest SET entry_count = 5 WHERE entry_count = 6")
        kinds = {at.kind for at in journal.verify()}
        assert kinds == {"count", "signature"}

    def test_a_digest_signed_by_a_stranger_is_named(self, history):
        tamper("UPDATE kernel_journaldigest SET key_id = 'feedfeedfeedfeed' WHERE entry_count = 6")
        found = journal.verify()
        assert [(at.kind, at.day) for at in found] == [("signature", MONDAY + timedelta(days=1))]
        assert "feedfeedfeedfeed" in str(found[0])

    def test_a_missing_digest_is_named(self, history):
        tamper("DELETE FROM kernel_journaldigest WHERE entry_count = 4")
        assert "chain" in {at.kind for at in journal.verify()}

    def test_an_emptied_journal_is_named_by_its_digests(self, history):
        with journal.lifted(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM kernel_journalentry")
        assert {at.kind for at in journal.verify()} == {"count"}

    def test_the_first_break_comes_first(self, history):
        early, late = entry(history[0], 1), entry(history[1], 2)
        for victim in (late, early):
            tamper("UPDATE kernel_journalentry SET via = 'x' WHERE id = %s", victim.pk)
        assert [at.entry for at in journal.verify()] == [early.pk, late.pk]

    def test_only_the_asked_district_is_proved(self, history):
        tamper("UPDATE kernel_journalentry SET via = 'x' WHERE id = %s", entry(history[0], 1).pk)
        assert journal.verify("110101") == []
        assert len(journal.verify(DISTRICT)) == 1

    def test_erasing_a_person_breaks_nothing(self, history):
        for person in entry(history[0], 1).sealed:
            crypto.erase_person_key(uuid.UUID(person))
        assert journal.opened(entry(history[0], 1)) == {}
        assert journal.verify() == []

    def test_long_work_tells_how_far_it_is(self, history):
        told: list[tuple[int, int]] = []
        journal.verify(progress=lambda done, total: told.append((done, total)))
        assert told == [(6, 6)]

    def test_the_proof_reads_each_entry_once_however_many(self, history, django_assert_max_num_queries):
        with transaction.atomic():
            rows = [a_row() for _ in range(500)]
            journal.append_many([Item(act="tests.made", actor=SYSTEM, subject=row) for row in rows])
        with django_assert_max_num_queries(6):
            journal.verify(DISTRICT)


class TestMerkle:
    @given(st.lists(st.binary(max_size=8), max_size=40))
    def test_the_root_is_that_of_the_standard(self, leaves: list[bytes]):
        tree = merkle.Tree()
        for leaf in leaves:
            tree.add(leaf)
        assert tree.root() == by_definition(leaves)

    @given(st.lists(st.binary(max_size=3), min_size=1, max_size=20), st.data())
    def test_another_leaf_gives_another_root(self, leaves: list[bytes], data: st.DataObject):
        place = data.draw(st.integers(0, len(leaves) - 1))
        changed = [*leaves]
        changed[place] += b"!"
        assert by_definition(leaves) != by_definition(changed)


def by_definition(leaves: list[bytes]) -> str:
    """RFC 6962, section 2.1, word by word."""
    import hashlib

    def root(some: list[bytes]) -> bytes:
        if len(some) == 1:
            return hashlib.sha256(b"\0" + some[0]).digest()
        half = 1
        while half * 2 < len(some):
            half *= 2
        return hashlib.sha256(b"\1" + root(some[:half]) + root(some[half:])).digest()

    return root(leaves).hex() if leaves else hashlib.sha256(b"").hexdigest()


def test_canonical_spelling_is_the_same_for_the_same_value():
    spelled: Callable[[object], bytes] = lambda value: canonical.dumps(canonical.normal(value))  # noqa: E731
    assert (
        spelled({"b": 1.0, "a": [True, None]})
        == spelled({"a": (True, None), "b": 1})
        == b'{"a":[true,null],"b":1}'
    )
