"""My codes, large and bright: those that move are made by the phone itself, those that stand still are drawn here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.gates import selectors as gates
from youlin.apps.passes import codes, selectors, services
from youlin.apps.passes.selectors import Mine
from youlin.doors import pace, qr_codes
from youlin.doors.codes import words
from youlin.doors.entrance import person
from youlin.doors.rule_words import both
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound
from youlin.kernel.languages import in_language


@require_safe
@person("portal")
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My codes in force, and those I may take. Kept by the phone for when there is no network."""
    districts = [area.code for area in areas.districts()]
    kinds: dict[str, dict[str, Any]] = {}
    for one in selectors.to_take(actor, districts):
        told = {"name": words.name_of(one), "description": words.description_of(one), "where": []}
        kinds.setdefault(one.code, told)["where"].append((one.district, areas.short_name(one.district)))
    held = [_held(request, one) for one in selectors.mine(actor)]
    context = {
        "held": held,
        "kinds": kinds.items(),
        "site": request.build_absolute_uri("/"),
        "compounds": _compounds([one["row"] for one in held if one["links"]]),
    }
    return render(request, "codes/mine.html", context)


@require_POST
@person("portal")
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a code of a kind that people take themselves."""
    pace.demand(request, actor)
    districts = [area.code for area in areas.districts()]
    wanted = (request.POST.get("district", ""), request.POST.get("kind", ""))
    found = next(
        (one for one in selectors.to_take(actor, districts) if (one.district, one.code) == wanted), None
    )
    if found is not None:
        services.take(actor=actor, district=found.district, kind=found.code)
        messages.success(request, _("已领“%(name)s”") % {"name": words.name_of(found)})
    return HttpResponseRedirect(reverse("codes:mine"))


@require_POST
@person("portal")
def bind(request: HttpRequest, actor: Actor, pass_id: UUID) -> JsonResponse:
    """Sign the end of the chain that this phone has made."""
    pace.demand(request, actor)
    row = _mine(actor, pass_id)
    links = request.POST.get("links", "")
    if not (links.isascii() and links.isdigit() and len(links) < 6):
        raise Invalid(_("手机送来的内容不合规"), field="links", remedy=_("请刷新页面再试"))
    bound = services.bind(
        actor=actor,
        district=row.row.district,
        pass_id=pass_id,
        device=request.POST.get("device", "")[:64],
        anchor=request.POST.get("anchor", "")[:64],
        links=int(links),
    )
    return JsonResponse(
        {
            "token": bound.token,
            "starts": int(bound.starts_at.timestamp() * 1000),
            "ends": int(bound.ends_at.timestamp() * 1000),
            "period": bound.period,
            "links": bound.links,
            "now": int(clock.now().timestamp() * 1000),
        }
    )


@require_POST
@person("portal")
def end(request: HttpRequest, actor: Actor, pass_id: UUID) -> HttpResponse:
    """My phone is lost, or I do not want the code any more."""
    row = _mine(actor, pass_id)
    reason = "lost" if request.POST.get("reason") == "lost" else "ended"
    services.revoke(actor=actor, district=row.row.district, pass_id=pass_id, reason=reason)
    messages.success(request, _("已停用，别人再也不能用它"))
    return HttpResponseRedirect(reverse("codes:mine"))


def _mine(actor: Actor, pass_id: UUID) -> Mine:
    found = next((one for one in selectors.mine(actor) if one.row.id == pass_id), None)
    if found is None:
        raise NotFound(_("没有这个码证"))
    return found


def _compounds(held: list[Any]) -> list[dict[str, Any]]:
    """The compounds that take these codes, each with its gates and its rules in words, in both languages."""
    found = []
    for district in sorted({one.district for one in held}):
        for one in gates.rules_to_keep(district, [row.id for row in held]):
            found.append(
                {
                    "name": in_language(one.row.place.name, one.row.place.name_en),
                    "number": one.row.place.number,
                    "gates": one.gates,
                    "rules": [both(rule) for rule in one.rules],
                }
            )
    return found


def _held(request: HttpRequest, one: Mine) -> dict[str, Any]:
    drawn = ""
    if not one.links and clock.now() >= one.row.valid_from:
        parts = codes.parts(request.build_absolute_uri("/"), services.token_of(one.row))
        drawn = qr_codes.inline_parts(parts)
    return {
        "row": one.row,
        "name": words.name_of(one.row.kind),
        "description": words.description_of(one.row.kind),
        "body": one.body,
        "district": areas.short_name(one.row.district),
        "links": one.links,
        "drawn": drawn,
    }
