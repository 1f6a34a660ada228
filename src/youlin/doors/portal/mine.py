"""What is mine: cases, notices, and my own data."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.cases import selectors as cases
from youlin.apps.notices import selectors as notices
from youlin.apps.notices import services as notice_services
from youlin.doors.entrance import person
from youlin.kernel import privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid


@require_safe
@person("portal")
def my(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Cases I reported or joined."""
    return render(request, "portal/my.html", {"cases": cases.my_cases(actor)})


@require_safe
@person("portal")
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My notices, newest first."""
    return render(request, "portal/inbox.html", {"notices": notices.inbox(actor)})


@require_POST
@person("portal")
def read(request: HttpRequest, actor: Actor, notice: UUID) -> HttpResponse:
    """Mark a notice read and go where it leads."""
    found = next((one for one in notices.inbox(actor, limit=500) if one.id == notice), None)
    notice_services.mark_read(actor=actor, notice_ids=[notice])
    return HttpResponseRedirect(found.link if found and found.link else reverse("portal:inbox"))


@never_cache
@require_safe
@person("portal")
def data(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is kept about me, and what I may do about it."""
    return render(request, "portal/my_data.html")


@never_cache
@require_safe
@person("portal")
def export(request: HttpRequest, actor: Actor) -> JsonResponse:
    """Everything kept about me, as a file."""
    content = privacy.export_person(person_id=_me(actor), actor=actor)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="youlin-my-data.json"'
    return response


@require_POST
@person("portal")
def erase(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Erase me: my name, contacts and sealed parts can never be read again; what I reported stays without me."""
    if request.POST.get("confirm") != "erase":
        raise Invalid(_("请勾选确认，删除后不能恢复"), field="confirm")
    privacy.erase_person(person_id=_me(actor), actor=actor, reason="asked by the person")
    request.session.flush()
    return render(request, "portal/erased.html")


def _me(actor: Actor) -> UUID:
    assert actor.person_id is not None, "the entrance let a person in"
    return actor.person_id
