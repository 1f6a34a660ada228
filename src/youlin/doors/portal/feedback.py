"""A word about the platform itself, from every door's foot: one text, a receipt, and a person who must answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.duties import selectors as duties
from youlin.doors import pace
from youlin.doors.entrance import visitor
from youlin.doors.portal.forms import FeedbackForm, door_of
from youlin.doors.portal.home import district_of
from youlin.doors.portal.report import form_problems, receipt_answer
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem, TooMany
from youlin.ui.errors import wants_json

CATEGORY = "platform"
"""The category by which a programme takes complaints about the platform."""


@require_http_methods(["GET", "HEAD", "POST"])
@visitor("portal")
def feedback(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form; POST makes a case of the district's own, whoever is meant by it does not read it."""
    form = FeedbackForm(request.POST or None, initial={"page": door_of(request.GET.get("from", ""))})
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return receipt_answer(request, _made(request, actor, form), draft="feedback")
            except (Invalid, Conflict, TooMany) as error:
                if wants_json(request):
                    raise
                problems, status = error.problems, error.status
        elif wants_json(request):
            raise Invalid(problems=form_problems(form))
    context = {
        "form": form,
        "problems": problems,
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
        "signed_in": actor.person_id is not None,
    }
    return render(request, "portal/feedback.html", context, status=status)


def _made(request: HttpRequest, actor: Actor, form: FeedbackForm) -> services.Receipt:
    given = form.cleaned_data
    district = _district(request, actor)
    if CATEGORY not in {row.code for row in cases.categories(district, reportable_only=False)}:
        raise Invalid(_("本区还没有启用平台意见"), remedy=_("请拨打 12345，或联系所在街道"))
    pace.demand(request, actor)
    return services.report(
        actor=actor,
        district=district,
        area=district,
        category=CATEGORY,
        text=_with_page(given["text"], given["page"]),
        contact=given["contact"],
        anonymous=given["anonymous"] or (actor.person_id is None and not given["contact"]),
        channel="platform",
        idempotency_key=request.POST.get("idempotency_key", ""),
    )


def _with_page(text: str, page: str) -> str:
    return text + "\n" + _("所在页面：%(page)s") % {"page": page} if page else text


def _district(request: HttpRequest, actor: Actor) -> str:
    """Where one is in duty, else the district one looks at."""
    held = [holding.district for holding in duties.holdings(actor)] if actor.person_id else []
    return held[0] if held else district_of(request)
