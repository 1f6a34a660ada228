"""The books against a model so simple that it can be seen to be right, through any order of acts, time and mistakes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cast import DISTRICT
from youlin.apps.ledger import proving, selectors, services
from youlin.apps.ledger.models import Account
from youlin.apps.ledger.services import Leg, Order
from youlin.apps.ledger.tests import factories
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import YoulinError

START = datetime(2026, 3, 1, 4, tzinfo=UTC)
NAMES = ("pot", "li", "wang", "shop")
PLACES = st.sampled_from(NAMES)
SOME = st.integers(1, 40)
LEGS = st.lists(st.tuples(PLACES, PLACES, SOME), min_size=1, max_size=3)
DAYS = 30
"""After which points run out in a wallet."""


class Books(RuleBasedStateMachine):
    """`li` and `wang` have wallets whose points run out, `shop` has not; the pot issues."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.accounts: dict[str, Account] = {}
        for name, kind in zip(NAMES, ("pot", "month", "month", "shop"), strict=True):
            owner = {} if name == "pot" else {"owner_id": ids.uuid7()}
            self.accounts[name] = services.open_account(actor=SYSTEM, district=DISTRICT, kind=kind, **owner)
        self.balances: dict[str, int] = dict.fromkeys(NAMES, 0)
        self.lots: dict[str, list[list[Any]]] = {"li": [], "wang": []}
        self.holds: list[list[Any]] = []
        self.posted: dict[str, tuple[tuple[str, str, int], ...]] = {}
        self.past: list[tuple[datetime, dict[str, int]]] = []
        self.serial = 0

    # what the model knows

    def held(self, name: str) -> int:
        return sum(left for whose, left, _id, _end in self.holds if whose == name)

    def allowed(self, legs: list[tuple[str, str, int]]) -> bool:
        """Whether legs can be posted one after the other."""
        trial = dict(self.balances)
        for giver, taker, amount in legs:
            if giver == taker or (giver != "pot" and trial[giver] - self.held(giver) < amount):
                return False
            trial[giver] -= amount
            trial[taker] += amount
        return True

    def move(self, giver: str, taker: str, amount: int) -> None:
        self.balances[giver] -= amount
        self.balances[taker] += amount
        taken, wanted = [], amount
        for lot in sorted(self.lots.get(giver, []), key=lambda one: one[0]):
            part = min(lot[1], wanted)
            lot[1] -= part
            wanted -= part
            taken += [[lot[0], part]] if part else []
        if taker in self.lots:
            self.lots[taker] += taken or [[self.now + timedelta(days=DAYS), amount]]

    def key(self) -> str:
        self.serial += 1
        return f"k{self.serial}"

    def post(self, key: str, legs: list[tuple[str, str, int]]) -> bool:
        order = self.order(key, legs)
        with clock.frozen(self.now):
            try:
                services.transfer(actor=SYSTEM, district=DISTRICT, key=key, legs=order.legs)
            except YoulinError:
                return False
        return True

    def order(self, key: str, legs: list[tuple[str, str, int]]) -> Order:
        every = self.accounts
        return Order(key=key, legs=tuple(Leg(every[a].id, every[b].id, n) for a, b, n in legs))

    # what may happen

    @rule(legs=LEGS)
    def transfer(self, legs: list[tuple[str, str, int]]) -> None:
        key, allowed = self.key(), self.allowed(legs)
        assert self.post(key, legs) == allowed
        if allowed:
            self.posted[key] = tuple(legs)
            for leg in legs:
                self.move(*leg)

    @rule(orders=st.lists(LEGS, max_size=4))
    def transfer_many(self, orders: list[list[tuple[str, str, int]]]) -> None:
        keys = [self.key() for _ in orders]
        with clock.frozen(self.now):
            answers = services.transfer_many(
                actor=SYSTEM,
                district=DISTRICT,
                orders=[self.order(key, legs) for key, legs in zip(keys, orders, strict=True)],
            )
        for key, legs, answer in zip(keys, orders, answers, strict=True):
            allowed = self.allowed(legs)
            assert isinstance(answer, list) == allowed
            if allowed:
                self.posted[key] = tuple(legs)
                for leg in legs:
                    self.move(*leg)

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), other=st.booleans())
    def send_again(self, data: Any, other: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.posted)))
        legs = [(a, b, n + other) for a, b, n in self.posted[key]]
        assert self.post(key, legs) is not other

    @rule(name=st.sampled_from(NAMES[1:]), amount=SOME, days=st.integers(1, 40))
    def hold(self, name: str, amount: int, days: int) -> None:
        allowed = self.balances[name] - self.held(name) >= amount
        until = self.now + timedelta(days=days)
        with clock.frozen(self.now):
            try:
                made = services.hold(
                    actor=SYSTEM,
                    district=DISTRICT,
                    key=self.key(),
                    account_id=self.accounts[name].id,
                    amount=amount,
                    until=until,
                )
            except YoulinError:
                assert not allowed
                return
        assert allowed
        self.holds.append([name, amount, made.id, until])

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), amount=SOME, keep=st.booleans(), release=st.booleans())
    def settle_or_release(self, data: Any, amount: int, keep: bool, release: bool) -> None:
        one = data.draw(st.sampled_from(range(len(self.holds))))
        name, left, hold_id, until = self.holds[one]
        with clock.frozen(self.now):
            if release:
                services.release_hold(actor=SYSTEM, district=DISTRICT, hold_id=hold_id)
                self.holds[one][1] = 0
            else:
                to = "shop" if name != "shop" else "pot"
                allowed = amount <= left and until > self.now
                try:
                    services.settle_hold(
                        actor=SYSTEM,
                        district=DISTRICT,
                        key=self.key(),
                        hold_id=hold_id,
                        to=self.accounts[to].id,
                        amount=amount,
                        rest="keep" if keep else "release",
                    )
                except YoulinError:
                    assert not allowed
                    return
                assert allowed
                self.holds[one][1] = left - amount if keep else 0
                self.move(name, to, amount)
        self.holds = [each for each in self.holds if each[1]]

    @rule(days=st.integers(1, 20))
    def night(self, days: int) -> None:
        """Time goes on, and what runs out does."""
        self.past.append((self.now, dict(self.balances)))
        self.now += timedelta(days=days)
        with clock.frozen(self.now):
            services.release_holds(DISTRICT)
            services.expire_lots(DISTRICT)
        self.holds = [one for one in self.holds if one[3] > self.now]
        for name, lots in self.lots.items():
            over = sum(left for end, left in lots if end <= self.now)
            amount = min(over, self.balances[name] - self.held(name))
            if amount:
                self.move(name, "pot", amount)

    # what always holds

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        rows = {row.id: row for row in Account.objects.filter(district=DISTRICT)}
        found = {name: rows[one.id] for name, one in self.accounts.items()}
        assert {name: row.balance for name, row in found.items()} == self.balances
        assert {name: row.held for name, row in found.items()} == {name: self.held(name) for name in NAMES}
        assert sum(row.balance for row in rows.values()) == 0

    def teardown(self) -> None:
        assert proving.prove() == []
        for at, balances in self.past:
            told = {name: selectors.balance_at(DISTRICT, one.id, at) for name, one in self.accounts.items()}
            assert told == balances


@pytest.mark.django_db
def test_the_books_against_a_model() -> None:
    factories.declare(month={"expires_days": DAYS, "returns_to": "pot"})

    class Undone(Books):
        """Each run is undone at its end, so that the next begins with empty books."""

        def __init__(self) -> None:
            self.run = transaction.atomic()
            self.run.__enter__()
            super().__init__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                transaction.set_rollback(True)
                self.run.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
