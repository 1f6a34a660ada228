"""Who is entitled, at the desk: the list, one by one, and rosters: looked at first, then taken in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.offers import catalogue, holders, services
from youlin.apps.offers.rosters import reading, undoing
from youlin.apps.offers.rosters import services as rosters
from youlin.apps.offers.services import checking
from youlin.apps.parties import selectors as people
from youlin.doors import offer_words, place_words
from youlin.doors.desk.offers.frame import district_of, frame, page_number
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid
from youlin.ui.paging import known_page

PAGE_SIZE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def entitlements(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is entitled now or was; and the form that entitles one more."""
    every = holders.districts(actor)
    district = district_of(request, every)
    if request.method != "POST":
        return render(request, "desk/offers/entitlements.html", _context(request, actor, district, every))
    sent = request.POST
    try:
        made = services.entitle(
            actor=actor,
            district=district,
            kind=sent.get("kind", ""),
            name=sent.get("name", "")[:200],
            phone=sent.get("phone", "")[:64],
            organisation=sent.get("organisation", ""),
            valid_to=checking.day(sent.get("valid_to", ""), "valid_to"),
            idempotency_key=sent.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _refused(request, _context(request, actor, district, every), error)
    messages.success(request, _("已认定，取餐号 %(number)s") % {"number": made.number})
    return HttpResponseRedirect(f"{reverse('desk:entitlements')}?district={district}")


@require_POST
@staff("desk")
def end(request: HttpRequest, actor: Actor, entitlement: UUID) -> HttpResponse:
    """End an entitlement, with the reason."""
    every = holders.districts(actor)
    district = district_of(request, every)
    try:
        services.end_entitlement(
            actor=actor,
            district=district,
            entitlement_id=entitlement,
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        return _refused(request, _context(request, actor, district, every), error)
    messages.success(request, _("已终止"))
    return HttpResponseRedirect(f"{reverse('desk:entitlements')}?district={district}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def roster(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send a roster: what would become of it is shown, nothing is written yet. Below, the last ones."""
    every = holders.districts(actor)
    district = district_of(request, every)
    context = (
        frame(district, every, "entitlements")
        | _choices(actor, district)
        | {
            "sent": request.POST,
            "headings": list(reading.HEADINGS.values()),
            "most_rows": reading.MOST_ROWS,
            "rosters": [(offer_words.name_of(one.kind), one) for one in holders.rosters(actor, district)],
        }
    )
    if request.method != "POST":
        return render(request, "desk/offers/roster.html", context)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Invalid(_("请选择一个文件"), field="file")
        found = rosters.keep_file(
            actor=actor,
            district=district,
            kind=request.POST.get("kind", ""),
            organisation=request.POST.get("organisation", ""),
            name=file.name or "",
            content=file.read(rosters.MOST_BYTES + 1),
        )
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else error.status
        context["problems"] = error.problems
        return render(request, "desk/offers/roster.html", context, status=status)
    return render(request, "desk/offers/roster_preview.html", context | {"found": found})


@require_POST
@staff("desk")
def take(request: HttpRequest, actor: Actor, run: UUID) -> HttpResponse:
    """Take in the roster that was looked at."""
    every = holders.districts(actor)
    district = district_of(request, every)
    done = rosters.take(actor=actor, district=district, run_id=run)
    words = _("已导入：新认定 %(new)s 人，保留 %(kept)s 人，终止 %(ended)s 人")
    messages.success(request, words % {name: done.counts[name] for name in ("new", "kept", "ended")})
    return _to_run(done.id, district)


@never_cache
@require_safe
@staff("desk")
def run(request: HttpRequest, actor: Actor, run: UUID) -> HttpResponse:
    """What became of a roster, with the rows that were refused; and the way back."""
    every = holders.districts(actor)
    district = district_of(request, every)
    found = holders.roster(actor, district, run)
    context = frame(district, every, "entitlements") | {
        "found": found,
        "kind": offer_words.name_of(found.kind),
        "by": people.person_labels([found.made_by_id], viewer=actor).get(found.made_by_id, "")
        if found.made_by_id
        else "",
    }
    return render(request, "desk/offers/roster_run.html", context)


@require_POST
@staff("desk")
def undo(request: HttpRequest, actor: Actor, run: UUID) -> HttpResponse:
    """Take a roster back as a whole."""
    district = district_of(request, holders.districts(actor))
    counts = undoing.undo(actor=actor, district=district, run_id=run)
    words = _("已撤销：终止 %(ended)s 人，恢复 %(restored)s 人，之后用过或改过的 %(kept)s 人没有动")
    messages.success(request, words % counts)
    return _to_run(run, district)


def _to_run(run: UUID, district: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:roster-run', args=[run])}?district={district}")


def _choices(actor: Actor, district: str) -> dict[str, Any]:
    return {
        "kinds": [(one.code, offer_words.name_of(one)) for one in catalogue.entitlement_kinds(district)],
        "bodies": [(one.code, one.name) for one in holders.bodies(actor, district)],
    }


def _context(request: HttpRequest, actor: Actor, district: str, every: tuple[str, ...]) -> dict[str, Any]:
    words, state = request.GET.get("q", "")[:64].replace("\0", ""), request.GET.get("state", "")
    number = page_number(request)
    rows, total = holders.listed(actor, district, words=words, state=state, page=number, size=PAGE_SIZE)
    number = min(number, max(1, -(-total // PAGE_SIZE)))
    return (
        frame(district, every, "entitlements")
        | _choices(actor, district)
        | {
            "rows": rows,
            "total": total,
            "words": words,
            "state": "ended" if state == "ended" else "",
            "page": known_page(rows, number=number, size=PAGE_SIZE, total=total),
            "foreign": place_words.foreign(),
            "sent": request.POST,
            "idempotency_key": str(ids.uuid7()),
        }
    )


def _refused(request: HttpRequest, context: dict[str, Any], error: Invalid | Conflict) -> HttpResponse:
    status = 422 if isinstance(error, Invalid) else error.status
    return render(
        request, "desk/offers/entitlements.html", context | {"problems": error.problems}, status=status
    )
