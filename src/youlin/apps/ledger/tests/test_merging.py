"""Two records become one purse, and two again where that was wrong: to the point and to the day it runs out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import DISTRICT
from youlin.apps.ledger import proving, services
from youlin.apps.ledger.models import Account, Lot, Transfer
from youlin.apps.ledger.services import merging
from youlin.apps.ledger.tests import factories
from youlin.apps.ledger.tests.factories import account, give, pot
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Person
from youlin.kernel import clock, jobs, journal, reactions
from youlin.kernel.actors import SYSTEM

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books(db: None) -> Any:
    factories.declare()
    with clock.frozen(NOON):
        yield
    assert proving.prove() == []


def purse(who: Person, kind: str = "wallet") -> Account:
    return services.open_account(actor=SYSTEM, district=DISTRICT, kind=kind, owner_id=who.id)


def fill(*given: tuple[int, Account, int]) -> None:
    """So many days ago, whom, how much: the oldest first, for a pot has one order of its entries."""
    for day, row, amount in sorted(given, key=lambda one: -one[0]):
        with clock.frozen(NOON - timedelta(days=day)):
            give(pot(row.kind.code), row, amount)


def two() -> tuple[Person, Person]:
    keep, drop = (parties.register_person(actor=SYSTEM, name=name) for name in ("李强", "李 强"))
    return keep, drop


def merge(keep: Person, drop: Person) -> None:
    fresh = [Person.objects.get(id=one.id) for one in (keep, drop)]
    parties.merge_persons(actor=SYSTEM, keep=fresh[0], drop=fresh[1], reason="同一个人", district=DISTRICT)


def undo(drop: Person) -> None:
    parties.undo_merge(actor=SYSTEM, drop=Person.objects.get(id=drop.id), reason="误并", district=DISTRICT)


def followed() -> None:
    while reactions.drain():
        pass
    jobs.run_pending()


def has(one: Account) -> list[tuple[int, datetime]]:
    """What is in it, by the day it runs out."""
    rows = Lot.objects.filter(account=one, left__gt=0).order_by("expires_at", "id")
    sums: dict[datetime, int] = {}
    for left, ends in rows.values_list("left", "expires_at"):
        sums[ends] = sums.get(ends, 0) + left
    return [(left, ends) for ends, left in sums.items()]


def balance(who: UUID, kind: str = "wallet") -> int:
    return Account.objects.get(kind__code=kind, owner_id=who).balance


def test_a_merge_moves_all_of_it_and_its_undoing_moves_it_back_exactly() -> None:
    keep, drop = two()
    mine, theirs, cents = purse(keep), purse(drop), purse(drop, "cents_purse")
    fill((9, mine, 50), (3, mine, 7), (20, theirs, 5), (3, theirs, 30), (1, cents, 99))
    before = has(mine), has(theirs)
    for _turn in range(2):
        merge(keep, drop)
        followed()
        assert (balance(keep.id), balance(drop.id), balance(keep.id, "cents_purse")) == (92, 0, 99)
        merging.follow_person(drop=str(drop.id), district=DISTRICT)
        undo(drop)
        followed()
        merging.return_person(drop=str(drop.id), district=DISTRICT)
        assert (has(mine), has(theirs)) == before
        assert balance(drop.id, "cents_purse") == 99 and balance(keep.id, "cents_purse") == 0
    back = Transfer.objects.filter(why="unmerged")
    assert back.count() == 4 and all(row.reverses_id for row in back)
    assert [entry.act for entry in journal.entries_for(back[0])] == ["ledger.transferred"]
    assert cents.id in {row.credit_id for row in back}


@pytest.fixture
def one() -> tuple[Account, Account, Person]:
    """Two records that were merged: 10 of the kept one's, 40 of the other's that run out before these, 20 after."""
    keep, drop = two()
    mine, theirs = purse(keep), purse(drop)
    fill((300, mine, 10), (340, theirs, 40), (1, theirs, 20))
    merge(keep, drop)
    followed()
    return mine, theirs, drop


def test_what_was_spent_meanwhile_goes_back_as_far_as_it_is_there(one: Any) -> None:
    mine, theirs, drop = one
    give(mine, account("shop"), 45)  # the oldest of both first: 40 of theirs, 5 of mine
    undo(drop)
    followed()
    assert (balance(mine.owner_id), balance(drop.id)) == (0, 25), "60 were theirs, 25 were left"
    [row] = Transfer.objects.filter(why="unmerged")
    assert row.about == {"missing": 35} and theirs.id == row.credit_id


def test_what_ran_out_meanwhile_would_have_run_out_with_them_too(one: Any) -> None:
    mine, _theirs, drop = one
    with clock.frozen(NOON + timedelta(days=30)):
        services.expire_lots(DISTRICT)
        undo(drop)
        followed()
    assert (balance(mine.owner_id), balance(drop.id)) == (10, 20)


def test_a_merge_undone_at_once_moves_nothing_and_what_was_held_follows_when_let_go() -> None:
    keep, drop = two()
    theirs = purse(drop)
    fill((1, theirs, 30))
    merge(keep, drop)
    undo(drop)
    followed()
    assert balance(drop.id) == 30 and not Account.objects.filter(owner_id=keep.id).exists()
    held = services.hold(
        actor=SYSTEM,
        district=DISTRICT,
        key="h",
        account_id=theirs.id,
        amount=20,
        until=NOON + timedelta(hours=1),
    )
    merge(keep, drop)
    followed()
    assert (balance(keep.id), balance(drop.id)) == (10, 20) and merging.follow_late(DISTRICT) == 0
    services.release_hold(actor=SYSTEM, district=DISTRICT, hold_id=held.id)
    assert merging.follow_late(DISTRICT) == 1 and merging.follow_late(DISTRICT) == 0
    assert (balance(keep.id), balance(drop.id)) == (30, 0)
    undo(drop)
    followed()
    assert (balance(keep.id), balance(drop.id)) == (0, 30)
