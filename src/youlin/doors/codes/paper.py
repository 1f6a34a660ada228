"""Paper: a card of the size that every purse knows (CR80), a sticker, a sheet of stickers on A4."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import codes, selectors, services
from youlin.apps.passes.services.showing import shown
from youlin.doors import qr_codes
from youlin.doors.codes import words
from youlin.doors.codes.issuing import papers_of
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor

ON_A_SHEET = 15
"""Stickers of 60 mm by 54 mm: three beside, five below each other."""


@require_safe
@staff("desk")
def paper(request: HttpRequest, actor: Actor, number: str, form: str) -> HttpResponse:
    """One of the papers that its kind can be printed on."""
    row = selectors.pass_of_number(actor, number)
    if form not in [code for code, _label in papers_of(row)]:
        raise Http404
    context = {
        "form": form,
        "one": _printed(request, row),
        "copies": range(ON_A_SHEET if form == "sheet" else 1),
        "back": reverse("codes:one", args=[row.number]),
        "today": clock.today(),
    }
    return render(request, "codes/paper.html", context)


def _printed(request: HttpRequest, row: Any) -> dict[str, Any]:
    """What stands on it: a card names its holder in full, for it is in their hands; a code says no more than ever."""
    parts = codes.parts(request.build_absolute_uri("/"), services.token_of(row))
    told = shown(row)
    name = row.person.name if row.person else told.get("name", "")
    return {
        "row": row,
        "kind": words.name_of(row.kind),
        "kind_other": row.kind.name_en if words.name_of(row.kind) != row.kind.name_en else row.kind.name,
        "name": name,
        "body": told.get("body", ""),
        "district": areas.short_name(row.district),
        "code": qr_codes.inline_parts(parts),
    }
