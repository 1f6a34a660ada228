"""Taking a call: the operator writes down what is said, and the case goes its way."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.duties import selectors as duties
from youlin.doors.desk.forms import CallForm
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem

VERB = "case.file"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form of a call; POST makes the case once."""
    districts = duties.access(actor).districts(VERB)
    if not districts:
        raise NotAllowed(_("接听来电需要受理岗位"))
    district = sorted(districts)[0]
    form = CallForm(
        request.POST or None,
        categories=[(row.code, row.name) for row in cases.categories(district) if row.is_leaf],
        streets=[(area.code, area.name) for area in areas.children(district)],
    )
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = services.report(
                    actor=actor,
                    district=district,
                    category=given["category"],
                    text=given["text"],
                    area=given["area"],
                    address=given["address"],
                    contact=given["contact"],
                    anonymous=not given["contact"],
                    protected=given["protected"],
                    channel="hotline",
                    idempotency_key=request.POST.get("idempotency_key", ""),
                )
                return HttpResponseRedirect(reverse("desk:case", args=[made.number]))
            except (Invalid, Conflict) as error:
                problems, status = error.problems, error.status
    key = request.POST.get("idempotency_key") or str(ids.uuid7())
    context = {"form": form, "problems": problems, "idempotency_key": key}
    return render(request, "desk/call.html", context, status=status)
