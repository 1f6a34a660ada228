"""The offers of a district at the desk: the list, a new one, changing one, where it is given, retiring it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.offers import catalogue, kept, services
from youlin.apps.places import selectors as places
from youlin.doors import offer_words
from youlin.doors.desk.offers.frame import district_of, frame, page_number
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.paging import known_page

PAGE_SIZE = 50
TEXTS = ("name", "name_en", "what", "what_en", "how", "how_en", "hours", "condition")
NUMBERS = ("per_person_day", "per_person_month", "per_place_day", "in_total")
DAYS = ("valid_from", "valid_to")
LONGEST = 4_000


@require_safe
@staff("desk")
def offers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All offers of a district, or those that ended."""
    every = kept.districts(actor)
    district = district_of(request, every)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")[:64].replace("\0", "")
    words = request.GET.get("q", "")[:60].replace("\0", "")
    found = kept.listed(
        actor, district, kind=kind, state=state, words=words, page=page_number(request), size=PAGE_SIZE
    )
    context = frame(district, every, "offers") | {
        "rows": [_row(one, every) for one in found.rows],
        "total": found.total,
        "state": "retired" if state == "retired" else "",
        "kind": kind,
        "kinds": [(one.code, offer_words.name_of(one)) for one in catalogue.kinds(district)],
        "words": words,
        "page": known_page(found.rows, number=found.number, size=PAGE_SIZE, total=found.total),
    }
    return render(request, "desk/offers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new offer."""
    every = kept.districts(actor)
    district = district_of(request, every)
    if request.method != "POST":
        return render(request, "desk/offers/edit.html", _form(actor, district, every, {}))
    try:
        made = services.register_offer(
            actor=actor,
            district=district,
            values=_values(request),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _refused(request, _form(actor, district, every, _sent(request)), error)
    messages.success(request, _("已登记，请再说明在哪里供应"))
    return HttpResponseRedirect(_address(district, made.number))


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def offer(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One offer: change it."""
    every = kept.districts(actor)
    district = district_of(request, every)
    row = kept.one(actor, district, number)
    if request.method != "POST":
        return render(request, "desk/offers/edit.html", _form(actor, district, every, _shown(row), row))
    try:
        services.change_offer(
            actor=actor,
            district=district,
            offer_id=row.id,
            values=_values(request),
            expected_version=_version(request),
        )
    except (Invalid, Conflict) as error:
        return _refused(request, _form(actor, district, every, _sent(request), row), error)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(_address(district, row.number))


@require_POST
@staff("desk")
def change(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """Where it is given; retire it; bring it back."""
    every = kept.districts(actor)
    district = district_of(request, every)
    row = kept.one(actor, district, number)
    if step not in STEPS:
        raise Http404
    try:
        told = STEPS[step](request, actor, row)
    except (Invalid, Conflict) as error:
        context = _form(actor, district, every, _shown(row), row) | {"sent": request.POST}
        return _refused(request, context, error)
    messages.success(request, told)
    return HttpResponseRedirect(_address(district, row.number))


def _places(request: HttpRequest, actor: Actor, row: Any) -> str:
    meant = kept.places_meant(
        row.district, request.POST.get("places", "")[:60_000], request.POST.get("kind", "")[:64]
    )
    given = services.give_at(actor=actor, district=row.district, offer_id=row.id, place_ids=meant)
    return _("已保存：在 %(n)s 处供应") % {"n": len(given)}


def _retire(request: HttpRequest, actor: Actor, row: Any) -> str:
    reason = request.POST.get("reason", "")
    services.retire_offer(actor=actor, district=row.district, offer_id=row.id, reason=reason)
    return _("已停用")


def _restore(request: HttpRequest, actor: Actor, row: Any) -> str:
    services.restore_offer(actor=actor, district=row.district, offer_id=row.id)
    return _("已恢复")


STEPS: dict[str, Callable[[HttpRequest, Actor, Any], str]] = {
    "places": _places,
    "retire": _retire,
    "restore": _restore,
}


def _row(one: Any, every: tuple[str, ...]) -> dict[str, Any]:
    return {
        "one": one,
        "name": offer_words.name_of(one),
        "kind": offer_words.name_of(one.kind),
        "category": offer_words.name_of(one.category) if one.category else "",
        "price": offer_words.price(one.price),
    }


def _values(request: HttpRequest) -> dict[str, Any]:
    sent = request.POST
    values: dict[str, Any] = {name: sent.get(name, "")[:LONGEST] for name in (*TEXTS, *NUMBERS, *DAYS)}
    values |= {name: sent.get(name, "")[:20] for name in ("price", "usual_price")}
    values |= {"kind": sent.get("kind", ""), "category": sent.get("category", "")}
    return values | {"giver_id": sent.get("giver", ""), "audience": sent.getlist("audience")}


def _sent(request: HttpRequest) -> dict[str, Any]:
    """What was typed, to be shown again."""
    return _values(request) | {
        "giver": request.POST.get("giver", ""),
        "version": request.POST.get("version", ""),
    }


def _shown(row: Any) -> dict[str, Any]:
    """An offer as its form shows it."""
    values = {name: getattr(row, name) for name in TEXTS}
    values |= {name: "" if getattr(row, name) is None else getattr(row, name) for name in NUMBERS}
    values |= {name: getattr(row, name).isoformat() if getattr(row, name) else "" for name in DAYS}
    for name in ("price", "usual_price"):
        cents = getattr(row, name)
        values[name] = "" if cents is None else f"{cents // 100}.{cents % 100:02}".removesuffix(".00")
    return values | {
        "kind": row.kind.code,
        "category": row.category.code if row.category else "",
        "giver": row.giver.code if row.giver else "",
        "audience": row.audience,
        "version": row.version,
    }


def _form(
    actor: Actor, district: str, every: tuple[str, ...], values: dict[str, Any], row: Any = None
) -> dict[str, Any]:
    return frame(district, every, "offers") | {
        "row": row,
        "name": offer_words.name_of(row) if row else "",
        "values": values,
        "kinds": [(one.code, offer_words.name_of(one)) for one in catalogue.kinds(district)],
        "categories": [(one.code, offer_words.name_of(one)) for one in catalogue.categories(district)],
        "entitlements": [
            (one.code, offer_words.name_of(one)) for one in catalogue.entitlement_kinds(district)
        ],
        "givers": [(one.code, one.name) for one in kept.givers(actor, district)],
        "given": kept.places_of(row) if row else [],
        "place_kinds": [
            (one.code, offer_words.name_of(one)) for one in places.kinds(district) if one.role != "spot"
        ],
        "idempotency_key": str(ids.uuid7()),
        "sent": {},
    }


def _refused(request: HttpRequest, context: dict[str, Any], error: Invalid | Conflict) -> HttpResponse:
    problems: list[Problem] = error.problems
    status = 422 if isinstance(error, Invalid) else error.status
    return render(request, "desk/offers/edit.html", context | {"problems": problems}, status=status)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _address(district: str, number: str) -> str:
    return f"{reverse('desk:offer', args=[number])}?district={district}"
