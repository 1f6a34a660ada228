"""Rewards: given once, never more than there are or than somebody has; what the counter shows is what the books say."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.cast import DISTRICT, OTHER_STREET, make_district
from youlin.apps.ledger import proving
from youlin.apps.ledger import selectors as books
from youlin.apps.ledger.models import Account
from youlin.apps.rewards import personal_data, selectors, services
from youlin.apps.rewards.models import Redemption, Reward, Settlement
from youlin.apps.rewards.tests import factories
from youlin.apps.rewards.tests.factories import make_reward, make_shop, redeem, rider
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, YoulinError
from youlin.kernel.tests import databases

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)


@pytest.fixture
def shop(db: None) -> Any:
    with clock.frozen(clock.local_now().replace(hour=12)):  # no day ends while a test runs
        make_district()
        factories.declare()
        yield make_shop()
    assert proving.prove() == []


def has(kind: str, owner: UUID) -> int:
    return Account.objects.get(district=DISTRICT, kind__code=kind, owner_id=owner).balance


def test_points_and_a_piece_go_together_once(shop: Any) -> None:
    reward, (li, number) = make_reward(shop), rider(100)
    first = redeem(reward, number, key="k")
    again = redeem(reward, number, key="k")
    assert (first.row.id, first.left) == (again.row.id, again.left) and first.left == 70
    assert (has("points_wallet", li), has("points_shop", shop.organisation_id)) == (70, 30)
    assert (has("goods_stock", reward.id), has("goods_given", shop.organisation_id)) == (4, 1)
    [line] = selectors.today(shop)
    assert (line.who, line.name, line.points, line.is_reversed) == ("李*", "充电宝", 30, False)
    [entry] = journal.entries_for(first.row)
    assert entry.act == "rewards.redeemed" and str(li) not in str(entry.public)
    with pytest.raises(Conflict, match="内容不同"):
        redeem(make_reward(shop, name="别的"), number, key="k")


def test_nothing_is_given_that_is_not_there_or_not_earned(shop: Any) -> None:
    dear, last = make_reward(shop, points=101), make_reward(shop, stock=1, points=1)
    _li, number = rider(100)
    with pytest.raises(Conflict, match="余额不足：可用 100，需要 101"):
        redeem(dear, number)
    redeem(last, number)
    with pytest.raises(Conflict, match="已经兑完"):
        redeem(last, number)
    assert [one.left for one in selectors.rewards(DISTRICT)] == [5, 0]
    for code in ("", "R-AAAAAAAAA", "nothing", "\0"):
        with pytest.raises(Invalid):
            redeem(dear, code)
    assert Redemption.objects.count() == 1


def test_limits_of_a_person_and_days_on_which_it_can_be_had(shop: Any) -> None:
    with clock.frozen(NOON):
        reward, (_li, number) = make_reward(shop, points=1, per_person_day=1, per_person_month=2), rider()
        redeem(reward, number)
        with pytest.raises(Conflict, match="今天已兑过 1 份"):
            redeem(reward, number)
    with clock.frozen(NOON + timedelta(days=1)):
        redeem(reward, number)
    with clock.frozen(NOON + timedelta(days=2)):
        with pytest.raises(Conflict, match="本月已兑过 2 份"):
            redeem(reward, number)
        Reward.objects.filter(id=reward.id).update(valid_to=NOON.date())
        with pytest.raises(Conflict, match="不在兑换期"):
            redeem(reward, number)
        services.retire_reward(actor=SYSTEM, district=DISTRICT, reward_id=reward.id)
        with pytest.raises(Conflict, match="已停止"):
            redeem(reward, number)
        assert selectors.rewards(DISTRICT) == []


def test_taken_back_the_same_day_with_a_reason(shop: Any) -> None:
    with clock.frozen(NOON):
        reward, (li, number) = make_reward(shop, per_person_day=1), rider(30)
        row = redeem(reward, number).row
        back = {"actor": SYSTEM, "district": DISTRICT, "redemption_id": row.id}
        with pytest.raises(Invalid):
            services.reverse(reason=" \0", **back)
        with clock.frozen(NOON + timedelta(days=1)), pytest.raises(Conflict, match="当天"):
            services.reverse(reason="点错了", **back)
        services.reverse(reason="点错了", **back)
        services.reverse(reason="又一次", **back)
        assert has("points_wallet", li) == 30 and has("goods_stock", reward.id) == 5
        redeem(reward, number)
        assert [one.is_reversed for one in selectors.today(shop)] == [False, True]


def test_a_month_is_settled_once_for_what_the_lines_say(shop: Any) -> None:
    with clock.frozen(NOON):
        first, other = make_reward(shop), make_reward(shop, name="雨衣", points=10)
        _li, number = rider(200)
        wrong = redeem(first, number).row
        services.reverse(actor=SYSTEM, district=DISTRICT, redemption_id=wrong.id, reason="点错了")
        for reward in (first, first, other):
            redeem(reward, number)
        with pytest.raises(Conflict, match="还没有结束"):
            services.settle(actor=SYSTEM, district=DISTRICT, shop_id=shop.id, month=NOON.date())
    with clock.frozen(NOON + timedelta(days=40)):
        redeem(other, number)
        month = selectors.month(shop, NOON.date())
        assert [(one.name, one.taken, one.reversed, one.points) for one in month.lines] == [
            ("充电宝", 2, 1, 60),
            ("雨衣", 1, 0, 10),
        ]
        row = services.settle(actor=SYSTEM, district=DISTRICT, shop_id=shop.id, month=NOON.date())
        assert (
            services.settle(actor=SYSTEM, district=DISTRICT, shop_id=shop.id, month=NOON.date()).id == row.id
        )
        assert (row.taken, row.points) == (month.taken, month.points) == (3, 70)
        assert has("points_shop", shop.organisation_id) == 10
        assert selectors.month(shop, NOON.date()).settled_at is not None
        with pytest.raises(Conflict, match="没有兑换"):
            services.settle(
                actor=SYSTEM, district=DISTRICT, shop_id=shop.id, month=NOON.date() - timedelta(days=60)
            )
    assert Settlement.objects.count() == 1


def test_only_whoever_serves_there_gives_and_only_keepers_keep(shop: Any) -> None:
    reward, (_li, number) = make_reward(shop), rider(200)
    here, there = factories.server(), factories.server(OTHER_STREET, "bieren")
    row = redeem(reward, number, actor=here).row
    assert [one.id for one in selectors.shops(here)] == [shop.id] and selectors.shops(there) == []
    with pytest.raises(NotFound):
        selectors.shop(there, shop.id)
    given = {"actor": here, "district": DISTRICT}
    for act in (
        lambda: redeem(reward, number, actor=there),
        lambda: services.reverse(actor=there, district=DISTRICT, redemption_id=row.id, reason="x"),
        lambda: services.stock_up(**given, reward_id=reward.id, pieces=1, key="s"),
        lambda: services.settle(**given, shop_id=shop.id, month=NOON.date()),
        lambda: services.add_reward(**given, shop_id=shop.id, values={}, idempotency_key="a"),
        lambda: services.leave(**given, shop_id=shop.id, reason="x"),
        lambda: services.retire_reward(**given, reward_id=reward.id),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_cannot_be_registered_is_told_with_every_field(shop: Any) -> None:
    with pytest.raises(Invalid) as told:
        make_reward(shop, name=" \0", points="0", per_person_day="x", what="长" * 501)
    assert {one.field for one in told.value.problems} == {"name", "points", "per_person_day", "what"}
    reward = make_reward(shop, stock=0)
    for pieces in (0, -1, 10**9):
        with pytest.raises(Invalid):
            services.stock_up(actor=SYSTEM, district=DISTRICT, reward_id=reward.id, pieces=pieces, key="x")
    for _again in range(2):
        left = services.stock_up(actor=SYSTEM, district=DISTRICT, reward_id=reward.id, pieces=7, key="same")
    assert left == 7
    services.leave(actor=SYSTEM, district=DISTRICT, shop_id=shop.id, reason="歇业")
    assert selectors.rewards(DISTRICT) == []
    assert (
        services.join(
            actor=SYSTEM, district=DISTRICT, organisation_id=shop.organisation_id, place_id=shop.place_id
        ).id
        == shop.id
        and len(selectors.rewards(DISTRICT)) == 1
    )


def test_who_took_what_is_forgotten_and_the_count_stays(shop: Any) -> None:
    reward, (li, number) = make_reward(shop), rider()
    redeem(reward, number)
    assert personal_data.export(li)["redemptions"][0]["points"] == 30
    assert personal_data.forget_taken(clock.now() - timedelta(days=1)) == 0
    assert personal_data.forget_taken(clock.now() + timedelta(seconds=1)) == 1
    assert selectors.today(shop)[0].who == "已匿名" and personal_data.export(li)["redemptions"] == []
    redeem(reward, number)
    personal_data.erase(li, SYSTEM)
    assert not Redemption.objects.exclude(person=None).exists() and Redemption.objects.count() == 2


def test_places_tell_the_ledger_where_they_are(shop: Any) -> None:
    found = selectors.positions(DISTRICT, {str(shop.place_id), str(ids.uuid7()), "x"})
    assert found == {str(shop.place_id): (shop.place.lon, shop.place.lat)}


@pytest.mark.django_db(transaction=True)
def test_the_same_redemption_a_hundred_times_and_sixteen_at_the_last_piece(transactional_db: None) -> None:
    """One press sent a hundred times by many at once is one; of sixteen people at the last three pieces three get one."""
    with databases.shared_database():
        make_district()
        factories.declare()
        shop = make_shop()
        reward, (li, number) = make_reward(shop), rider(100)

        def press(code: str, one: Reward, key: str) -> bool:
            try:
                redeem(one, code, key=key)
            except YoulinError:
                return False
            return True

        def seven() -> list[bool]:
            return [press(number, reward, "one press") for _ in range(7)]

        told = databases.in_threads(*[seven for _ in range(15)], patience=240)
        assert all(all(one) for one in told) and Redemption.objects.count() == 1
        assert has("points_wallet", li) == 70 and has("goods_stock", reward.id) == 4

        few = make_reward(shop, stock=3, name="三件")
        people = [rider(30, f"张{n}", f"1380000{2000 + n}")[1] for n in range(16)]
        presses = [lambda code=code: press(code, few, str(ids.uuid7())) for code in people]
        assert sum(databases.in_threads(*presses, patience=240)) == 3
        assert Redemption.objects.filter(reward=few).count() == 3 and has("goods_stock", few.id) == 0
        assert proving.prove() == [] and books.balance(DISTRICT, _till(shop)) == 30 + 90


def _till(shop: Any) -> UUID:
    return Account.objects.get(kind__code="points_shop", owner_id=shop.organisation_id).id


KILLED = """
import os, signal
from youlin.apps.ledger.services import posting
from youlin.apps.rewards.services import redeeming
from youlin.apps.rewards import services
from youlin.kernel.actors import SYSTEM
from uuid import UUID
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
def write_and_die(*args, write=posting.rows.insert_if_new_with):
    write(*args)
    die()
{where}
services.redeem(actor=SYSTEM, district="{district}", reward_id=UUID("{reward}"), code="{code}", idempotency_key="killed")
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_while_redeeming_leaves_nothing_or_all(transactional_db: None) -> None:
    """Killed after the points moved, before anything is written, after it was: nothing counts, the next press does."""
    with databases.shared_database() as environment:
        make_district()
        factories.declare()
        shop = make_shop()
        reward, (li, number) = make_reward(shop), rider(100)
        places = ["redeeming._tell = die", "posting.journal.entry_at = die"]
        places.append("posting.rows.insert_if_new_with = write_and_die")
        if connection.vendor == "sqlite":  # where a transfer and the balances are written one after the other
            places.append("posting.rows.update_many = die")
        for where in places:
            code = KILLED.format(where=where, district=DISTRICT, reward=reward.id, code=number)
            process = databases.start_process(code, environment)
            assert process.wait(120) == -9
            assert has("points_wallet", li) == 100 and Redemption.objects.count() == 0
        redeem(reward, number, key="killed")
        redeem(reward, number, key="killed")
        assert has("points_wallet", li) == 70 and Redemption.objects.count() == 1 and proving.prove() == []
