"""Platform companies and outlets at the desk: the list, one body's page, and what is changed there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.linkage import acts, permission, selectors, words
from youlin.apps.linkage.services import bodies as services
from youlin.apps.parties import selectors as parties
from youlin.apps.parties import services as party_services
from youlin.doors.desk.linkage.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

FIELDS = ("code", "name", "kind", "parent", "area", "address", "credit_code")
MISSING = ("contact", "owner")


@require_safe
@staff("desk")
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All companies with their outlets, or the outlets street by street."""
    district = district_of(request, actor, acts.KEEP)
    by = "street" if request.GET.get("by") == "street" else "company"
    street = request.GET.get("street", "").replace("\0", "")[:24]
    text = request.GET.get("q", "").replace("\0", "")[:60]
    missing = request.GET.get("missing", "")
    missing = missing if missing in MISSING else ""
    found = selectors.overview(actor, district, by=by, street=street, text=text, missing=missing)
    context = frame(actor, district, "linkage") | {
        "found": found,
        "by": by,
        "street": street,
        "text": text,
        "missing": missing,
        "streets": _streets(district),
    }
    return render(request, "desk/linkage/index.html", context)


@require_safe
@staff("desk")
def body(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One body: who speaks for it, who answers for it, its matters, promises and consultations."""
    district = district_of(request, actor, acts.KEEP)
    return _page(request, actor, district, code)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put a company, a partner or an outlet on record."""
    district = district_of(request, actor, acts.KEEP)
    if request.method != "POST":
        return _form(request, actor, district, {"kind": words.OUTLET}, None)
    given = _given(request)
    try:
        made = services.register(
            actor=actor,
            district=district,
            code=given["code"],
            name=given["name"],
            kind=given["kind"],
            area=given["area"],
            address=given["address"],
            credit_code=given["credit_code"],
            parent=given["parent"],
        )
    except (Invalid, Conflict) as error:
        return _form(request, actor, district, given, None, error)
    messages.success(request, _("已登记：%(name)s") % {"name": made.name})
    return _back(made)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def edit(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Correct what is on record, or close the body."""
    district = district_of(request, actor, acts.KEEP)
    known = selectors.body(actor, district, code)
    if request.method != "POST":
        return _form(request, actor, district, _values(known), known)
    if request.POST.get("do") == "close":
        services.close(actor=actor, body=known)
        messages.success(request, _("已撤销：%(name)s") % {"name": known.name})
        return HttpResponseRedirect(f"{reverse('desk:linkage')}?district={district}")
    given = _given(request)
    fixed = {key: given[key] for key in ("name", "area", "address", "credit_code", "parent")}
    try:
        services.change(actor=actor, body=known, **fixed)
    except (Invalid, Conflict) as error:
        return _form(request, actor, district, given | {"code": known.code, "kind": known.kind}, known, error)
    messages.success(request, _("已更正"))
    return _back(known)


@require_POST
@staff("desk")
def contact(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Name who speaks for the body from now on, or nobody."""
    district = district_of(request, actor, acts.KEEP)
    known = selectors.body(actor, district, code)
    try:
        if request.POST.get("do") == "end":
            services.end_contact(actor=actor, body=known)
        else:
            services.name_contact(
                actor=actor,
                body=known,
                name=_text(request, "name", 64),
                phone=_text(request, "phone", 32),
            )
    except Invalid as error:
        return _page(request, actor, district, code, error)
    messages.success(request, _("联系人已更新"))
    return _back(known)


@require_POST
@staff("desk")
def unmask(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Show who speaks for the body, to somebody who says why. Never kept in any cache."""
    district = district_of(request, actor, acts.KEEP)
    known = selectors.body(actor, district, code)
    person = parties.contacts_of(district=district, role=words.CONTACT, organisation=known.id).get(known.id)
    reason = _text(request, "reason", 200)
    if person is None or len(reason) < 4:
        problem = Invalid(_("请写明查看理由（至少四个字）"), field="reason")
        return _page(request, actor, district, code, problem)
    shown = party_services.unmask(actor=actor, person_id=person, district=district, reason=reason)
    phones = [value.removeprefix("+86") for kind, value in shown.contacts if kind == "phone"]
    response = _page(request, actor, district, code, shown=" ".join([shown.name, *phones]))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff("desk")
def post(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Give whoever speaks for the body the post in which they answer on line, or take it back."""
    district = district_of(request, actor, acts.KEEP)
    known = selectors.body(actor, district, code)
    if request.POST.get("do") == "end":
        services.end_post(actor=actor, body=known)
        messages.success(request, _("已撤岗，对方不能再在线答复"))
        return _back(known)
    try:
        services.give_post(actor=actor, body=known, holder=_holder(request))
    except Invalid as error:
        return _page(request, actor, district, code, error)
    messages.success(request, _("已定岗，对方登录后可以看到并答复派给本单位的事项"))
    return _back(known)


@require_POST
@staff("desk")
def owner(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Name who answers for this body on our side; needs the duty to give duties."""
    district = district_of(request, actor, acts.KEEP)
    known = selectors.body(actor, district, code)
    try:
        services.name_owner(actor=actor, body=known, holder=_holder(request))
    except Invalid as error:
        return _page(request, actor, district, code, error)
    messages.success(request, _("联动责任人已更新"))
    return _back(known)


@require_POST
@staff("desk")
def contacted(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Note that the body was spoken to just now."""
    district = district_of(request, actor, acts.KEEP)
    known = selectors.body(actor, district, code)
    try:
        services.note_contacted(actor=actor, bodies=[known], way=request.POST.get("way", ""))
    except Invalid as error:
        return _page(request, actor, district, code, error)
    messages.success(request, _("已记下这次联系"))
    return _back(known)


@require_POST
@staff("desk")
def matter(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Raise a matter with the body: a case that its owner answers for."""
    district = district_of(request, actor, acts.KEEP)
    known = selectors.body(actor, district, code)
    try:
        receipt = services.raise_matter(
            actor=actor,
            body=known,
            category=_text(request, "category", 128),
            text=request.POST.get("text", "").replace("\0", ""),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, district, code, error)
    messages.success(request, _("已成为案件 %(number)s，派给联动责任人") % {"number": receipt.number})
    return _back(known)


def _page(
    request: HttpRequest,
    actor: Actor,
    district: str,
    code: str,
    error: Invalid | Conflict | None = None,
    *,
    shown: str = "",
) -> HttpResponse:
    found = selectors.body_page(actor, district, code)
    body = found.row.body
    area = body.area or district
    access = duties.access(actor)
    context = frame(actor, district, "linkage") | {
        "found": found,
        "row": found.row,
        "body": body,
        "shown": shown,
        "matters": selectors.matters(district),
        "ways": words.WAYS,
        "given": request.POST if error else {},
        "may_unmask": access.may("person.unmask", district=district, area=area, organisation=body.id),
        "may_post": permission.posts(access, body),
        "may_assign": access.may("duty.manage", district=district, area=area),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/linkage/body.html", context, status=status_of(error))


def _form(
    request: HttpRequest,
    actor: Actor,
    district: str,
    given: dict[str, str],
    known: selectors.Body | None,
    error: Invalid | Conflict | None = None,
) -> HttpResponse:
    context = frame(actor, district, "linkage") | {
        "given": given,
        "known": known,
        "kinds": words.KINDS.items(),
        "parents": [one for one in selectors.units(district) if one.kind in (words.COMPANY, words.PARTNER)],
        "streets": _streets(district),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/linkage/edit.html", context, status=status_of(error))


def _given(request: HttpRequest) -> dict[str, str]:
    return {key: _text(request, key, 255) for key in FIELDS}


def _values(known: selectors.Body) -> dict[str, str]:
    parent = known.parent.code if known.parent else ""
    return {key: str(getattr(known, key)) for key in FIELDS if key != "parent"} | {"parent": parent}


def _text(request: HttpRequest, name: str, most: int) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def _holder(request: HttpRequest) -> Any:
    """The person whose account is named."""
    person = parties.person_of_account(_text(request, "account", 64))
    if person is None:
        raise Invalid(_("没有这个账号"), field="account", remedy=_("请写登录用的账号"))
    return person


def _streets(district: str) -> list[tuple[str, Any]]:
    return [(one.code, one.name) for one in areas.subtree(district, level="street")]


def _back(known: selectors.Body) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        f"{reverse('desk:linkage-body', args=[known.code])}?district={known.district}"
    )
