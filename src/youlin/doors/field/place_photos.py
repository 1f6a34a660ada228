"""The photos of a place on a steward's phone: add one, say what it shows, put them in order, take one down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.places import kept
from youlin.apps.places.photos import services
from youlin.apps.places.selectors import PlacePage
from youlin.doors import place_photos, place_words
from youlin.doors.entrance import staff
from youlin.doors.field.pages import tabs
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def photos(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The photos as visitors see them, and a form for one more; what is refused comes back as it was written."""
    page = kept.one(actor, number)
    if request.method != "POST":
        return _page(request, actor, page)
    sent = request.POST
    try:
        services.add_photo(
            actor=actor,
            district=page.row.district,
            place_id=page.row.id,
            data=request.FILES.get("photo"),
            alt=sent.get("alt", "")[:2000],
            caption=sent.get("caption", "")[:2000],
            looked=sent.get("looked") == "1",
            idempotency_key=sent.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, page, problems=error.problems, status=_status(error))
    messages.success(request, _("照片已公开"))
    return _back(number)


@require_POST
@staff("field")
def change(request: HttpRequest, actor: Actor, number: str, photo: UUID, step: str) -> HttpResponse:
    """Describe, move or take down one photo."""
    page = kept.one(actor, number)
    if step not in STEPS:
        raise Http404
    try:
        told = STEPS[step](request, actor, page, photo)
    except Invalid as error:
        return _page(request, actor, page, problems=error.problems, status=_status(error), again=photo)
    if told:
        messages.success(request, told)
    return _back(number)


def _describe(request: HttpRequest, actor: Actor, page: PlacePage, photo: UUID) -> str:
    services.describe_photo(
        **_which(actor, page, photo),
        alt=request.POST.get("alt", "")[:2000],
        caption=request.POST.get("caption", "")[:2000],
    )
    return _("已保存")


def _earlier(request: HttpRequest, actor: Actor, page: PlacePage, photo: UUID) -> str:
    services.move_photo(**_which(actor, page, photo), to=services.EARLIER)
    return ""


def _later(request: HttpRequest, actor: Actor, page: PlacePage, photo: UUID) -> str:
    services.move_photo(**_which(actor, page, photo), to=services.LATER)
    return ""


def _remove(request: HttpRequest, actor: Actor, page: PlacePage, photo: UUID) -> str:
    services.remove_photo(**_which(actor, page, photo))
    return _("照片已撤下并删除")


STEPS: dict[str, Callable[[HttpRequest, Actor, PlacePage, UUID], str]] = {
    "describe": _describe,
    "earlier": _earlier,
    "later": _later,
    "remove": _remove,
}


def _which(actor: Actor, page: PlacePage, photo: UUID) -> dict[str, Any]:
    return {"actor": actor, "district": page.row.district, "place_id": page.row.id, "photo_id": photo}


def _status(error: Invalid | Conflict) -> int:
    return 422 if isinstance(error, Invalid) else error.status


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("field:place-photos", args=[number]))


def _page(
    request: HttpRequest,
    actor: Actor,
    page: PlacePage,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
    again: UUID | None = None,
) -> HttpResponse:
    """`again`: the photo whose words were refused; otherwise what was refused is a new one."""
    row = page.row
    context = {
        "tabs": tabs("places", actor),
        "row": row,
        "name": place_words.name_of(row),
        "photos": place_photos.shown(row.district, row.id, row.number),
        "most": services.MOST,
        "problems": problems or [],
        "sent": request.POST,
        "again": again,
        "key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    return render(request, "field/place_photos.html", context, status=status)
