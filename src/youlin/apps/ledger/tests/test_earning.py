"""Earning: by declared rules over what was journalled, once, within caps, explained; what is refused says why."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import DISTRICT
from youlin.apps.ledger import personal_data, proving, selectors
from youlin.apps.ledger.earning import facts, limits
from youlin.apps.ledger.earning.limits import Known
from youlin.apps.ledger.models import Account, Earning, EarningRule, Unit
from youlin.apps.ledger.tests import factories
from youlin.apps.ledger.tests.factories import account, declare_rule, give, pot
from youlin.apps.parties import services as parties
from youlin.kernel import clock, ids, journal, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)


@pytest.fixture
def books(db: None) -> None:
    factories.declare()


def person(name: str = "李强") -> UUID:
    return parties.register_person(actor=SYSTEM, name=name).id


def serve(who: UUID, minutes: int = 60, at: datetime = NOON, **after: Any) -> UUID:
    """Journal a service as responders do; the row's id."""
    subject = Unit(id=ids.uuid7(), district=DISTRICT)
    values = {
        "person": str(who),
        "minutes": minutes,
        "began_at": at,
        "organiser": "",
        "place": "",
        "corrects": "",
        **after,
    }
    with transaction.atomic():
        journal.append(act="tests.served", actor=SYSTEM, subject=subject, after=values, first=True)
    return subject.id


def drained() -> None:
    while reactions.drain():
        pass


def purse(who: UUID) -> int:
    row = Account.objects.filter(kind__code="wallet", owner_id=who).first()
    return row.balance if row else 0


def told(who: UUID) -> list[tuple[int, int, str]]:
    rows = Earning.objects.filter(person_id=who).order_by("at", "id")
    return [(row.asked, row.given, row.reason) for row in rows]


def test_an_act_earns_once_and_the_entry_explains_itself(books: None) -> None:
    declare_rule(most_day=100)
    li = person()
    serve(li, 125, NOON + timedelta(hours=8))
    drained()
    assert told(li) == [(24, 24, "")] and purse(li) == 24
    [line] = selectors.statement(selectors.accounts_of(DISTRICT, [li])[0]).lines
    assert line.words == "获得" and line.note == "平安守护 125 分钟" and line.amount == 24
    assert line.about == {"rule": "served", "words_en": "125 minutes of safety watch"}
    from youlin.apps.ledger.earning import granting

    entries = list(journal.JournalEntry.objects.filter(act="tests.served"))
    granting.earn(entries, {"rule": "served"})
    assert told(li) == [(24, 24, "")] and proving.prove() == []


def test_caps_grant_the_rest_and_then_refuse_and_say_so(books: None) -> None:
    declare_rule(most_day=10, most_month=15)
    li = person()
    for number in range(3):
        serve(li, 60, NOON + timedelta(minutes=number))
    serve(li, 80, NOON + timedelta(days=1))
    serve(li, 5, NOON + timedelta(days=2))
    serve(li, 60, NOON + timedelta(days=40))
    drained()
    assert told(li) == [
        (6, 6, ""),
        (6, 4, "cap_day"),
        (6, 0, "cap_day"),
        (8, 5, "cap_month"),
        (0, 0, "nothing"),
        (6, 6, ""),
    ]
    assert purse(li) == 21 and proving.prove() == []


def test_pauses_pairs_places_and_journeys(books: None) -> None:
    places = {"north": (116.36, 39.95), "south": (116.36, 39.85), "beside": (116.361, 39.951)}

    def positions(district: str, wanted: Collection[str]) -> dict[str, tuple[float, float]]:
        return {one: places[one] for one in wanted if one in places}

    facts.register_positions(positions)
    try:
        li, wang, boss = person(), person("王芳"), str(person("赵组织"))
        declare_rule(pause_minutes=30)
        serve(li, at=NOON)
        serve(li, at=NOON + timedelta(minutes=29))
        drained()
        assert [reason for _asked, _given, reason in told(li)] == ["", "pause"]
        declare_rule(same_pair_month=2)
        for number in range(3):
            serve(wang, at=NOON + timedelta(days=number), organiser=boss)
        serve(wang, at=NOON + timedelta(days=40), organiser=boss)
        serve(wang, at=NOON + timedelta(days=41), organiser=str(wang))
        drained()
        assert [reason for _asked, _given, reason in told(wang)] == ["", "", "pair", "", "oneself"]
        declare_rule(same_place_day=1, fastest_kmh=60)
        sun = person("孙")
        for minutes, place in ((0, "north"), (5, "north"), (6, "south"), (7, "beside"), (30, "south")):
            serve(sun, at=NOON + timedelta(minutes=minutes), place=place)
        drained()
        assert [reason for _asked, _given, reason in told(sun)] == ["", "place", "travel", "", ""]
    finally:
        facts._positions.remove(positions)


