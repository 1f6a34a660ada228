"""Be any of the demonstration's cast with one click: only in demonstration mode, only from this machine."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.duties import selectors as duties
from youlin.apps.parties import sign_in
from youlin.doors import maps
from youlin.doors.entrance import is_this_machine
from youlin.kernel.errors import NotFound
from youlin.programmes import selectors as programmes

DOORS = {
    "portal": "/",
    "field": "/field/",
    "desk": "/desk/",
    "places": "/field/places/",
    "places_desk": "/desk/places/",
    "counter": "/field/offers/",
    "check": "/check/",
    "gates": "/gates/desk/",
    "cockpit": "/cockpit/",
    "admin": "/admin/",
    "operations": "/admin/operations/",
}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _here_only(request: HttpRequest) -> None:
    if not settings.DEMO or not is_this_machine(request):
        raise NotFound()


@never_cache
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """The cast: who they are and what to try as each."""
    _here_only(request)
    cast = programmes.cast()
    return render(request, "portal/demo.html", {"cast": cast, "begin": _begin(cast)})


def _begin(cast: Sequence[programmes.CastCard]) -> dict[str, Any] | None:
    """Where a first report reaches somebody of the cast: the middle of the first field worker's own area."""
    worker = next((member for member in cast if member.home == "field"), None)
    account = sign_in.account_named(worker.username) if worker else None
    if worker is None or account is None:
        return None
    held = [
        code
        for holding in duties.holdings(sign_in.actor_for(account, via="portal"))
        for code in holding.areas
    ]
    return {"name": worker.name, "lonlat": maps.middle(held[0])} if held else None


@require_POST
def be(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the cast, or as nobody."""
    _here_only(request)
    username = request.POST.get("username", "")
    member = next((m for m in programmes.cast() if m.username == username), None)
    if not username:
        logout(request)
        return HttpResponseRedirect("/")
    account = sign_in.account_named(username) if member else None
    if account is None or member is None:
        raise NotFound()
    login(request, account, backend=BACKEND)
    goal = request.POST.get("next") or DOORS.get(member.home, "/")
    safe = url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(goal if safe else "/")
