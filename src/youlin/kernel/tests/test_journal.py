"""Writing to and reading from the journal."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from youlin.kernel import canonical, clock, crypto, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.journal import Item, JournalEntry, positions
from youlin.kernel.journal.models import START, AppendOnly, JournalOrigin
from youlin.kernel.reactions.models import ReactionRule

pytestmark = pytest.mark.django_db
DISTRICT = "110102"


def a_row(district: str = DISTRICT) -> ReactionRule:
    """Any row of a district will do as a subject."""
    return ReactionRule(district=district, programme="tests", name="row")


def write(subject: ReactionRule, act: str = "tests.made", **more: object) -> JournalEntry:
    with transaction.atomic():
        return journal.append(act=act, actor=SYSTEM, subject=subject, **more)


class TestAppending:
    def test_an_entry_says_who_did_what_when_on_which_row(self):
        person, row, other = uuid.uuid4(), a_row(), a_row()
        actor = Actor("person", person_id=person, via="field")
        with transaction.atomic():
            journal.append(
                act="tests.changed",
                actor=actor,
                subject=row,
                area="110102001",
                before={"state": "new"},
                after={"state": "sent", "weight": Decimal("1.50"), "due": datetime(2026, 1, 5, tzinfo=UTC)},
                note="雨后",
                related=[other],
            )
        entry = journal.entries_for(row)[0]
        assert (entry.act, entry.actor_kind, entry.actor_person, entry.via) == (
            "tests.changed",
            "person",
            person,
            "field",
        )
        assert (entry.subject_kind, entry.subject_id) == ("kernel.reactionrule", row.pk)
        assert (entry.area, entry.before, entry.note) == ("110102001", {"state": "new"}, "雨后")
        assert entry.after == {"state": "sent", "weight": "1.50", "due": "2026-01-05T00:00:00.000000+00:00"}
        assert entry.related == [{"kind": "kernel.reactionrule", "id": str(other.pk)}]

    def test_outside_a_transaction_nothing_is_journalled(self, shared_db):
        with pytest.raises(RuntimeError, match="transaction"):
            journal.append(act="tests.made", actor=SYSTEM, subject=a_row())

    def test_an_unknown_act_is_refused(self):
        with pytest.raises(ValueError, match="not registered"):
            write(a_row(), "tests.unheard_of")

    def test_an_act_cannot_get_two_names(self):
        with pytest.raises(ValueError, match="twice"):
            journal.register_acts({"tests.made": "别的"})
        with pytest.raises(ValueError, match="form"):
            journal.register_acts({"made": "建立"})
        assert journal.registered_acts()["tests.made"] == "建立" == journal.label("tests.made")

    def test_the_entries_of_a_row_are_chained(self):
        row = a_row()
        entries = [write(row), write(row, "tests.changed"), write(row, "tests.closed")]
        assert [entry.subject_seq for entry in entries] == [1, 2, 3]
        assert [entry.previous_hash for entry in entries] == ["", entries[0].hash, entries[1].hash]
        assert [entry.hash for entry in journal.entries_for(row)] == [entry.hash for entry in entries]
        for entry in journal.entries_for(row):
            assert canonical.digest(entry.statement()) == entry.hash

    def test_the_hash_survives_the_database_whatever_the_values(self):
        values = {
            "float": 116.397, "tiny": 1e-9, "big": 1e22, "whole": 2.0, "minus": -0.0, "int": 2**70, "": {},
            "text": "中文 \u0000 \ud800 😀", "nested": [{"b": None, "a": True}], "span": timedelta(hours=1),
        }  # fmt: skip
        written = write(a_row(), after=values)
        read = JournalEntry.objects.get(pk=written.pk)
        assert canonical.digest(read.statement()) == read.hash == written.hash
        assert read.public == written.public

    def test_what_json_cannot_say_is_refused(self):
        with pytest.raises(TypeError, match="object"):
            write(a_row(), after={"x": object()})
        with pytest.raises(ValueError, match="nan"):
            write(a_row(), after={"x": float("nan")})

    def test_an_act_may_have_happened_earlier(self):
        at = datetime(2013, 4, 1, 12, tzinfo=UTC)
        assert JournalEntry.objects.get(pk=write(a_row(), at=at).pk).at == at
        with clock.frozen(at):
            assert write(a_row()).at == at

    def test_rows_of_the_city_have_a_journal_of_their_own(self):
        origin = JournalOrigin(base=0)
        with transaction.atomic():
            journal.append(act="tests.made", actor=SYSTEM, subject=origin)
            journal.append(act="tests.made", actor=SYSTEM, subject=origin, district="110101")
        assert [entry.district for entry in journal.entries_for(origin)] == [journal.CITY]
        assert len(journal.entries_for(origin, district="110101")) == 1

    def test_a_row_without_district_is_refused(self):
        with pytest.raises(ValueError, match="no district"):
            write(a_row(""))


class TestManyAtOnce:
    def test_several_entries_of_one_row_chain_in_their_order(self):
        old, new = a_row(), a_row()
        write(old)
        with transaction.atomic():
            entries = journal.append_many(
                [
                    Item(act="tests.made", actor=SYSTEM, subject=new, first=True),
                    Item(act="tests.changed", actor=SYSTEM, subject=old),
                    Item(act="tests.changed", actor=SYSTEM, subject=new),
                    Item(act="tests.closed", actor=SYSTEM, subject=old),
                ]
            )
        assert [entry.subject_seq for entry in entries] == [1, 2, 2, 3]
        assert entries[3].previous_hash == entries[1].hash
        assert journal.verify() == []

    def test_districts_are_kept_apart(self):
        rows = [a_row("110101"), a_row("110102"), a_row("110101")]
        with transaction.atomic():
            entries = journal.append_many([Item(act="tests.made", actor=SYSTEM, subject=row) for row in rows])
        assert [entry.subject_id for entry in entries] == [row.pk for row in rows]
        assert journal.districts() == ["110101", "110102"]

    def test_any_number_costs_two_queries(self, django_assert_max_num_queries):
        items = [Item(act="tests.made", actor=SYSTEM, subject=a_row()) for _ in range(1500)]
        with transaction.atomic(), django_assert_max_num_queries(2):
            journal.append_many(items)
        with transaction.atomic(), django_assert_max_num_queries(2):
            journal.append_many(items)
        with transaction.atomic(), django_assert_max_num_queries(2):
            journal.append(act="tests.changed", actor=SYSTEM, subject=items[0].subject)
        assert len(journal.entries_for(items[0].subject)) == 3

    def test_nothing_at_all_is_fine(self):
        with transaction.atomic():
            assert journal.append_many([]) == []


class TestSealing:
    def test_the_personal_part_is_sealed_for_each_person(self):
        one, two, row = uuid.uuid4(), uuid.uuid4(), a_row()
        write(row, personal={one: {"phone": "13800138000"}, two: {"name": "王"}})
        entry = journal.entries_for(row)[0]
        assert "13800138000" not in str(entry.sealed)
        assert journal.opened(entry) == {one: {"phone": "13800138000"}, two: {"name": "王"}}

    def test_an_erased_person_is_gone_and_the_chain_still_holds(self):
        one, two, row = uuid.uuid4(), uuid.uuid4(), a_row()
        write(row, personal={one: {"phone": "13800138000"}, two: {"name": "王"}})
        crypto.erase_person_key(one)
        assert journal.opened(journal.entries_for(row)[0]) == {two: {"name": "王"}}
        assert journal.verify() == []


class TestAppendOnly:
    def test_the_model_refuses_changes(self):
        entry = write(a_row())
        entries = JournalEntry.objects.all()
        for change in (
            entry.save,
            entry.delete,
            entries.delete,
            lambda: entries.update(act="x"),
            lambda: entries.bulk_create([entry]),
            lambda: entries.bulk_update([entry], ["act"]),
        ):
            with pytest.raises(AppendOnly):
                change()

    @pytest.mark.parametrize(
        "statement", ["UPDATE kernel_journalentry SET act = 'x'", "DELETE FROM kernel_journalentry"]
    )
    def test_the_database_refuses_changes(self, statement):
        write(a_row())
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)
        assert JournalEntry.objects.get().act == "tests.made"

    def test_the_database_refuses_to_empty_it(self):
        if connection.vendor == "postgresql":
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                connection.cursor().execute("TRUNCATE kernel_journalentry CASCADE")

    def test_a_demonstration_may_be_emptied_as_a_whole(self):
        write(a_row())
        with journal.lifted(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM kernel_journalentry")
        assert not JournalEntry.objects.exists()
        write(a_row())
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute("DELETE FROM kernel_journalentry")


class TestReading:
    def test_batches_follow_each_other_without_gap(self):
        written = [write(a_row()).pk for _ in range(7)]
        write(a_row("110101"))
        read, cursor = [], None
        while True:
            entries, cursor = journal.read_batch(DISTRICT, cursor, 3)
            if not entries:
                break
            read += [entry.pk for entry in entries]
        assert read == written

    def test_a_reader_of_few_acts_moves_past_the_others(self):
        row = a_row()
        write(row)
        closed = write(row, "tests.closed")
        last = write(row, "tests.changed")
        entries, cursor = journal.read_batch(DISTRICT, None, 10, acts=["tests.closed"])
        assert [entry.pk for entry in entries] == [closed.pk]
        assert cursor == last.position
        assert journal.read_batch(DISTRICT, START, 10, acts=[]) == ([], last.position)

    def test_a_district_without_journal_is_empty(self):
        assert journal.read_batch("110199", None, 10) == ([], START)
        assert journal.end_of("110199") is None

    def test_reading_goes_by_the_index(self):
        write(a_row())
        feed = JournalEntry.objects.filter(positions.after(START), district=DISTRICT).order_by("epoch", "seq")
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = feed.explain()
        assert "(district=? AND (epoch,seq)>(?,?))" in plan or "Index Cond: (((district)::text" in plan
        assert "Sort" not in plan and "TEMP B-TREE" not in plan

    def test_after_a_move_to_another_server_new_entries_stand_behind_the_old(self):
        with transaction.atomic():
            old = positions.take(DISTRICT, 1, [])
        JournalOrigin.objects.create(base=10**12)
        entry = write(a_row())
        assert entry.epoch >= 10**12 > old.epoch
        JournalOrigin.objects.all().delete()
        positions.keep_ahead()
        assert write(a_row()).position > entry.position
        assert positions.keep_ahead() == positions.keep_ahead()
