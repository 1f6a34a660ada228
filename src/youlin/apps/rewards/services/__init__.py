"""Every write of rewards: keyword-only, one transaction, journalled, access checked here."""

from youlin.apps.rewards.services.keeping import (
    add_reward,
    change_reward,
    join,
    join_by,
    leave,
    restore_reward,
    retire_reward,
    stock_up,
)
from youlin.apps.rewards.services.redeeming import Redeemed, redeem, reverse
from youlin.apps.rewards.services.settling import settle
from youlin.apps.rewards.services.vouching import reserve

__all__ = [
    "Redeemed",
    "add_reward",
    "change_reward",
    "join",
    "join_by",
    "leave",
    "redeem",
    "reserve",
    "restore_reward",
    "retire_reward",
    "reverse",
    "settle",
    "stock_up",
]
