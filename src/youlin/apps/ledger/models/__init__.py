"""The tables of the ledger."""

from youlin.apps.ledger.models.accounts import Account, Hold, Lot
from youlin.apps.ledger.models.declared import AccountKind, Unit
from youlin.apps.ledger.models.earning import Earning, EarningRule
from youlin.apps.ledger.models.posted import AppendOnly, Period, Transfer

__all__ = [
    "Account",
    "AccountKind",
    "AppendOnly",
    "Earning",
    "EarningRule",
    "Hold",
    "Lot",
    "Period",
    "Transfer",
    "Unit",
]
