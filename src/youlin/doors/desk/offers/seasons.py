"""Seasons at the desk: those that are on, ahead and past; a new one with its offers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.offers import catalogue, figures, services
from youlin.apps.offers.catalogue import Wanted
from youlin.apps.offers.services import checking
from youlin.doors import offer_words
from youlin.doors.desk.offers.frame import district_of, frame
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

TEXTS = ("brand", "name", "name_en", "what", "what_en")
LONGEST = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def seasons(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All seasons of a district, and the form for another."""
    every = figures.districts(actor)
    district = district_of(request, every)
    if request.method != "POST":
        return render(request, "desk/offers/seasons.html", _context(request, district, every))
    sent = request.POST
    texts = {name: sent.get(name, "")[:LONGEST] for name in TEXTS}
    try:
        made = services.hold_season(
            actor=actor,
            district=district,
            starts_on=checking.day(sent.get("starts_on", ""), "starts_on"),
            ends_on=checking.day(sent.get("ends_on", ""), "ends_on"),
            offer_ids=_offers(district, sent.getlist("offers")),
            idempotency_key=sent.get("idempotency_key", ""),
            brand=texts["brand"],
            name=texts["name"],
            name_en=texts["name_en"],
            what=texts["what"],
            what_en=texts["what_en"],
        )
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else error.status
        context = _context(request, district, every) | {"problems": error.problems}
        return render(request, "desk/offers/seasons.html", context, status=status)
    messages.success(request, _("已设好：%(name)s") % {"name": made.name})
    return HttpResponseRedirect(f"{reverse('desk:seasons')}?district={district}")


@require_POST
@staff("desk")
def retire(request: HttpRequest, actor: Actor, season_id: UUID) -> HttpResponse:
    """Take a season off the pages."""
    every = figures.districts(actor)
    district = district_of(request, every)
    services.retire_season(actor=actor, district=district, season_id=season_id)
    messages.success(request, _("已撤下"))
    return HttpResponseRedirect(f"{reverse('desk:seasons')}?district={district}")


def _offers(district: str, numbers: list[str]) -> list[UUID]:
    return [catalogue.item(district, number).id for number in numbers[:500]]


def _context(request: HttpRequest, district: str, every: tuple[str, ...]) -> dict[str, Any]:
    rows = catalogue.catalogue(Wanted(district, counted=""))
    return frame(district, every, "seasons") | {
        "seasons": [
            offer_words.season(one, reverse("portal:season", args=[one.id]))
            for one in catalogue.seasons(district, past=True)
        ],
        "offers": [(one.number, offer_words.name_of(one)) for one in rows],
        "chosen": request.POST.getlist("offers"),
        "sent": request.POST,
        "idempotency_key": str(ids.uuid7()),
    }
