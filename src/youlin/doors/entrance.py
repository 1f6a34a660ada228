"""Who comes in: the step from an HTTP request to an actor, the same for every door."""

import contextlib
import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.parties.sign_in import actor_for
from youlin.doors import districts
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

P = ParamSpec("P")
Entered = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
READING = ("GET", "HEAD")
LOOPBACK = ("127.0.0.1", "::1")
PROXY_HEADERS = ("Forwarded", "Via", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")
"""Headers that a proxy adds, beside all that begin with `X-Forwarded-`."""


def is_this_machine(request: HttpRequest) -> bool:
    """Whether the request comes from this very machine and no proxy stands between.

    Opens what is for whoever sits at the machine alone: the demonstration's cast and its key.
    """
    passed_on = any(
        name.casefold().startswith("x-forwarded-") or name.casefold() in _PROXY_HEADERS
        for name in request.headers
    )
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK and not passed_on


_PROXY_HEADERS = frozenset(name.casefold() for name in PROXY_HEADERS)


def staff(via: str) -> Callable[[Entered[P]], View[P]]:
    """For people on duty: others are asked to sign in, or told that they hold no duty.

    The view gets the actor as its second argument; what the actor may do is decided by services and selectors.
    """

    def wrap(view: Entered[P]) -> View[P]:
        def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            actor = actor_for(request.user, via=via)
            with duties.one_look() if request.method in READING else contextlib.nullcontext():
                access = duties.access(actor)
                if not access.holds_any():
                    raise NotAllowed(
                        _("这扇门给在岗的人用"), remedy=_("您现在没有岗位；如有误，请联系所在街道。")
                    )
                actor = districts.look_at(request, access, one_case="number" in kwargs)
                return view(request, actor, *args, **kwargs)

        return functools.wraps(view)(entered)

    return wrap


def visitor(via: str) -> Callable[[Entered[P]], View[P]]:
    """For everybody: the view gets the signed-in person or an anonymous actor."""

    def wrap(view: Entered[P]) -> View[P]:
        def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return view(request, actor_for(request.user, via=via), *args, **kwargs)

        return functools.wraps(view)(entered)

    return wrap


def holds(request: HttpRequest, verb: str) -> bool:
    """Whether the person who asks holds any duty that grants `verb` anywhere: for showing a door, not for acts.

    Every entry of the menu asks: what somebody holds is read once for a request.
    """
    if not request.user.is_authenticated:
        return False
    kept = vars(request)
    if "_duties_shown" not in kept:
        kept["_duties_shown"] = duties.access(actor_for(request.user, via="web"))
    return bool(kept["_duties_shown"].districts(verb))


def person(via: str) -> Callable[[Entered[P]], View[P]]:
    """For signed-in people: others are asked to sign in by a code first."""

    def wrap(view: Entered[P]) -> View[P]:
        def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_for(request.user, via=via)
            if actor.person_id is None:
                return redirect_to_login(request.get_full_path(), login_url=reverse("portal:sign-in"))
            return view(request, actor, *args, **kwargs)

        return functools.wraps(view)(entered)

    return wrap
