"""A place's photos, to everybody who may see the place."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.places import selectors as places
from youlin.doors import place_photos
from youlin.doors.entrance import visitor
from youlin.kernel.actors import Actor


@require_safe
@visitor("portal")
def photo(request: HttpRequest, actor: Actor, number: str, photo: UUID, size: str) -> FileResponse:
    """One photo in one size: `thumb` or `full`. The original is never given to anybody."""
    district = places.district_of_number([area.code for area in areas.districts()], number.upper())
    return place_photos.sent(actor, district, number.upper(), photo, size)
