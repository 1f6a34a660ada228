"""The queue and one case: findings marked, words to change, photos to blur; one key to decide and go on."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.cases.moderation import pictures, selectors, services
from youlin.apps.cases.moderation.findings import KINDS
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

MOST_BOXES_TEXT = 20_000


@require_safe
@staff("desk")
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, those that do not show yet first."""
    return render(request, "desk/moderation/queue.html", {"rows": selectors.queue(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def decide(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One case; POST decides and leads to the next."""
    page = selectors.to_decide(actor, number)
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            _decide(request, actor, page)
            following = selectors.next_number(actor, after=page.number)
            address = reverse("desk:moderate", args=[following]) if following else reverse("desk:moderation")
            return HttpResponseRedirect(address)
        except (Invalid, Conflict) as error:
            problems = error.problems
            status = 409 if isinstance(error, Conflict) else 422
            page = selectors.to_decide(actor, number)
    context = {
        "page": page,
        "parts": [_part(part, request.POST) for part in (*page.parts, *page.notes)],
        "photos": [_photo(photo, request.POST) for photo in page.photos],
        "kinds": KINDS,
        "problems": problems,
        "reason": request.POST.get("reason", ""),
        "idempotency_key": str(ids.uuid7()),
        "following": selectors.next_number(actor, after=page.number),
        "faces_can_be_found": pictures.faces_can_be_found(),
    }
    return render(request, "desk/moderation/decide.html", context, status=status)


def _decide(request: HttpRequest, actor: Actor, page: selectors.ToDecide) -> None:
    sent = request.POST
    version = sent.get("version", "")
    verdict = sent.get("verdict", "")
    if verdict not in ("show", "private"):
        raise Invalid(_("没有选公开还是不公开"), field="verdict")
    services.decide(
        actor=actor,
        case_id=page.id,
        verdict="show" if verdict == "show" else "private",
        words=_words(sent, page),
        photos=_verdicts(sent, page),
        expected_version=int(version) if version.isascii() and version.isdigit() else None,
        reason=sent.get("reason", "")[:500],
        idempotency_key=sent.get("idempotency_key", ""),
    )


def _words(sent: QueryDict, page: selectors.ToDecide) -> services.Words:
    notes = {
        part.name.removeprefix("note_"): sent.get(part.name, part.proposed)[:2000]
        for part in page.notes
        if sent.get(f"show_{part.name}")
    }
    return services.Words(
        title=sent.get("title", "")[:120],
        description=sent.get("description", "")[:5000],
        address=sent.get("address", "")[:255],
        notes=notes,
    )


def _verdicts(sent: QueryDict, page: selectors.ToDecide) -> dict[UUID, services.PhotoVerdict]:
    return {
        photo.id: services.PhotoVerdict(
            sent.get(f"photo_{photo.id}", ""), _boxes(sent.get(f"boxes_{photo.id}", ""))
        )
        for photo in page.photos
    }


def _boxes(text: str) -> list[pictures.Box]:
    try:
        return pictures.clean(json.loads(text[:MOST_BOXES_TEXT] or "[]"))
    except (ValueError, RecursionError):
        return []


def _part(part: selectors.Part, sent: QueryDict) -> dict[str, Any]:
    """A text with what stands in its field: what was typed before an error, else what is proposed."""
    return {
        "part": part,
        "value": sent.get(part.name, part.proposed),
        "is_note": part.name.startswith("note_"),
        "shown": not sent or bool(sent.get(f"show_{part.name}")),
    }


def _photo(photo: selectors.PhotoToCheck, sent: QueryDict) -> dict[str, Any]:
    """A photo with what is chosen for it: what was sent, what was decided, else what the findings suggest."""
    decided = photo.checked if photo.checked in ("shown", "blurred", "private") else ""
    suggested = "blurred" if photo.boxes else "shown" if photo.examined else "private"
    boxes = sent.get(f"boxes_{photo.id}") or json.dumps(photo.boxes)
    return {
        "photo": photo,
        "choice": sent.get(f"photo_{photo.id}") or decided or suggested,
        "boxes": boxes,
        "choices": [("shown", _("原样公开")), ("blurred", _("遮挡后公开")), ("private", _("不公开"))],
    }
