"""For those who issue: the codes of their kinds, a new one, one with its papers and its end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import selectors as people
from youlin.apps.passes import selectors, services
from youlin.apps.passes.reasons import REVOKING
from youlin.doors.codes import words
from youlin.doors.entrance import staff
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed
from youlin.ui.paging import known_page

SIZE = 50
FIELDS = ("kind", "name", "phone", "number", "body", "label")


@require_safe
@staff("desk")
def issued(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The codes of the kinds that I issue, newest first."""
    every = _districts(actor)
    district = _district(request, every)
    asked = {"kind": request.GET.get("kind", "")[:64], "words": request.GET.get("q", "")[:40]}
    text = request.GET.get("page", "1")
    number = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    rows, total = selectors.listed(actor, district, **asked, page=number, size=SIZE)
    number = min(number, max(1, -(-total // SIZE)))
    context = {
        **_frame(district, every),
        "rows": [_row(one) for one in rows],
        "printed": {
            paper: [one.number for one in rows if one.kind.paper == paper and papers_of(one)]
            for paper in ("sticker", "card")
        },
        "total": total,
        "kinds": [(one.code, words.name_of(one)) for one in selectors.kinds(district)],
        "asked": asked,
        "page": known_page(rows, number=number, size=SIZE, total=total),
    }
    return render(request, "codes/issued.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Issue one; what is refused comes back with what was typed."""
    every = _districts(actor)
    district = _district(request, every)
    given = {name: request.POST.get(name, "")[:128] for name in FIELDS}
    problems, status = [], 200
    if request.method == "POST":
        try:
            row = services.issue_to(actor=actor, district=district, **given)
            messages.success(request, _("已签发 %(number)s") % {"number": row.number})
            return HttpResponseRedirect(reverse("codes:one", args=[row.number]))
        except Invalid as error:
            problems, status = error.problems, 422
    context = {
        **_frame(district, every),
        "kinds": [
            (one.code, words.name_of(one), one.get_holder_display()) for one in selectors.kinds(district)
        ],
        "bodies": [(one.code, one.name) for one in people.organisations(district=district)],
        "given": given,
        "problems": problems,
    }
    return render(request, "codes/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def one(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One code: whose, until when, its papers; and its end, with a reason."""
    row = selectors.pass_of_number(actor, number)
    problems, status = [], 200
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")
            services.revoke(actor=actor, district=row.district, pass_id=row.id, reason=reason)
            messages.success(request, _("已停用，联网的查验马上知道"))
            return HttpResponseRedirect(reverse("codes:one", args=[row.number]))
        except Invalid as error:
            problems, status = error.problems, 422
    context = {
        **_frame(row.district, (row.district,)),
        "one": _row(row),
        "reasons": [(code, label) for code, label in REVOKING.items() if code != "erased"],
        "papers": papers_of(row),
        "problems": problems,
    }
    return render(request, "codes/one.html", context, status=status)


def papers_of(row: Any) -> list[tuple[str, str]]:
    """What can be printed of a code that holds: form and name."""
    if row.kind.rotates or row.revoked_at or row.valid_to <= clock.now():
        return []
    forms = {"card": [("card", _("卡片"))], "sticker": [("sticker", _("标签")), ("sheet", _("整张 A4 标签"))]}
    return forms.get(row.kind.paper, [])


def holder_of(row: Any) -> str:
    """Whose a code is, as lists show it: people masked."""
    if row.kind.holder == "person":
        return privacy.mask_name(row.person.name) if row.person and row.person.name else _("已匿名")
    holder = row.place or row.producer or row.organisation
    return str(holder.name) if holder else ""


def _row(row: Any) -> dict[str, Any]:
    now = clock.now()
    state = "late" if row.revoked_at else "none" if row.valid_to <= now else "ok"
    told = {"late": _("已停用"), "none": _("已过期"), "ok": _("有效")}[state]
    if state == "ok" and row.valid_from > now:
        state, told = "soon", _("还没生效")
    return {
        "row": row,
        "kind": words.name_of(row.kind),
        "holder": holder_of(row),
        "body": row.organisation.name if row.organisation and row.kind.holder == "person" else "",
        "state": state,
        "told": told,
        "why": REVOKING.get(row.revoked_why, ""),
    }


def districts_of(request: HttpRequest, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """The district asked for, and those where the actor issues codes. Raises `NotAllowed`."""
    every = _districts(actor)
    return _district(request, every), every


def _districts(actor: Actor) -> tuple[str, ...]:
    found = selectors.issues_any(actor)
    if not found:
        raise NotAllowed(_("码证不归您签发"), remedy=_("请联系码证管理员"))
    return found


def _district(request: HttpRequest, every: tuple[str, ...]) -> str:
    asked = request.POST.get("district") or request.GET.get("district", "")
    return asked if asked in every else every[0]


def _frame(district: str, every: tuple[str, ...]) -> dict[str, Any]:
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "districts": [(code, areas.short_name(code)) for code in every],
        "problems": [],
    }
