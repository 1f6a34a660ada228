"""Which photos a place has, and who may see one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.places import permission
from youlin.apps.places.acts import KEEP
from youlin.apps.places.models import Place, PlacePhoto
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.media.models import MediaFile

GONE = (MediaFile.State.REMOVED, MediaFile.State.FAILED)


@dataclass(frozen=True)
class Photo:
    """One photo as it is shown; `width` and `height` are those of the upright picture, None where not known."""

    id: UUID
    alt: str
    caption: str
    width: int | None
    height: int | None


def of_place(district: str, place_id: UUID) -> list[Photo]:
    """The photos of a place in their order."""
    return of_places(district, [place_id]).get(place_id, [])


def of_places(district: str, place_ids: Iterable[UUID]) -> dict[UUID, list[Photo]]:
    """The photos of many places in their order: one query. Whether a place is public its own reading decides."""
    rows = PlacePhoto.objects.filter(district=district, place_id__in=list(place_ids))
    told = rows.exclude(file__state__in=GONE).order_by("place_id", "position", "id")
    found: dict[UUID, list[Photo]] = defaultdict(list)
    for place_id, *values, orientation in told.values_list("place_id", *_READ):
        found[place_id].append(_photo(values, orientation))
    return dict(found)


_READ = ("id", "alt", "caption", "file__width", "file__height", "file__orientation")


def _photo(values: list[Any], orientation: int) -> Photo:
    photo_id, alt, caption, width, height = values
    if orientation >= 5:  # EXIF: the camera lay on its side
        width, height = height, width
    return Photo(photo_id, alt, caption, width, height)


def file_of(actor: Actor, district: str, number: str, photo_id: UUID) -> MediaFile:
    """The file of a photo, for everybody where the place is public, else for its keepers. Raises `NotFound`."""
    place = Place.objects.filter(district=district, number=ids.normalise_number(number)).first()
    known = PlacePhoto.objects.select_related("file").filter(district=district, place=place, id=photo_id)
    found = known.first() if place is not None else None
    if place is None or found is None:
        raise NotFound(_("没有这张照片"))
    if (not place.public or place.retired_at) and not permission.may(actor, KEEP, place):
        raise NotFound(_("没有这张照片"))
    file: MediaFile = found.file
    return file
