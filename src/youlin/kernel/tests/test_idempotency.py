"""The same request twice has one effect and one answer."""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import transaction

from youlin.kernel import clock, idempotency, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid
from youlin.kernel.journal import JournalEntry
from youlin.kernel.models_idempotency import IdempotencyRecord
from youlin.kernel.reactions.models import ReactionRule
from youlin.kernel.tests.databases import in_threads

pytestmark = pytest.mark.django_db
DISTRICT = "110102"


def report(
    key: str = "k1", text: str = "井盖", actor: Actor = ANONYMOUS, pause: float = 0, **more: object
) -> dict:
    """A service as the apps write them: journals and answers with a number."""
    given = {"district": DISTRICT, "actor": actor, "act": "tests.report", "key": key, **more}
    with idempotency.once(payload={"text": text}, **given) as once:
        if once.prior is not None:
            return once.prior
        row = ReactionRule(district=given["district"], programme="tests", name="row")
        journal.append(act="tests.made", actor=actor, subject=row)
        time.sleep(pause)
        answer = {"number": str(row.pk)}
        once.save(answer)
    return answer


def test_the_second_call_gets_the_first_answer_and_does_nothing():
    first = report()
    assert report() == first
    assert report("k2") != first
    assert JournalEntry.objects.count() == 2


def test_other_content_under_the_same_key_is_refused():
    report()
    with pytest.raises(Conflict) as refused:
        report(text="路灯")
    assert refused.value.problems[0].field == "idempotency_key"
    assert refused.value.problems[0].remedy


def test_the_order_of_fields_is_not_other_content():
    given = {"district": DISTRICT, "actor": SYSTEM, "act": "tests.report", "key": "k"}
    with idempotency.once(payload={"a": 1, "b": 2.0}, **given) as once:
        once.save({"n": 1})
    with idempotency.once(payload={"b": 2, "a": 1}, **given) as once:
        assert once.prior == {"n": 1}


def test_actors_acts_and_districts_do_not_meet():
    keys = [
        report(),
        report(actor=Actor("person", person_id=uuid.uuid4())),
        report(district="110101"),
        report(act="tests.other"),
    ]
    assert len({answer["number"] for answer in keys}) == 4


@pytest.mark.parametrize("key", ["", "  ", "x" * 201, "a\0b"])
def test_a_bad_key_is_refused_in_words(key):
    with pytest.raises(Invalid) as refused:
        report(key)
    assert refused.value.problems[0].field == "idempotency_key"


def test_where_none_is_required_a_blank_key_remembers_nothing():
    assert report("", required=False) != report("", required=False)
    assert not IdempotencyRecord.objects.exists()


def test_a_failed_act_leaves_the_key_free():
    with (
        pytest.raises(ZeroDivisionError),
        idempotency.once(
            district=DISTRICT, actor=ANONYMOUS, act="tests.report", key="k1", payload={"text": "井盖"}
        ),
    ):
        raise ZeroDivisionError
    assert report()["number"]
    assert JournalEntry.objects.count() == 1


def test_forgetting_to_save_the_answer_undoes_the_act():
    with (
        pytest.raises(RuntimeError, match="save"),
        transaction.atomic(),
        idempotency.once(district=DISTRICT, actor=ANONYMOUS, act="tests.report", key="k1", payload=None),
    ):
        pass
    assert not IdempotencyRecord.objects.exists()


def test_two_queries_are_all_it_costs(django_assert_num_queries):
    with (
        django_assert_num_queries(4),
        idempotency.once(  # two of them are the savepoint of the test
            district=DISTRICT, actor=SYSTEM, act="tests.report", key="k", payload={}
        ) as once,
    ):
        once.save({})


def test_an_answer_known_beforehand_is_written_with_the_record(django_assert_num_queries):
    given = {"district": DISTRICT, "actor": SYSTEM, "act": "tests.report", "key": "k", "payload": {}}
    with django_assert_num_queries(3), idempotency.once(answer={"n": 1}, **given) as once:
        assert once.prior is None  # two of the queries are the savepoint of the test
    with idempotency.once(answer={"n": 2}, **given) as once:
        assert once.prior == {"n": 1}
    with pytest.raises(Conflict), idempotency.once(answer={"n": 2}, **given | {"payload": "other"}):
        pass


def test_answers_are_forgotten_after_their_time():
    report()
    assert idempotency.forget_old() == 0
    with clock.frozen(clock.now() + timedelta(days=idempotency.KEPT_DAYS + 1)):
        assert idempotency.forget_old() == 1


def test_two_calls_at_the_same_time_have_one_effect(shared_db):
    together = threading.Barrier(4)

    def call() -> dict:
        together.wait()
        return report(pause=0.05)

    answers = in_threads(call, call, call, call)
    assert len({answer["number"] for answer in answers}) == 1
    assert JournalEntry.objects.count() == 1


def test_when_the_first_of_two_fails_the_second_is_done(shared_db):
    begun = threading.Event()

    def fails() -> None:
        with (
            pytest.raises(ZeroDivisionError),
            idempotency.once(
                district=DISTRICT, actor=ANONYMOUS, act="tests.report", key="k1", payload={"text": "井盖"}
            ),
        ):
            begun.set()
            time.sleep(0.1)
            raise ZeroDivisionError

    def waits() -> dict:
        begun.wait()
        return report()

    assert in_threads(fails, waits)[1]["number"]
    assert JournalEntry.objects.count() == 1
