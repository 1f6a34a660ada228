"""Every write of the ledger: keyword-only, one transaction, journalled, access checked here.

`post`, `post_many`, `open_account`, `open_accounts`, `settle_holds` and `take_back` are for services that have checked
who may.
"""

from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.services.accounts import open_account, open_accounts
from youlin.apps.ledger.services.closing import close_period
from youlin.apps.ledger.services.ending import end_account
from youlin.apps.ledger.services.expiring import expire_lots, release_holds
from youlin.apps.ledger.services.holding import hold, release_hold, settle_hold
from youlin.apps.ledger.services.posting import post, post_many
from youlin.apps.ledger.services.settling import Pay, settle_holds
from youlin.apps.ledger.services.transferring import (
    issue,
    issue_to_phone,
    reverse,
    take_back,
    transfer,
    transfer_many,
)

__all__ = [
    "Leg",
    "Order",
    "Pay",
    "close_period",
    "end_account",
    "expire_lots",
    "hold",
    "issue",
    "issue_to_phone",
    "open_account",
    "open_accounts",
    "post",
    "post_many",
    "release_hold",
    "release_holds",
    "reverse",
    "settle_hold",
    "settle_holds",
    "take_back",
    "transfer",
    "transfer_many",
]
