"""Quality picks (品质推荐): what is good about a place in two taps, with a photo or its name; nothing else is typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from youlin.apps.areas import selectors as areas
from youlin.doors.entrance import person
from youlin.doors.portal.home import district_of
from youlin.doors.portal.responders import word
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem, TooMany
from youlin.ui.errors import wants_json

CATEGORY = "quality_pick"
REASONS = {
    "clean": gettext_lazy("干净"),
    "honest": gettext_lazy("价格实在"),
    "kind": gettext_lazy("待人和气"),
    "riders": gettext_lazy("照顾小哥"),
    "elders": gettext_lazy("照顾老人"),
    "example": gettext_lazy("好做法，值得学"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person("portal")
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The reasons as big buttons; POST makes the case."""
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            return word.made(request, actor, category=CATEGORY, text=_text(request), draft="pick")
        except (Invalid, Conflict, TooMany) as error:
            if wants_json(request):
                raise
            problems, status = error.problems, error.status
    district = district_of(request)
    context = {
        "problems": problems,
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
        "streets": areas.subtree(district, level="street") if district else (),
        "reasons": REASONS.items(),
        "said": request.POST,
        "chosen": request.POST.getlist("reasons"),
    }
    return render(request, "portal/responders/pick.html", context, status=status)


def _text(request: HttpRequest) -> str:
    reasons = [str(REASONS[one]) for one in request.POST.getlist("reasons") if one in REASONS]
    name = request.POST.get("name", "").replace("\0", "").strip()[:80]
    problems = []
    if not reasons:
        problems.append(Problem("reasons", _("请选好在哪里"), _("点一个就行")))
    if not name and not request.FILES.getlist("photos"):
        problems.append(Problem("name", _("请写店名，或拍一张门脸"), ""))
    if problems:
        raise Invalid(problems=problems)
    what = "、".join(reasons)
    return _("品质推荐：%(name)s（%(what)s）") % {"name": name or _("见照片"), "what": what}
