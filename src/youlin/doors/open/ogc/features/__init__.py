"""What each collection of a district holds, read through selectors alone."""

from youlin.doors.open.ogc.features import areas, cases, places
from youlin.doors.open.ogc.features.shapes import Asking, Collection, Found

COLLECTIONS: dict[str, Collection] = {
    "places": places.COLLECTION,
    "areas": areas.COLLECTION,
    "cases": cases.COLLECTION,
}
"""By the first part of a collection's id: `places-110102` are the places of the district 110102."""

__all__ = ["COLLECTIONS", "Asking", "Collection", "Found"]
