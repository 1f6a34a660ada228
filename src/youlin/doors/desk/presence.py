"""Who else has this case open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from youlin.apps.cases.lists import services
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor


@require_POST
@staff("desk")
def here(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Say that one has the case open (`doing`: looking, writing, gone) and hear in words who else has."""
    doing = request.POST.get("doing", "")
    if doing == "gone":
        services.leave(actor=actor, case=number)
        return HttpResponse(status=204)
    others = services.be_present(actor=actor, case=number, writing=doing == "writing")
    return render(request, "desk/_present.html", {"others": others})
