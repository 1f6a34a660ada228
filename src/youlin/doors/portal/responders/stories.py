"""Stories of teams for everybody: what was done together. No list of who did most."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.responders import stories as told
from youlin.doors import place_photos
from youlin.doors.entrance import visitor
from youlin.doors.portal.home import district_of
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.media import services as media


@require_safe
@visitor("portal")
def stories(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The stories of the district, newest first."""
    district = district_of(request)
    if not district:
        return render(request, "portal/nothing.html")
    context = {"district": areas.get(district), "stories": told.shown(district)}
    return render(request, "portal/responders/stories.html", context)


@require_safe
@visitor("portal")
def photo(request: HttpRequest, actor: Actor, story: UUID, size: str) -> FileResponse:
    """The photo of a story that is shown, or that the coordinator who asks has to look at."""
    if size not in place_photos.SIZES:
        raise NotFound()
    return place_photos.file_response(media.open_file(told.photo_of(actor, story), size))
