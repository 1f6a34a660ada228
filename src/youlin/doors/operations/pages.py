"""The operator's page: what is late, stuck and full, with what to do.

It stands under `/admin/` and not in the desk, because it shows the whole installation: a duty is held in a district,
while whoever configures the installation (a superuser of the admin) answers for all of it.
"""

import functools
from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.kernel import clock, operations
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

RETRIES = {"reaction": operations.retry_reaction, "job": operations.retry_job}


def operator(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For superusers, who act as the system with their name on the entry, as in the admin."""

    def entered(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not (user.is_active and user.is_superuser):
            raise NotAllowed(
                _("这一页给系统运维人员用"), remedy=_("需要超级用户账号；也可以在服务器上运行 youlin doctor")
            )
        actor = Actor("system", person_id=user.person_id, via="operations", label=user.get_username())
        return view(request, actor, **kwargs)

    return functools.wraps(view)(entered)


@never_cache
@require_safe
@operator
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every part, the worst first."""
    order = {"late": 0, "soon": 1, "ok": 2}
    found = sorted(operations.findings(), key=lambda finding: order[finding.state])
    context = {
        "findings": found,
        "late": sum(finding.state == "late" for finding in found),
        "soon": sum(finding.state == "soon" for finding in found),
        "now": clock.local_now(),
    }
    return render(request, "operations/overview.html", context)


@require_POST
@operator
def retry(request: HttpRequest, actor: Actor, kind: str, id: UUID) -> HttpResponse:
    """Have what failed tried again, and show the page anew."""
    if kind not in RETRIES:
        raise NotFound()
    RETRIES[kind](actor=actor, id=id)
    return redirect("operations:overview")
