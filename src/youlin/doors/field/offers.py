"""A host's counter on a phone: where I serve, one tap for a service, one field and one button for a meal."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.offers import counters, services
from youlin.apps.offers.counters import Served, ServedPlace
from youlin.apps.offers.limits import Left
from youlin.apps.offers.services import redeeming
from youlin.doors import offer_words, place_words, scanning
from youlin.doors.entrance import staff
from youlin.doors.field.pages import tabs
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.ui.errors import wants_json
from youlin.ui.paging import known_page

PAGE_SIZE = 30


@require_safe
@staff("field")
def offers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The places where I am a host; where there is one, that one."""
    if not counters.hosts_any(actor):
        raise NotAllowed(_("没有归您值守的柜台"), remedy=_("请联系友好城市专班"))
    words = request.GET.get("q", "")[:60]
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    found, total = counters.served(actor, words=words, page=number, size=PAGE_SIZE)
    if total == 1 and not words:
        return HttpResponseRedirect(reverse("field:counter", args=[found[0].number]))
    page = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    context = {
        "tabs": tabs("offers", actor),
        "places": [(offer_words.name_of(one), one) for one in found],
        "total": total,
        "words": words,
        "page": known_page(found, number=page, size=PAGE_SIZE, total=total),
    }
    return render(request, "field/offers/places.html", context)


@require_safe
@staff("field")
def counter(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One place: its services with a tap each, its meals a page each, my last counts."""
    return _counter(request, actor, counters.place(actor, number))


@require_POST
@staff("field")
def count(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Count one, or as many as are written; from the outbox it may come later, and is counted once."""
    place = counters.place(actor, number)
    try:
        services.count(
            actor=actor,
            district=place.district,
            given_id=_uuid(request.POST.get("given", "")),
            times=_times(request.POST.get("times", "1")),
            day=_day(request.POST.get("day", "")),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        if wants_json(request):
            raise
        return _counter(request, actor, place, problems=error.problems, status=_status(error))
    return _answer(request, reverse("field:counter", args=[place.number]))


@require_POST
@staff("field")
def undo(request: HttpRequest, actor: Actor, number: str, tally: UUID) -> HttpResponse:
    """Take my count back within a minute."""
    place = counters.place(actor, number)
    try:
        services.undo_count(actor=actor, district=place.district, tally_id=tally)
    except Conflict as error:
        return _counter(request, actor, place, problems=error.problems, status=error.status)
    messages.success(request, _("已撤回"))
    return HttpResponseRedirect(reverse("field:counter", args=[place.number]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def meal(request: HttpRequest, actor: Actor, number: str, given: UUID) -> HttpResponse:
    """Redeem one, or look first who that is and what is left. What is refused comes back with what was typed."""
    place = counters.place(actor, number)
    served = counters.one(place, given)
    if served.counted != "person":
        raise Http404
    if request.method != "POST":
        return _meal(request, actor, place, served, done=_done(request, actor, place))
    said = request.POST.get("said", "")[:1300].replace("\0", "")
    try:
        if request.POST.get("step") == "look":
            looked = redeeming.look(actor=actor, district=place.district, given_id=given, said=said)
            return _meal(request, actor, place, served, said=said, looked=looked)
        made = services.redeem(
            actor=actor,
            district=place.district,
            given_id=given,
            said=said,
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        if wants_json(request):
            raise
        return _meal(request, actor, place, served, said=said, problems=error.problems, status=_status(error))
    return _answer(request, f"{reverse('field:meal', args=[place.number, given])}?done={made.row.id}")


@require_POST
@staff("field")
def reverse_meal(request: HttpRequest, actor: Actor, number: str, redemption: UUID) -> HttpResponse:
    """Take a redemption of today back, with the reason."""
    place = counters.place(actor, number)
    row = counters.redemption(actor, place, redemption)
    served = counters.one(place, row.given_id)
    try:
        services.reverse(
            actor=actor,
            district=place.district,
            redemption_id=redemption,
            reason=request.POST.get("reason", ""),
        )
    except (Invalid, Conflict) as error:
        return _meal(request, actor, place, served, problems=error.problems, status=_status(error))
    messages.success(request, _("已冲销，这一份还给这位了"))
    return HttpResponseRedirect(reverse("field:meal", args=[place.number, row.given_id]))


def _counter(
    request: HttpRequest,
    actor: Actor,
    place: ServedPlace,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    given = [(offer_words.name_of(one), one) for one in counters.given_at(place)]
    context = {
        "tabs": tabs("offers", actor),
        "place": place,
        "name": offer_words.name_of(place),
        "meals": [one for one in given if one[1].counted == "person"],
        "services": [(*one, str(ids.uuid7())) for one in given if one[1].counted == "tally"],
        "last": [(offer_words.name_of(one), one) for one in counters.last_counts(actor, place)],
        "today": clock.today().isoformat(),
        "zone": timezone.get_default_timezone_name(),
        "problems": problems or [],
        "sent": request.POST,
    }
    return render(request, "field/offers/counter.html", context, status=status)


def _meal(
    request: HttpRequest,
    actor: Actor,
    place: ServedPlace,
    served: Served,
    *,
    said: str = "",
    looked: redeeming.Looked | None = None,
    done: dict[str, Any] | None = None,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "tabs": tabs("offers", actor),
        "place": place,
        "name": offer_words.name_of(place),
        "served": served,
        "meal": offer_words.name_of(served),
        "price": offer_words.price(served.price),
        "said": said[:64],
        "looked": _looked(looked) if looked else None,
        "done": done,
        "last": counters.last_taken(place, served.id),
        "foreign": place_words.foreign(),
        "idempotency_key": request.POST.get("idempotency_key") if problems else str(ids.uuid7()),
        "problems": problems or [],
    }
    return scanning.page(request, "field/offers/meal.html", context, status=status)


def _looked(found: redeeming.Looked) -> dict[str, Any]:
    return {
        "who": counters.who(found.holder),
        "kind": offer_words.name_of(found.holder.kind),
        "left": _left_words(found.left),
        "none_left": found.left.least == 0,
    }


def _left_words(left: Left) -> str:
    if left.least is None:
        return _("不限次数")
    return _("这位今天还可取 %(n)s 份") % {"n": left.least}


def _done(request: HttpRequest, actor: Actor, place: ServedPlace) -> dict[str, Any] | None:
    """What was redeemed a moment ago, as the books have it."""
    try:
        wanted = UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    row = counters.redemption(actor, place, wanted)
    return {"taken": counters.taken(row), "left": counters.left_after(row)}


def _answer(request: HttpRequest, address: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"href": address}, status=201)
    return HttpResponseRedirect(address)


def _status(error: Invalid | Conflict) -> int:
    return 422 if isinstance(error, Invalid) else error.status


def _times(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Invalid(_("请填人次"), field="times", remedy=_("写一个整数，例如 3"))
    return int(text)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("看不懂这个日期"), field="day", remedy=_("请写成 2026-11-23 的样子"))
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(_("请选择服务"), field="given") from error
