"""Holds, lots that run out, closed periods, and the proof that finds what does not hold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import DISTRICT
from youlin.apps.ledger import proving, selectors, services
from youlin.apps.ledger.models import Account, Hold, Lot, Period, Transfer
from youlin.apps.ledger.tests import factories
from youlin.apps.ledger.tests.factories import account, give, pot
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotFound

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    factories.declare()


def balance(one: Account) -> int:
    return selectors.balance(DISTRICT, one.id)


def hold(one: Account, amount: int, key: str = "h", hours: float = 1) -> Hold:
    return services.hold(
        actor=SYSTEM,
        district=DISTRICT,
        key=key,
        account_id=one.id,
        amount=amount,
        until=clock.now() + timedelta(hours=hours),
    )


def settle(held: Hold, to: Account, key: str = "s", **values: Any) -> Any:
    return services.settle_hold(actor=SYSTEM, district=DISTRICT, key=key, hold_id=held.id, to=to.id, **values)


def left(one: Account) -> list[int]:
    return list(
        Lot.objects.filter(account=one, left__gt=0).order_by("expires_at").values_list("left", flat=True)
    )


def test_what_is_held_cannot_be_spent_and_is_paid_in_parts() -> None:
    li, shop = account(amount=100), account("shop")
    held = hold(li, 70)
    assert hold(li, 70).id == held.id
    with pytest.raises(Conflict, match="内容不同"):
        hold(li, 60)
    with pytest.raises(Conflict, match="可用 30"):
        give(li, shop, 31)
    with pytest.raises(Conflict, match="可用 30"):
        hold(li, 31, "other")
    settle(held, shop, "s1", amount=20, rest="keep")
    settle(held, shop, "s1", amount=20, rest="keep")
    assert (balance(li), balance(shop)) == (80, 20) and proving.prove() == []
    with pytest.raises(Conflict, match="只冻结了 50"):
        settle(held, shop, "s2", amount=51)
    settle(held, shop, "s3", amount=10)
    held.refresh_from_db()
    li.refresh_from_db()
    assert held.ended_at and (li.available, balance(shop)) == (70, 30) and proving.prove() == []
    with pytest.raises(Conflict, match="已经结束"):
        settle(held, shop, "s4")
    assert [entry.act for entry in journal.entries_for(held)] == ["ledger.held"]


def test_a_hold_is_let_go_once_by_somebody_or_by_time() -> None:
    li, shop = account(amount=100), account("shop")
    first, other = hold(li, 60), hold(li, 40, "other", hours=2)
    services.release_hold(actor=SYSTEM, district=DISTRICT, hold_id=first.id, reason="不要了")
    services.release_hold(actor=SYSTEM, district=DISTRICT, hold_id=first.id, reason="不要了")
    give(li, shop, 60)
    assert services.release_holds(DISTRICT) == 0
    with clock.frozen(clock.now() + timedelta(hours=3)):
        with pytest.raises(Conflict, match="已经结束"):
            settle(other, shop)
        assert services.release_holds(DISTRICT) == 1 and services.release_holds(DISTRICT) == 0
        give(li, shop, 40)
    assert proving.prove() == [] and balance(shop) == 100
    with pytest.raises(NotFound):
        services.release_hold(actor=SYSTEM, district=DISTRICT, hold_id=li.id)
    with pytest.raises(Invalid):
        hold(li, 1, "late", hours=-1)


def test_lots_are_spent_first_in_first_out_and_what_runs_out_goes_back() -> None:
    li, shop = account("wallet"), account("shop")
    for day, amount in enumerate((10, 20, 30)):
        with clock.frozen(NOON + timedelta(days=day)):
            give(pot(), li, amount)
    with clock.frozen(NOON + timedelta(days=5)):
        [row] = give(li, shop, 15)
        assert left(li) == [15, 30] and [part for _lot, part in row.lots] == [10, 5]
    with clock.frozen(NOON + timedelta(days=366, hours=1)):
        assert services.expire_lots(DISTRICT) == 1 and services.expire_lots(DISTRICT) == 0
        assert (balance(li), left(li), balance(pot())) == (30, [30], -45)
    last = Transfer.objects.order_by("-id").first()
    assert last is not None and last.why == "expired"
    assert [entry.act for entry in journal.entries_for(last)] == ["ledger.expired"]
    assert proving.prove() == []


def test_what_is_held_does_not_run_out_before_it_is_let_go() -> None:
    with clock.frozen(NOON):
        li = account("wallet", 50)
        held = hold(li, 30, hours=24 * 400)
    with clock.frozen(NOON + timedelta(days=380)):
        assert services.expire_lots(DISTRICT) == 1 and balance(li) == 30
        assert services.expire_lots(DISTRICT) == 0
        services.release_hold(actor=SYSTEM, district=DISTRICT, hold_id=held.id)
        assert services.expire_lots(DISTRICT) == 1 and balance(li) == 0 and proving.prove() == []


def test_points_passed_on_or_given_back_run_out_when_they_would_have() -> None:
    with clock.frozen(NOON):
        li, wang, shop = account("wallet", 50), account("wallet"), account("shop")
    with clock.frozen(NOON + timedelta(days=100)):
        give(li, wang, 20)
        [row] = give(li, shop, 30)
        give(pot(), li, 5)
        services.reverse(actor=SYSTEM, district=DISTRICT, transfer_id=row.id, reason="没有货")
    ends = set(Lot.objects.filter(left__gt=0).exclude(amount=5).values_list("expires_at", flat=True))
    assert ends == {NOON + timedelta(days=365)} and left(li) == [30, 5] and proving.prove() == []


def close(last: date, unit: str = "points") -> Period:
    return services.close_period(actor=SYSTEM, district=DISTRICT, unit=unit, last=last)


def test_nothing_is_posted_into_a_closed_period() -> None:
    with clock.frozen(NOON):
        li, shop = account(amount=100), account("shop")
        with pytest.raises(Invalid, match="还没有结束"):
            close(date(2026, 11, 3))
    with clock.frozen(NOON + timedelta(days=1)):
        period = close(date(2026, 11, 3))
        assert close(date(2026, 11, 3)).id == period.id
        assert (period.transfers, period.turnover, period.accounts) == (1, 100, 2) and len(
            period.digest
        ) == 64
        with pytest.raises(Conflict):
            close(date(2026, 11, 2))
    for back in (0, 300):
        with clock.frozen(NOON - timedelta(seconds=back)):
            fresh = account()
            for source, target in ((li, shop), (pot(), fresh)):
                with pytest.raises(Conflict, match="已经结账"):
                    give(source, target, 1)
    with clock.frozen(NOON + timedelta(days=40)):
        give(li, shop, 1)
        second = close(date(2026, 11, 30))
        assert second.previous == period.digest and second.first == date(2026, 11, 4)
        assert second.transfers == 0
    assert proving.prove() == []
    assert [one.last for one in selectors.periods(DISTRICT)] == [date(2026, 11, 30), date(2026, 11, 3)]
    assert [entry.act for entry in journal.entries_for(period)] == ["ledger.period_closed"]
    with pytest.raises(NotFound):
        close(date(2026, 11, 3), "nothing")


def tamper(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


TAMPERED = {
    "amount": "UPDATE ledger_transfer SET amount = amount + 1 WHERE why = 'moved'",
    "balance": "UPDATE ledger_transfer SET credit_balance = credit_balance + 1 WHERE why = 'moved'",
    "row": "DELETE FROM ledger_transfer WHERE why = 'issued'",
    "account": "UPDATE ledger_account SET balance = balance + 1 WHERE issuing",
    "lot": 'UPDATE ledger_lot SET "left" = "left" - 1',
    "hold": 'UPDATE ledger_hold SET "left" = "left" - 1',
    "held": "UPDATE ledger_account SET held = held + 1 WHERE held > 0",
    "note": "UPDATE ledger_transfer SET note = 'x' WHERE why = 'moved'",
    "digest": "UPDATE ledger_period SET digest = 'x'",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_the_proof_finds_what_was_changed_behind_the_books(what: str) -> None:
    with clock.frozen(NOON):
        li, shop = account(amount=100), account("shop")
        services.issue(actor=SYSTEM, district=DISTRICT, key="i", pot="pot", to=shop.id, amount=5, note="开张")
        give(li, shop, 30)
        hold(li, 10)
        account("wallet", 9)
    with clock.frozen(NOON + timedelta(days=2)):
        close(date(2026, 11, 3))
    assert proving.prove() == [] and proving.counted() == (5, 4)
    tamper(TAMPERED[what])
    assert proving.prove(DISTRICT)


def test_lots_and_holds_cannot_fall_below_nothing() -> None:
    li = account("wallet", 9)
    held = hold(li, 4)
    for row in (held, Lot.objects.get()):
        for wrong in (-1, row.amount + 1):
            with pytest.raises(IntegrityError), transaction.atomic():
                type(row).objects.filter(id=row.id).update(left=wrong)
