"""The operator's page: what is late, stuck and full, with what to do.

It stands under `/admin/` and not in the desk, because it shows the whole installation and no case.
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

from youlin.doors.operations.entering import operator_of
from youlin.kernel import clock, operations
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

RETRIES = {"reaction": operations.retry_reaction, "job": operations.retry_job}


def operator(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For those who look after the installation: others are asked to sign in, or told whose page this is."""

    def entered(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        actor = operator_of(request)
        if actor is None:
            raise NotAllowed(
                _("这一页给看管系统运行的人用"),
                remedy=_("需要覆盖全部城区的运维岗位；也可以在服务器上运行 youlin doctor"),
            )
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
