"""Every write of rewards: keyword-only, one transaction, journalled, access checked here."""

from youlin.apps.rewards.services.keeping import add_reward, join, leave, retire_reward, stock_up
from youlin.apps.rewards.services.redeeming import redeem, reverse
from youlin.apps.rewards.services.settling import settle

__all__ = ["add_reward", "join", "leave", "redeem", "retire_reward", "reverse", "settle", "stock_up"]
