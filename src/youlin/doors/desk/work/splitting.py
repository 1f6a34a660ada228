"""Splitting a case into parts that go their own ways."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import CasePage
from youlin.apps.parties import selectors as parties
from youlin.doors.desk.asking import Asking, ask, done
from youlin.doors.desk.work.forms import SplitForm
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def split(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """GET asks for the parts, POST makes them."""
    page = cases.case_page(actor, number)
    asking = Asking(
        title=_("分办"),
        name=_("分办"),
        url=reverse("desk:split", args=[page.row.number]),
        key=f"split-{page.row.number}",
        open=page.may_split,
        help=_("每一件各有承办人和时限；都办结后，原案件接着往下走。反映人仍看原案件。"),
    )
    if request.method != "POST":
        if not page.may_split:
            raise Conflict(_("这一件现在不能分办"), remedy=_("请看最新状态"))
        return ask(request, actor, page, asking, _form(page, None))
    form = _form(page, request.POST)
    if not form.is_valid():
        return ask(request, actor, page, asking, form, status=422)
    try:
        services.split(
            actor=actor,
            case_id=page.row.id,
            parts=_parts(page, form),
            note=form.cleaned_data["note"],
            expected_version=form.cleaned_data.get("version"),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)


def _form(page: CasePage, sent: QueryDict | None) -> SplitForm:
    return SplitForm(
        sent,
        initial={"version": page.row.version},
        categories=cases.categories(page.row.district, reportable_only=False),
        places=_places(page),
        units=[(code, body.name) for code, body in _bodies(page).items()],
    )


def _parts(page: CasePage, form: SplitForm) -> list[services.Part]:
    bodies = _bodies(page)
    return [
        services.Part(category, text, area, lead_unit=bodies.get(unit))
        for category, text, area, unit in form.parts()
    ]


def _bodies(page: CasePage) -> dict[str, Any]:
    """The bodies in force to which a part can be given, by code, in the order of their names."""
    every = parties.organisations(district=page.row.district)
    return {one.code: one for one in sorted(every, key=lambda one: one.name)}


def _places(page: CasePage) -> list[tuple[str, str]]:
    """The areas beside the case's own: those of its street, and the other streets of the district."""
    line = [page.row.area, *areas.ancestors(page.row.area)]
    around = [code for code in line if len(code) >= len(page.row.district)]
    found = dict.fromkeys(child.code for code in around[1:] for child in areas.children(code))
    return [(code, areas.local_path(code)) for code in found]
