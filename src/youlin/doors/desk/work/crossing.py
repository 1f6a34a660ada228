"""Handing a case to another district, and deciding on one that another district handed here."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import CasePage
from youlin.doors.desk.asking import Asking, ask, done
from youlin.doors.desk.work.forms import AcceptForm, HandOverForm, RefuseForm
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def hand_over(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """GET asks which district and why, POST asks that district."""
    page = cases.case_page(actor, number)
    asking = Asking(
        title=_("移交外区"),
        name=_("移交"),
        url=reverse("desk:hand-over", args=[page.row.number]),
        key=f"hand-over-{page.row.number}",
        open=page.may_hand_over,
        help=_(
            "对方接收前时限停走；接收后由对方办，本区不再计入各项比率；退回则接着办。反映人的编号和链接一直可查。"
        ),
    )
    if request.method != "POST":
        form = _form(actor, page, None)
        if not page.may_hand_over or not form.offers:
            raise Conflict(_("这一件现在不能移交外区"), remedy=_("请看最新状态"))
        return ask(request, actor, page, asking, form)
    form = _form(actor, page, request.POST)
    if not form.is_valid():
        return ask(request, actor, page, asking, form, status=422)
    given = form.cleaned_data
    try:
        services.hand_over(
            actor=actor,
            case_id=page.row.id,
            to_district=given["to_district"],
            category=given["category"],
            reason=given["reason"],
            expected_version=given.get("version"),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def accept(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Take over what another district handed here."""
    return _decide(request, actor, number, accepting=True)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def refuse(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Send it back, with the reason."""
    return _decide(request, actor, number, accepting=False)


def _decide(request: HttpRequest, actor: Actor, number: str, *, accepting: bool) -> HttpResponse:
    page = cases.case_page(actor, number)
    asking = _asking(page, accepting)
    form = (AcceptForm if accepting else RefuseForm)(
        request.POST if request.method == "POST" else None, initial={"version": page.row.version}
    )
    if request.method != "POST":
        if not asking.open:
            raise Conflict(_("这一件没有在等接收，或不由您决定"), remedy=_("请看最新状态"))
        return ask(request, actor, page, asking, form)
    if not form.is_valid():
        return ask(request, actor, page, asking, form, status=422)
    try:
        _done(request, actor, page, form.cleaned_data, accepting=accepting)
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)


def _asking(page: CasePage, accepting: bool) -> Asking:
    name = page.received.from_name if page.received else ""
    words = _("接收后按新件立案派遣，时限从现在起算；反映时间不变。") if accepting else ""
    return Asking(
        title=_("接收外区来件") if accepting else _("退回%(name)s") % {"name": name},
        name=_("接收") if accepting else _("退回"),
        url=reverse("desk:arrival-accept" if accepting else "desk:arrival-refuse", args=[page.row.number]),
        key=f"arrival-{page.row.number}-{accepting}",
        open=page.received is not None and page.received.may_decide,
        danger=not accepting,
        help=words or _("退回后由来区接着办；反映人的资料和照片不留在本区。"),
    )


def _done(
    request: HttpRequest, actor: Actor, page: CasePage, given: dict[str, str], *, accepting: bool
) -> None:
    key, version = request.POST.get("idempotency_key", ""), given.get("version")
    expected = int(version) if version is not None else None
    if accepting:
        services.accept_arrival(
            actor=actor,
            case_id=page.row.id,
            note=given["note"],
            expected_version=expected,
            idempotency_key=key,
        )
        return
    services.refuse_arrival(
        actor=actor,
        case_id=page.row.id,
        reason=given["note"],
        expected_version=expected,
        idempotency_key=key,
    )


def _form(actor: Actor, page: CasePage, sent: QueryDict | None) -> HandOverForm:
    offered = cases.crossing_offer(actor, page.row.number)
    return HandOverForm(
        sent,
        initial={"version": page.row.version, "to_district": offered.guess},
        districts=offered.districts,
        categories=offered.categories,
    )
