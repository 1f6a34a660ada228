"""The scene of the counters: shops with rewards in stock, a canteen with meals, riders with points, who serves them.

`python -m tests.faults.scene open_tills` makes it on top of `prepare`; `count_tills` prints what the books say of it.
"""

from collections import Counter
from typing import Any

from tests.faults.sessions import session_of

REWARD_COUNTERS, MEAL_COUNTERS, RIDERS = 12, 4, 8
POINTS = 1_000_000
"""Of each rider: nobody runs out."""
PLENTY, FEW = 50_000, 25
"""Pieces of a reward that lasts, and of one whose last pieces are fought for."""
MEALS_A_DAY = 5
"""Of one of the meals, for each person."""


def open_tills() -> dict[str, Any]:
    """Everything there is to press, and the sessions of those who press."""
    from youlin.apps.offers.tests import factories as meals
    from youlin.apps.rewards.tests import factories as rewards

    rewards.declare()
    meals.declare_words()
    shop = rewards.make_shop()
    plenty = rewards.make_reward(shop, stock=PLENTY, points=3)
    few = rewards.make_reward(shop, stock=FEW, points=7, name="雨衣")
    place = meals.make_place()
    free, limited = meals.make_offer(), meals.make_offer(name="限量套餐", per_person_day=MEALS_A_DAY)
    phones = [f"138{number:08}" for number in range(1, RIDERS + 1)]
    cards = [_card(f"骑{number}", phone) for number, phone in enumerate(phones)]
    numbers = [meals.rider(f"骑{number}", phone).number for number, phone in enumerate(phones)]
    rewards.duty_kinds()
    meals.duty_kinds()
    for number in range(REWARD_COUNTERS):
        _staff(f"till_{number}", "reward_counter")
    for number in range(MEAL_COUNTERS):
        _staff(f"canteen_{number}", "service_host")
    return {
        "shop": str(shop.id),
        "rewards": [str(plenty.id), str(few.id)],
        "canteen": place.number,
        "meals": [str(meals.given_at(one, place).id) for one in (free, limited)],
        "cards": cards,
        "numbers": numbers,
        "tills": [session_of(f"till_{number}") for number in range(REWARD_COUNTERS)],
        "canteens": [session_of(f"canteen_{number}") for number in range(MEAL_COUNTERS)],
    }


def _staff(username: str, duty: str) -> None:
    """Somebody at a counter, without a password: their session is made here."""
    from tests import cast
    from youlin.apps.duties import services as duties
    from youlin.apps.parties import services as parties
    from youlin.kernel.actors import SYSTEM

    who = parties.register_person(
        actor=SYSTEM, name="店员", account_username=username, district=cast.DISTRICT
    )
    duties.assign(actor=SYSTEM, district=cast.DISTRICT, kind=duty, holder=who, areas=[cast.STREET])


def _card(name: str, phone: str) -> str:
    """A new rider's card as a camera reads it: numbers are typed, and nobody types as fast as they press here."""
    from youlin.apps.passes.tests import factories as passes
    from youlin.apps.rewards.tests import factories as rewards

    held = passes.issue("card", passes.person(name, phone))
    rewards.points(held.person_id, POINTS)
    return passes.printed(held)


def count_tills() -> dict[str, Any]:
    """What stands in the books: by key how often each press was counted; what is half; pieces and points in all."""
    return {**_rewards(), **_meals(), **_stock(), "told": _told()}


def _rewards() -> dict[str, Any]:
    """Redemptions by the key they were pressed under; those without both legs, and postings without a redemption."""
    from youlin.apps.ledger.models import Transfer
    from youlin.apps.rewards.models import Redemption

    rows = Transfer.objects.filter(key__startswith="redeem:").order_by("key", "leg")
    posted: dict[str, list[Any]] = {}
    for row in rows:
        posted.setdefault(row.key, []).append(row)
    keys = {legs[0].id: key for key, legs in posted.items() if len(legs) == 2}
    redeemed = list(Redemption.objects.values_list("posted", flat=True))
    return {
        "rewards": dict(Counter(keys[one].rpartition(":")[2] for one in redeemed if one in keys)),
        "rewards_half": sum(one not in keys for one in redeemed)
        + len(set(posted) - set(map(keys.get, redeemed))),
    }


def _meals() -> dict[str, Any]:
    """Meals by key; rows that no key remembers and answers without a row; the most of the limited meal in one hand."""
    from youlin.apps.offers.models import Redemption
    from youlin.kernel.models_idempotency import IdempotencyRecord

    records = IdempotencyRecord.objects.filter(scope__startswith="offers.redeem|")
    keys = {one.response.split('"id":')[1].split('"')[1]: one.key for one in records}
    rows = {str(id): holder for id, holder in Redemption.objects.values_list("id", "holder")}
    limited = Redemption.objects.filter(offer__name="限量套餐").values_list("holder", "day")
    return {
        "meals": dict(Counter(keys[one] for one in rows if one in keys)),
        "meals_half": len(set(rows) ^ set(keys)),
        "meals_at_most": max(Counter(limited).values(), default=0),
    }


def _stock() -> dict[str, Any]:
    """Pieces of each reward and what was taken of it against what there was; points with riders and shops."""
    from youlin.apps.ledger.models import Account
    from youlin.apps.rewards.models import Redemption, Reward

    taken = Counter(Redemption.objects.values_list("reward", flat=True))
    stock = dict(Account.objects.filter(kind__code="goods_stock").values_list("owner_id", "balance"))
    start = {"充电宝": PLENTY, "雨衣": FEW}
    points = Account.objects.filter(kind__code__in=["points_wallet", "points_shop"])
    spent = Account.objects.filter(kind__code="points_shop").values_list("balance", flat=True)
    return {
        "pieces_missing": sum(
            abs(start[one.name] - stock[one.id] - taken[one.id]) for one in Reward.objects.all()
        ),
        "points_missing": RIDERS * POINTS - sum(points.values_list("balance", flat=True)),
        "spent_wrongly": sum(spent) - sum(Redemption.objects.values_list("points", flat=True)),
    }


def _told() -> list[int]:
    """How often the journal tells of each redemption."""
    from youlin.kernel.journal.models import JournalEntry

    acts = JournalEntry.objects.filter(act__in=["rewards.redeemed", "offers.redeemed"])
    return sorted(Counter(acts.values_list("act", "subject_id")).values())
