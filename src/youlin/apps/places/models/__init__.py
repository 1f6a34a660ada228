"""The tables of places."""

from youlin.apps.places.models.attached import Closure, PlaceEntrance, PlaceFacility
from youlin.apps.places.models.declared import Facility, PlaceKind
from youlin.apps.places.models.imports import PlaceImport, PlaceImportRow
from youlin.apps.places.models.lending import Lendable, Loan
from youlin.apps.places.models.network import StreetNetwork
from youlin.apps.places.models.photos import PlacePhoto
from youlin.apps.places.models.place import Place, PlaceRevision
from youlin.apps.places.models.voices import PlaceVoice

__all__ = [
    "Closure",
    "Facility",
    "Lendable",
    "Loan",
    "Place",
    "PlaceEntrance",
    "PlaceFacility",
    "PlaceImport",
    "PlaceImportRow",
    "PlaceKind",
    "PlacePhoto",
    "PlaceRevision",
    "PlaceVoice",
    "StreetNetwork",
]
