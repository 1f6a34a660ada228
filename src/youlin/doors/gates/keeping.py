"""A compound for its No. 1 position: refusals with their clocks, rules by forms, what stands in writing, vehicles."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.duties import selectors as duties
from youlin.apps.gates import figures, selectors, services
from youlin.apps.gates.acts import KEEP
from youlin.apps.gates.words import RULES, VEHICLE, VEHICLES
from youlin.apps.parties import selectors as parties
from youlin.apps.places import services as places
from youlin.doors.entrance import staff
from youlin.doors.gates import words
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

LISTS = ("kinds", "gates", "vehicles")


@require_safe
@staff("field")
def keep(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Everything about my compound; `rule` opens the form of that kind of rule."""
    return _page(request, actor, _compound(actor, number))


@require_POST
@staff("field")
def change(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """Write or retire a rule, what stands in writing, vehicles, who is the No. 1 position."""
    row = _compound(actor, number)
    if step not in _STEPS:
        raise Http404
    try:
        told = _STEPS[step](request, actor, row)
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else error.status
        return _page(request, actor, row, problems=error.problems, status=status)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("gates:keep", args=[row.place.number]))


def _rule(request: HttpRequest, actor: Actor, row: Any) -> str:
    form: dict[str, Any] = {name: words.text(request, name, 120) for name in request.POST}
    form |= {name: request.POST.getlist(name) for name in LISTS}
    made = services.set_rule(
        actor=actor,
        district=row.district,
        compound_id=row.id,
        kind=words.text(request, "kind", 16),
        form=form,
    )
    return _("已写明：%(reason)s") % {"reason": words.reason_of(made)}


def _retire(request: HttpRequest, actor: Actor, row: Any) -> str:
    services.retire_rule(
        actor=actor,
        district=row.district,
        compound_id=row.id,
        rule_id=words.uuid(request.POST.get("rule", ""), "rule"),
    )
    return _("规则已停用")


def _text(request: HttpRequest, actor: Actor, row: Any) -> str:
    services.change(
        actor=actor,
        compound=row,
        duties_text=request.POST.get("duties", ""),
        duties_text_en=request.POST.get("duties_en", ""),
        phone=words.text(request, "phone"),
    )
    return _("公示已更新")


def _vehicles(request: HttpRequest, actor: Actor, row: Any) -> str:
    total, hours = (_count(request, name) for name in ("total", "hours"))
    places.set_lendable(
        actor=actor,
        district=row.district,
        place_id=row.place_id,
        name=VEHICLE,
        name_en="Rider vehicle",
        total=total,
        hours_allowed=hours,
    )
    return _("小哥专车已更新")


def _head(request: HttpRequest, actor: Actor, row: Any) -> str:
    holder = parties.person_of_account(words.text(request, "account"))
    if holder is None:
        raise Invalid(_("没有这个账号"), field="account", remedy=_("请写登录用的账号"))
    services.name_head(actor=actor, compound=row, holder=holder)
    return _("1号位已确定，对方登录后就能处理")


_STEPS = {"rule": _rule, "retire": _retire, "text": _text, "vehicles": _vehicles, "head": _head}


def _count(request: HttpRequest, name: str) -> int:
    text = words.text(request, name, 6)
    if not (text.isascii() and text.isdigit()):
        raise Invalid(_("请填整数"), field=name)
    return int(text)


def _compound(actor: Actor, number: str) -> Any:
    row = selectors.compound(number)
    if not selectors.may(actor, KEEP, row):
        raise NotFound(_("没有这个小区，或它不归您维护"))
    return row


def _page(
    request: HttpRequest,
    actor: Actor,
    row: Any,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    found, refusals, kinds = selectors.kept(actor, row)
    given = request.POST
    kind = given.get("kind", "") or request.GET.get("rule", "")
    access = duties.access(actor)
    context = {
        "found": found,
        "late": figures.late(row),
        "row": row,
        "name": words.name_of(row),
        "rules": [words.rule(one) for one in found.rules],
        "refusals": [words.refusal(one) for one in refusals],
        "rule_kinds": RULES.items(),
        "rule_kind": kind if kind in RULES else "",
        "rule_name": RULES.get(kind, ""),
        "kinds": kinds.items(),
        "vehicles": VEHICLES.items(),
        "given": given,
        "lends": _lends(found.vehicles),
        "chosen": {name: given.getlist(name) for name in LISTS},
        "may_assign": access.may("duty.manage", district=row.district, area=row.place.area_now),
        "problems": problems or [],
    }
    return render(request, "gates/keep.html", context, status=status)


def _lends(known: Any) -> dict[str, str]:
    """How many vehicles there are, and for how long one is lent, as the form shows it."""
    if known is None:
        return {"total": "", "hours": "2"}
    return {"total": str(known.total), "hours": str(known.hours_allowed)}
