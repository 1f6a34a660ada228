"""Every write of places: keyword-only, one transaction, one journal entry, access checked here."""

from youlin.apps.places.services.asking import ask_for_confirmation
from youlin.apps.places.services.bulk import register_many
from youlin.apps.places.services.closing import close_place, lift_closure
from youlin.apps.places.services.keeping import (
    change_place,
    confirm_place,
    register_place,
    restore_place,
    retire_place,
    tell_crowding,
)
from youlin.apps.places.services.lending import give_back, lend, set_lendable
from youlin.apps.places.services.voices import hear, settle

__all__ = [
    "ask_for_confirmation",
    "change_place",
    "close_place",
    "confirm_place",
    "give_back",
    "hear",
    "lend",
    "lift_closure",
    "register_many",
    "register_place",
    "restore_place",
    "retire_place",
    "set_lendable",
    "settle",
    "tell_crowding",
]
