"""The tables of offers."""

from youlin.apps.offers.models.declared import EntitlementKind, OfferCategory, OfferKind
from youlin.apps.offers.models.entitlement import Entitlement, Roster, RosterRow
from youlin.apps.offers.models.offer import Offer, OfferPlace, Season, SeasonOffer
from youlin.apps.offers.models.taken import Redemption, Tally

__all__ = [
    "Entitlement",
    "EntitlementKind",
    "Offer",
    "OfferCategory",
    "OfferKind",
    "OfferPlace",
    "Redemption",
    "Roster",
    "RosterRow",
    "Season",
    "SeasonOffer",
    "Tally",
]
