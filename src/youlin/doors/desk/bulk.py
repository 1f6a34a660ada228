"""One act on many cases: choose, look at what will happen and what will not, do it, take it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.lists import selectors as lists
from youlin.apps.cases.lists import services
from youlin.apps.cases.lists.selectors import Preview
from youlin.apps.duties import selectors as duties
from youlin.doors.desk.chosen import chosen_in
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

SHOWN = 200
"""Rows of a preview that are shown one by one; of the others the reasons are counted."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: one's latest runs. POST: the chosen cases with the acts that go for them, and one act looked at."""
    if request.method != "POST":
        return render(request, "desk/bulk_runs.html", {"runs": lists.bulk_runs(actor)})
    sent = request.POST
    numbers = _seen(sent) or _chosen(request, actor)
    offers = lists.offers(actor, list(numbers))
    code = sent.get("act", "") or (offers[0].code if len(offers) == 1 else "")
    preview = _preview(actor, sent, list(numbers), code) if code and numbers else None
    return _page(request, actor, numbers=numbers, offers=offers, preview=preview)


@require_POST
@staff("desk")
def start(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Do the act on the cases that were looked at, each as it was seen."""
    sent = request.POST
    code, seen = sent.get("act", ""), _seen(sent, "will")
    try:
        run = services.act_on_many(
            actor=actor,
            act=code,
            seen={number: version for number, version in seen.items() if version},
            given=services.Given(
                note=sent.get("note", "").strip()[:2000],
                to_person=_uuid(sent.get("to_person", "")),
                to_category=sent.get("to_category", ""),
                duplicate_of=sent.get("duplicate_of", "").strip()[:24],
            ),
            idempotency_key=sent.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        numbers = _seen(sent)
        preview = _preview(actor, sent, list(numbers), code) if numbers and code else None
        offers = lists.offers(actor, list(numbers))
        return _page(
            request,
            actor,
            numbers=numbers,
            offers=offers,
            preview=preview,
            problems=error.problems,
            status=422 if isinstance(error, Invalid) else error.status,
        )
    return HttpResponseRedirect(reverse("desk:bulk-run", args=[run.id]))


@require_safe
@staff("desk")
def run(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponse:
    """What came of it; while it goes on, how far it is. The part alone for the page that refreshes itself."""
    row = lists.bulk_run(actor, run_id)
    context = {
        "run": row,
        "items": () if row.running else lists.bulk_items(actor, run_id),
        "idempotency_key": str(ids.uuid7()),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "desk/_bulk_run.html" if part else "desk/bulk_run.html", context)


@require_POST
@staff("desk")
def undo(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponse:
    """Take a run back."""
    key = request.POST.get("idempotency_key", "")
    back = services.undo_run(actor=actor, run_id=run_id, idempotency_key=key)
    return HttpResponseRedirect(reverse("desk:bulk-run", args=[back.id]))


def _chosen(request: HttpRequest, actor: Actor) -> dict[str, int]:
    chosen = chosen_in(request, actor)
    numbers = chosen.numbers or lists.numbers(actor, chosen.filters, most=lists.BULK_MOST + 1)
    return dict.fromkeys(numbers, 0)


def _seen(sent: QueryDict, name: str = "cases") -> dict[str, int]:
    """`number:version` of each case that was chosen, or (`will`) that was to be done when it was looked at."""
    pairs = (part.partition(":") for part in sent.get(name, "").split(",") if part)
    found = {number[:24]: int(version) for number, _colon, version in pairs if version.isdecimal()}
    return dict(list(found.items())[: lists.BULK_MOST + 1])


def _preview(actor: Actor, sent: QueryDict, numbers: list[str], code: str) -> Preview:
    return lists.preview(
        actor,
        numbers,
        act=code[:64],
        to_person=_uuid(sent.get("to_person", "")),
        to_category=sent.get("to_category", ""),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    actor: Actor,
    *,
    numbers: Mapping[str, int],
    offers: Any,
    preview: Preview | None,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    sent = request.POST
    problems = problems or []
    if len(numbers) > lists.BULK_MOST:
        most = lists.BULK_MOST
        problems = [
            Problem(None, _("选了超过 %(n)d 件，这里是前 %(n)d 件") % {"n": most}, _("其余的请再办一次"))
        ]
    category_rows: Any = ()
    if preview and preview.asks_category:
        districts = duties.access(actor).districts("case.read")
        category_rows = [row for row in cases.categories(districts[0], reportable_only=False) if row.is_leaf]
    context = {
        "offers": offers,
        "preview": preview,
        "problems": problems,
        "shown": preview.verdicts[:SHOWN] if preview else (),
        "hidden": max(0, len(preview.verdicts) - SHOWN) if preview else 0,
        "cases": ",".join(f"{number}:{version}" for number, version in numbers.items()),
        "will": ",".join(f"{one.number}:{one.version}" for one in preview.will) if preview else "",
        "count": len(numbers),
        "categories": category_rows,
        "given": {name: sent.get(name, "") for name in ("note", "to_person", "to_category", "duplicate_of")},
        "query": sent.get("query", ""),
        "undo_minutes": lists.UNDO_FOR.seconds // 60,
        "idempotency_key": str(ids.uuid7()),
    }
    return render(request, "desk/bulk.html", context, status=status)
