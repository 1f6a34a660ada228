"""Signing in, from the holder's side: where one is signed in, and how strong a new password would be.

Password and second factor themselves are allauth's pages (`config.account_urls`).
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.parties import open_sessions, passwords
from youlin.apps.parties import strength as strengths
from youlin.doors.entrance import person
from youlin.kernel import pacing
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

DOORS = {
    "portal": gettext_lazy("居民门户"),
    "desk": gettext_lazy("派遣台"),
    "field": gettext_lazy("外勤"),
    "cockpit": gettext_lazy("驾驶舱"),
    "admin": gettext_lazy("配置后台"),
}
STRENGTH_PACE = (120, 600)
"""Passwords that one person may ask about, in so many seconds: typing asks once a pause."""


@never_cache
@require_safe
@person("accounts")
def security(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How I sign in, and where I am signed in."""
    found = open_sessions.of(actor, this=request.session.session_key or "")
    shown = [(one, DOORS.get(one.door, one.door)) for one in found]
    context = {"sessions": shown, "others": len([one for one in found if not one.is_this])}
    return render(request, "accounts/security.html", context)


@require_POST
@person("accounts")
def end(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End one of my sessions."""
    try:
        session_id = UUID(request.POST.get("session", ""))
    except ValueError as error:
        raise Invalid(_("请选择要结束的登录"), field="session") from error
    open_sessions.end(actor=actor, session_id=session_id)
    messages.success(request, _("已结束，那台设备要重新登录"))
    return redirect("accounts:security")


@require_POST
@person("accounts")
def end_others(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End all of my sessions but this one."""
    ended = open_sessions.end_others(actor=actor, this=request.session.session_key or "")
    if ended:
        told = ngettext("已结束其他 %(n)d 个登录", "已结束其他 %(n)d 个登录", ended) % {"n": ended}
    else:
        told = _("没有其他登录")
    messages.success(request, told)
    return redirect("accounts:security")


@sensitive_post_parameters()
@never_cache
@require_POST
@person("accounts")
def strength(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What a new password would withstand: a part of the page that sets it. Keeps nothing of what it is sent."""
    password = request.POST.get("password1", "")
    if not 0 < len(password) <= passwords.MOST:
        return render(request, "accounts/_strength.html", {"strength": None})
    if pacing.hit([pacing.Counter(f"strength:{actor.person_id}", *STRENGTH_PACE)]):
        return render(request, "accounts/_strength.html", {"strength": None, "too_fast": True})
    return render(request, "accounts/_strength.html", {"strength": strengths.of(actor, password)})
