"""Photos and sound of cases, to those who may see the case. The original is never given to anybody."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.urls import reverse
from django.views.decorators.http import require_safe

from youlin.apps.cases import selectors as cases
from youlin.doors.entrance import visitor
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.media import services as media_services
from youlin.kernel.media.models import MediaFile

SIZES = ("thumb", "full")
HOUR = 3600


def address(media: MediaFile, size: str) -> str:
    """Where a file is shown; whether it is, the view decides."""
    return reverse("portal:photo", args=[media.id, size])


@require_safe
@visitor("portal")
def photo(request: HttpRequest, actor: Actor, media: UUID, size: str) -> FileResponse:
    """One file in one size. Public ones may be kept by the browser; the others only by this reader's."""
    if size not in SIZES:
        raise NotFound()
    found = cases.media_of(actor, media, token=request.GET.get("t", ""))
    content = media_services.open_file(found, size)
    response = FileResponse(content.file, content_type=content.content_type)
    response["Cache-Control"] = f"private, max-age={HOUR}"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