def test_a_corrected_service_earns_what_is_right(books: None) -> None:
    declare_rule()
    li, wang = person(), person("王芳")
    first, other = serve(li, 120), serve(wang, 120)
    drained()
    mine = selectors.accounts_of(DISTRICT, [wang])[0]
    give(mine, account("shop"), 12)
    for who, row in ((li, first), (wang, other)):
        serve(who, 60, corrects=str(row))
    drained()
    assert told(li) == [(12, 12, "replaced"), (6, 6, "")] and purse(li) == 6
    assert told(wang) == [(12, 12, ""), (6, 0, "spent")] and purse(wang) == 0
    assert proving.prove() == []


def test_what_an_account_does_not_take_is_refused(books: None) -> None:
    factories.declare(wallet={"most_in_day": 20, "expires_days": 365, "returns_to": "pot"})
    declare_rule()
    li = person()
    with clock.frozen(NOON + timedelta(hours=2)):
        for number in range(3):
            serve(li, 100, NOON + timedelta(minutes=number))
        drained()
    assert told(li) == [(10, 10, ""), (10, 10, ""), (10, 0, "account")] and purse(li) == 20


def test_a_rule_that_cannot_be_worked_out_waits_for_people_and_others_go_on(books: None) -> None:
    declare_rule(amount="after.nothing")
    li = person()
    serve(li)
    drained()
    assert told(li) == [] and reactions.failing(DISTRICT).count() == 1
    rule = EarningRule.objects.get()
    entry = journal.JournalEntry.objects.get(act="tests.served")
    for change, words in (({"amount": "'x'"}, "不是数"), ({"amount": "1", "who": "'x'"}, "是谁")):
        for name, value in change.items():
            setattr(rule, name, value)
        with pytest.raises(Invalid, match=words):
            facts.claim(rule, entry)
    rule.who = "''"
    assert facts.claim(rule, entry) is None
    serve(ids.uuid7())
    declare_rule()
    serve(li)
    drained()
    assert told(li) == [(6, 6, "")]


def test_fifty_acts_take_hardly_more_queries_than_ten(books: None) -> None:
    from youlin.apps.ledger.earning import granting

    declare_rule()
    everybody = [person(f"张{number}") for number in range(50)]
    for who in everybody:
        serve(who)
    entries = list(journal.JournalEntry.objects.filter(act="tests.served").order_by("seq"))

    def queries(some: list[Any]) -> int:
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            granting.earn(some, {"rule": "served"})
        return len(asked)

    few, many = queries(entries[:10]), queries(entries[10:])
    assert many <= few + 2 and sum(purse(who) for who in everybody) == 300


def test_whoever_is_forgotten_leaves_figures_and_an_even_ledger(books: None) -> None:
    declare_rule()
    li = person()
    serve(li, organiser=str(person("赵")), place="somewhere")
    drained()
    found = personal_data.export(li)
    assert found["accounts"][0]["balance"] == 6 and found["earnings"][0]["words"] == "平安守护 60 分钟"
    assert personal_data.forget_circumstances(clock.now() - timedelta(days=1)) == 0
    assert personal_data.forget_circumstances(clock.now() + timedelta(seconds=1)) == 1
    personal_data.erase(li, SYSTEM)
    personal_data.erase(li, SYSTEM)
    assert purse(li) == 0 and pot().balance == 0 and not Earning.objects.exclude(person=None).exists()
    assert proving.prove() == []
    with pytest.raises(Exception, match="注销"):
        give(pot(), Account.objects.get(owner_id=li), 1)


CLAIM = facts.Claim(ids.uuid7(), ids.uuid7(), ids.uuid7(), 10, NOON)


@given(
    amounts=st.lists(st.integers(0, 60), max_size=12),
    day=st.none() | st.integers(0, 100),
    month=st.none() | st.integers(0, 200),
)
def test_no_order_of_claims_passes_a_cap(amounts: list[int], day: int | None, month: int | None) -> None:
    rule = EarningRule(code="r", most_day=day, most_month=month)
    known: list[Known] = []
    for number, amount in enumerate(amounts):
        one = facts.Claim(
            CLAIM.entry, CLAIM.subject, CLAIM.person, amount, NOON + timedelta(hours=9 * number)
        )
        verdict = limits.judge(rule, one, known, None)
        assert 0 <= verdict.given <= amount and (verdict.given == amount or verdict.reason)
        known.append(Known("r", verdict.given, one.at))
    assert month is None or sum(one.given for one in known) <= month
    days = {one.at.astimezone(None).date() for one in known}
    assert day is None or all(
        sum(one.given for one in known if limits._day(one.at) == each) <= day
        for each in {limits._day(one.at) for one in known} or days
    )


def test_metres_between_two_places() -> None:
    assert limits.metres((116.36, 39.95), (116.36, 39.85)) == pytest.approx(11_119.5, rel=1e-3)
    assert limits.metres((0, 0), (180, 0)) == pytest.approx(20_015_115, rel=1e-4)
