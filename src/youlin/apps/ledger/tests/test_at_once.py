"""Many at once, on both databases: nothing is spent twice, nothing lost, nothing hangs."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT
from youlin.apps.ledger import proving, selectors, services
from youlin.apps.ledger.models import Account, Transfer
from youlin.apps.ledger.tests import factories
from youlin.apps.ledger.tests.factories import account, give, order, pot
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import YoulinError
from youlin.kernel.tests import databases

THREADS = 16


def done(act: Any) -> bool:
    try:
        act()
    except YoulinError:
        return False
    return True


def at_once(*acts: Any) -> list[bool]:
    """Which of these acts at the same time were done."""
    start = threading.Barrier(len(acts))

    def begin(act: Any) -> bool:
        start.wait(60)
        return done(act)

    return databases.in_threads(*[lambda act=act: begin(act) for act in acts], patience=240)


def balance(one: Account) -> int:
    return selectors.balance(DISTRICT, one.id)


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_spend_nothing_twice(transactional_db: None) -> None:
    """More than there is, one key by all, round a ring in both directions, in bulk, against holds, while closing."""
    with databases.shared_database():
        factories.declare()
        li, shop = account(amount=5), account("shop")
        told = at_once(*[lambda: give(li, shop, 1) for _ in range(THREADS)])
        assert (sum(told), balance(li), balance(shop)) == (5, 0, 5)

        wang = account("wallet", 100)
        assert all(at_once(*[lambda: give(wang, shop, 60, key="one press") for _ in range(THREADS)]))
        assert balance(wang) == 40 and Transfer.objects.filter(key="one press").count() == 1

        ring = [account(amount=10) for _ in range(4)]
        pairs = [(ring[n % 4], ring[(n + 1 + 2 * (n % 2)) % 4]) for n in range(THREADS)]
        at_once(*[lambda pair=pair: give(*pair, 3) for pair in pairs])
        assert sum(balance(one) for one in ring) == 40

        def many(turn: int) -> None:
            orders = [order(ring[(n + turn) % 4].id, ring[(n + turn + 1) % 4].id, 1) for n in range(12)]
            services.transfer_many(actor=SYSTEM, district=DISTRICT, orders=orders)

        def hold(number: int) -> None:
            until = clock.now() + timedelta(hours=1)
            held = services.hold(
                actor=SYSTEM,
                district=DISTRICT,
                key=f"hold {number}",
                account_id=wang.id,
                amount=15,
                until=until,
            )
            services.settle_hold(
                actor=SYSTEM, district=DISTRICT, key=f"paid {number}", hold_id=held.id, to=shop.id, amount=15
            )

        told = at_once(
            *[lambda turn=turn: many(turn) for turn in range(6)],
            *[lambda number=number: hold(number) for number in range(6)],
            *[
                lambda: services.close_period(
                    actor=SYSTEM, district=DISTRICT, unit="points", last=clock.today() - timedelta(days=2)
                )
                for _ in range(2)
            ],
            *[lambda: give(pot(), account(), 1) for _ in range(2)],
        )
        assert told[:6] == [True] * 6 and told[12:] == [True] * 4 and sum(told[6:12]) == 2
        assert balance(wang) == 10 and proving.prove() == []
