"""Every write of offers: keyword-only, one transaction, one journal entry, access checked here."""

from youlin.apps.offers.services.counting import count, count_many, undo_count
from youlin.apps.offers.services.entitling import change_entitlement, draw_number, end_entitlement, entitle
from youlin.apps.offers.services.keeping import (
    change_offer,
    give_at,
    register_offer,
    restore_offer,
    retire_offer,
)
from youlin.apps.offers.services.redeeming import redeem, reverse
from youlin.apps.offers.services.seasons import hold_season, retire_season

__all__ = [
    "change_entitlement",
    "change_offer",
    "count",
    "count_many",
    "draw_number",
    "end_entitlement",
    "entitle",
    "give_at",
    "hold_season",
    "redeem",
    "register_offer",
    "restore_offer",
    "retire_offer",
    "retire_season",
    "reverse",
    "undo_count",
]
