"""Photos of places as pages show them: where each lies, and one as it is sent."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.urls import reverse

from youlin.apps.places.photos import selectors as photos
from youlin.apps.places.photos.selectors import Photo
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.media import services as media

SIZES = ("thumb", "full")
HOUR = 3600


def shown(district: str, place_id: UUID, number: str) -> list[dict[str, Any]]:
    """The photos of a place with their addresses, in their order; the first stands for the place."""
    return [_shown(one, number) for one in photos.of_place(district, place_id)]


def _shown(photo: Photo, number: str) -> dict[str, Any]:
    return {
        "id": photo.id,
        "alt": photo.alt,
        "caption": photo.caption,
        "width": photo.width,
        "height": photo.height,
        "thumb": address(number, photo.id, "thumb"),
        "full": address(number, photo.id, "full"),
    }


def address(number: str, photo_id: UUID, size: str) -> str:
    """Where a photo lies; whether it is shown, `sent` decides."""
    return reverse("portal:place-photo", args=[number, photo_id, size])


def sent(actor: Actor, district: str, number: str, photo_id: UUID, size: str) -> FileResponse:
    """One photo in one size. Kept by the browser for an hour: what is taken down is soon gone everywhere."""
    if size not in SIZES:
        raise NotFound()
    return file_response(media.open_file(photos.file_of(actor, district, number, photo_id), size))


def file_response(content: media.Opened) -> FileResponse:
    """A photo as it is sent, so that nothing in it can run; kept by the browser for an hour."""
    response = FileResponse(content.file, content_type=content.content_type)
    response["Cache-Control"] = f"private, max-age={HOUR}"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
