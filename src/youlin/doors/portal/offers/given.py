"""What is given at a place, for its page."""

from typing import Any

from youlin.apps.offers import catalogue
from youlin.apps.places.selectors import PlaceRow
from youlin.doors import offer_words
from youlin.doors.portal.offers.services import item_link


def given(place: PlaceRow) -> list[dict[str, Any]]:
    """The offers of a place as cards, each with whether it can be had now."""
    return [
        offer_words.card(row, item_link(row)) | {"now": catalogue.open_now(row, place)}
        for row in catalogue.at_place(place.district, place.id)
    ]
