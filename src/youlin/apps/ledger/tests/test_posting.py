"""Transfers: double entry by one row, once for a key, never below nothing, never more than a limit, never changed."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import DISTRICT, OTHER_DISTRICT, make_district, make_member
from youlin.apps.ledger import books, declarations, proving, selectors, services
from youlin.apps.ledger.models import Account, AppendOnly, Transfer
from youlin.apps.ledger.services import Leg
from youlin.apps.ledger.tests import factories
from youlin.apps.ledger.tests.factories import account, give, order, pot
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, YoulinError

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books(db: None) -> Any:
    factories.declare(small={"most": 100, "most_in_day": 80, "most_out_day": 30})
    yield
    assert proving.prove() == []


def balance(one: Account) -> int:
    return selectors.balance(DISTRICT, one.id)


def test_a_transfer_is_one_row_with_both_sides() -> None:
    li, shop = account(amount=100), account("shop")
    [row] = give(li, shop, 30, note="一杯热水")
    assert (row.debit_id, row.credit_id, row.amount) == (li.id, shop.id, 30)
    assert (row.debit_seq, row.debit_balance, row.credit_seq, row.credit_balance) == (2, 70, 1, 30)
    assert (balance(pot()), balance(li), balance(shop)) == (-100, 70, 30)
    [entry] = journal.entries_for(row)
    assert entry.act == "ledger.transferred" and entry.note == "一杯热水"
    assert entry.after["legs"] == [{"from": li.id.hex, "to": shop.id.hex, "amount": 30}]


def test_the_same_key_is_posted_once_and_answered_the_same() -> None:
    li, shop = account(amount=100), account("shop")
    first = give(li, shop, 100, key="k")
    assert give(li, shop, 100, key="k")[0].id == first[0].id and balance(shop) == 100
    for other in ((li, shop, 99), (shop, li, 100)):
        with pytest.raises(Conflict, match="内容不同"):
            give(*other, key="k")
    assert Transfer.objects.filter(key="k").count() == 1


def test_nothing_of_a_longer_order_under_a_used_key_stays_where_its_refusal_is_caught() -> None:
    source, target, third = account(amount=10), account(), account()
    give(source, target, 1, key="k")
    legs = (Leg(source.id, target.id, 1), Leg(source.id, third.id, 2))
    with transaction.atomic(), contextlib.suppress(Conflict):
        services.post(actor=SYSTEM, district=DISTRICT, order=books.Order(key="k", legs=legs))
    assert Transfer.objects.filter(district=DISTRICT, key="k").count() == 1
    assert not proving.prove(DISTRICT)


def test_nobody_gives_what_they_have_not_but_a_pot_that_issues() -> None:
    li, shop = account(amount=10), account("shop")
    with pytest.raises(Conflict, match="可用 10，需要 11"):
        give(li, shop, 11)
    assert (balance(li), balance(shop)) == (10, 0)
    give(pot(), shop, 10**12)
    assert balance(pot()) == -(10**12) - 10


@pytest.mark.parametrize("amount", [0, -1, 1.5, "3", True, books.MOST_AMOUNT + 1])
def test_an_amount_is_a_whole_number_above_nothing(amount: Any) -> None:
    li, shop = account(amount=10), account("shop")
    with pytest.raises(Invalid):
        give(li, shop, amount)
    assert balance(li) == 10


def test_what_cannot_be_is_refused() -> None:
    li, money = account(amount=10), account("cents_purse")
    with pytest.raises(Invalid, match="单位不同"):
        give(li, money, 1)
    with pytest.raises(Invalid, match="同一个账户"):
        give(li, li, 1)
    with pytest.raises(Invalid, match="没有这个账户"):
        services.transfer(actor=SYSTEM, district=DISTRICT, key="k", legs=[Leg(li.id, ids.uuid7(), 1)])
    with pytest.raises(Invalid, match="没有这个账户"):
        services.transfer(actor=SYSTEM, district=OTHER_DISTRICT, key="k", legs=[Leg(li.id, pot().id, 1)])
    for bad in ("", "x" * 201, "a\0b"):
        with pytest.raises(Invalid):
            services.transfer(actor=SYSTEM, district=DISTRICT, key=bad, legs=[Leg(li.id, pot().id, 1)])
    with pytest.raises(Invalid):
        services.transfer(actor=SYSTEM, district=DISTRICT, key="k", legs=[])
    with pytest.raises(Invalid):
        give(li, pot(), 1, why="因为")


def test_legs_are_posted_together_or_not_at_all_also_over_units() -> None:
    li, shop, money = account(amount=50), account("shop"), account("cents_purse", 700)
    with pytest.raises(Conflict):
        services.transfer(
            actor=SYSTEM,
            district=DISTRICT,
            key="k",
            legs=[Leg(li.id, shop.id, 50), Leg(money.id, pot("cents").id, 701)],
        )
    assert (balance(li), balance(shop), balance(money)) == (50, 0, 700)
    rows = services.transfer(
        actor=SYSTEM,
        district=DISTRICT,
        key="k",
        legs=[Leg(li.id, shop.id, 50), Leg(shop.id, li.id, 20), Leg(money.id, pot("cents").id, 700)],
    )
    assert [row.leg for row in rows] == [0, 1, 2] and (balance(li), balance(shop), balance(money)) == (
        20,
        30,
        0,
    )
    assert len(journal.entries_for(rows[0])) == 1


def test_limits_of_a_day_and_of_a_balance() -> None:
    with clock.frozen(NOON):
        li, shop = account("small"), account("shop")
        give(pot(), li, 80)
        with pytest.raises(Conflict, match="每天最多转入的 80"):
            give(pot(), li, 1)
        give(li, shop, 30)
        with pytest.raises(Conflict, match="每天最多转出的 30"):
            give(li, shop, 1)
    with clock.frozen(NOON + timedelta(hours=12)):
        give(li, shop, 1)
        with pytest.raises(Conflict, match="最多可有的 100"):
            give(pot(), li, 60)
        give(pot(), li, 51)


def test_a_clock_that_was_set_back_opens_no_new_day_and_changes_no_order() -> None:
    with clock.frozen(NOON):
        li, shop = account("small"), account("shop")
        give(pot(), li, 60)
        [last] = give(li, shop, 30)
    with clock.frozen(NOON - timedelta(days=2)):
        with pytest.raises(Conflict, match="每天最多转出"):
            give(li, shop, 1)
        [row] = give(pot(), shop, 1)
        assert row.at == last.at and row.id != last.id
    assert selectors.balance_at(DISTRICT, shop.id, NOON) == 31
    assert selectors.balance_at(DISTRICT, shop.id, NOON - timedelta(seconds=1)) == 0


def test_the_balance_at_any_moment_and_the_statement_page_by_page() -> None:
    li, shop = account(), account("shop")
    for day in range(10):
        with clock.frozen(NOON + timedelta(days=day)):
            give(pot(), li, 10)
            give(li, shop, day or 10, note=f"第 {day} 天")
    sums = [selectors.balance_at(DISTRICT, li.id, NOON + timedelta(days=day)) for day in range(-1, 10)]
    assert sums == [0, 0, 9, 17, 24, 30, 35, 39, 42, 44, 45]
    li.refresh_from_db()
    pages = [selectors.statement(li, page=page, size=7) for page in (1, 2, 3)]
    lines = [line for page in pages for line in page.lines]
    assert [line.number for line in lines] == list(range(20, 0, -1)) and pages[0].pages == 3
    assert [line.balance for line in lines[:4]] == [45, 54, 44, 52] and lines[0].note == "第 9 天"
    assert sum(line.amount for line in lines) == 45
    with CaptureQueriesContext(connection) as queries:
        selectors.statement(li, page=2, size=7)
    assert len(queries) == 2


def test_a_reversal_is_a_transfer_of_its_own_done_once() -> None:
    with clock.frozen(NOON):
        li, shop = account("small"), account("shop")
        give(pot(), li, 40)
        [row] = give(li, shop, 30)
        with pytest.raises(Invalid, match="理由"):
            services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=row.id, reason=" \0 ")
        [back] = services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=row.id, reason="扫错了")
        again = services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=row.id, reason="又一次")
        assert again[0].id == back.id and back.reverses_id == row.id and back.note == "扫错了"
        assert (balance(li), balance(shop)) == (40, 0)
        with pytest.raises(Conflict, match="冲正不能再冲正"):
            services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=back.id, reason="x")
        with pytest.raises(NotFound):
            services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=ids.uuid7(), reason="x")
        [gone] = give(pot(), shop, 10)
        give(shop, pot(), 10)
        with pytest.raises(Conflict, match="余额不足"):
            services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=gone.id, reason="晚了")
    assert [entry.act for entry in journal.entries_for(back)] == ["ledger.reversed"]


def test_a_group_is_reversed_as_a_whole() -> None:
    li, shop, money = account(amount=50), account("shop"), account("cents_purse", 700)
    rows = services.transfer(
        actor=SYSTEM,
        district=DISTRICT,
        key="k",
        legs=[Leg(li.id, shop.id, 50), Leg(money.id, pot("cents").id, 700)],
    )
    services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=rows[1].id, reason="退货")
    assert (balance(li), balance(shop), balance(money)) == (50, 0, 700)


def test_many_in_one_go_each_with_its_own_answer() -> None:
    li, shop = account(amount=10), account("shop")
    before = give(li, shop, 1, key="old")[0]
    orders = [
        order(li.id, shop.id, 4, "a"),
        order(li.id, shop.id, 6, "b"),
        order(li.id, shop.id, 5, "c"),
        order(li.id, shop.id, 4, "a"),
        order(li.id, shop.id, 1, "old"),
        order(li.id, shop.id, 0, "none"),
        order(li.id, shop.id, 3, "a"),
    ]
    answers = services.transfer_many(actor=SYSTEM, district=DISTRICT, orders=orders)
    told = [type(one).__name__ if isinstance(one, YoulinError) else one[0].amount for one in answers]
    assert told == [4, "Conflict", 5, 4, 1, "Invalid", "Conflict"]
    assert answers[4][0].id == before.id and answers[3][0].id == answers[0][0].id
    assert (balance(li), balance(shop)) == (0, 10)
    assert services.transfer_many(actor=SYSTEM, district=DISTRICT, orders=[]) == []


def test_few_statements_for_one_and_for_a_hundred() -> None:
    li, shop = account(amount=10_000), account("shop")
    give(li, shop, 1)
    with CaptureQueriesContext(connection) as one:
        give(li, shop, 1)
    at_most = 2 if connection.vendor == "postgresql" else 4
    assert len([q for q in one if "SAVEPOINT" not in q["sql"]]) == at_most, [q["sql"][:80] for q in one]
    shops = [account("shop") for _ in range(50)]

    def many(count: int) -> int:
        orders = [order(li.id, shops[number % 50].id, 1) for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            services.transfer_many(actor=SYSTEM, district=DISTRICT, orders=orders)
        return len(queries)

    assert many(100) == many(10) <= 8


def test_only_whoever_keeps_the_books_writes_in_them() -> None:
    make_district()
    keeper, stranger = factories.keeper(), make_member("qian2", "钱路人").actor
    li, shop = account(amount=10), account("shop")
    give(li, shop, 1, actor=keeper)
    [row] = services.issue(
        actor=keeper, district=DISTRICT, key="i", pot="pot", to=li.id, amount=5, note="暖心月补发"
    )
    with pytest.raises(Invalid, match="理由"):
        services.issue(actor=keeper, district=DISTRICT, key="j", pot="pot", to=li.id, amount=5, note=" ")
    until = clock.now() + timedelta(hours=1)
    for act in (
        lambda: give(li, shop, 1, actor=stranger),
        lambda: services.transfer_many(actor=stranger, district=DISTRICT, orders=[]),
        lambda: services.reverse(actor=stranger, district=DISTRICT, transfer_id=row.id, reason="x"),
        lambda: services.hold(
            actor=stranger, district=DISTRICT, key="h", account_id=li.id, amount=1, until=until
        ),
        lambda: services.close_period(
            actor=stranger, district=DISTRICT, unit="points", last=clock.today() - timedelta(days=2)
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_was_posted_is_never_changed() -> None:
    [row] = give(pot(), account(), 5)
    for act in (
        row.save,
        row.delete,
        lambda: Transfer.objects.all().delete(),
        lambda: Transfer.objects.update(amount=1),
        lambda: Transfer.objects.bulk_create([row]),
        lambda: Transfer.objects.bulk_update([row], ["amount"]),
    ):
        with pytest.raises(AppendOnly):
            act()


@pytest.mark.parametrize(
    "change",
    [{"balance": -1}, {"held": 11}, {"held": -1}, {"out_today": -1}],
    ids=lambda one: next(iter(one)),
)
def test_the_database_itself_keeps_the_floors(change: dict[str, int]) -> None:
    li = account(amount=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(id=li.id).update(**change)


def test_an_account_is_opened_once_and_kinds_keep_what_their_accounts_are_made_of() -> None:
    owner = ids.uuid7()
    given = {"actor": SYSTEM, "district": DISTRICT, "kind": "purse", "owner_id": owner}
    assert services.open_account(**given).id == services.open_account(**given).id
    with pytest.raises(Invalid, match="没有这种账户"):
        services.open_account(actor=SYSTEM, district=DISTRICT, kind="nothing")
    for change in ({"unit": "cents"}, {"issuing": True}, {"owner_kind": "place"}, {"expires_days": 3}):
        with pytest.raises(Conflict, match="已有账户"):
            factories.declare(purse=change)
    factories.declare(purse={"most": 7})
    with pytest.raises(Conflict, match="最多可有的 7"):
        give(pot(), account(), 8)
    declarations.retire(declarations.KINDS, actor=SYSTEM, district=DISTRICT, codes=["purse"])
    with pytest.raises(Invalid):
        services.open_account(actor=SYSTEM, district=DISTRICT, kind="purse", owner_id=ids.uuid7())
    assert services.open_account(**given).owner_id == owner
