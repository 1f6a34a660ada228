"""Paper: a card of the size that every purse knows (CR80), a sticker, sheets of stickers or cards on A4, alike or each
its own."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import codes, selectors, services
from youlin.apps.passes.services.showing import shown, told_to_anyone
from youlin.doors import qr_codes
from youlin.doors.codes import words
from youlin.doors.codes.issuing import papers_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

ON_A_PAGE = {"sheet": 15, "cards": 10}
"""Stickers of 60 mm by 54 mm: three beside, five below each other. Cards: two beside each other."""


@require_safe
@staff("desk")
def paper(request: HttpRequest, actor: Actor, number: str, form: str) -> HttpResponse:
    """One of the papers that its kind can be printed on."""
    row = selectors.pass_of_number(actor, number)
    if form not in [code for code, _label in papers_of(row)]:
        raise Http404
    [one] = _printed(request, [row])
    pages = [[one] * ON_A_PAGE.get(form, 1)]
    return _page(request, form, pages, reverse("codes:one", args=[row.number]))


@require_safe
@staff("desk")
def sheet(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Different codes on A4 (`n`: their numbers), all of the paper of the first: stickers or cards."""
    asked = request.GET.get("n", "").replace("\0", "").split(",")
    rows = [row for row in selectors.printable(actor, asked) if papers_of(row)]
    if not rows:
        raise NotFound(_("没有可以打印的码证"), remedy=_("会变的、停用的和过期的码不打印"))
    form = "cards" if rows[0].kind.paper == "card" else "sheet"
    printed = _printed(request, [row for row in rows if row.kind.paper == rows[0].kind.paper])
    size = ON_A_PAGE[form]
    pages = [printed[start : start + size] for start in range(0, len(printed), size)]
    return _page(request, form, pages, reverse("codes:issued"))


def _page(request: HttpRequest, form: str, pages: list[list[dict[str, Any]]], back: str) -> HttpResponse:
    first = pages[0][0]["row"]
    number = first.number if len({one["row"].number for page in pages for one in page}) == 1 else ""
    context = {"form": form, "pages": pages, "number": number, "back": back}
    return render(request, "codes/paper.html", context)


def _printed(request: HttpRequest, rows: list[Any]) -> list[dict[str, Any]]:
    site = request.build_absolute_uri("/")
    return [
        _one(row, codes.parts(site, token)) for row, token in zip(rows, services.tokens_of(rows), strict=True)
    ]


def _one(row: Any, parts: tuple[str, str]) -> dict[str, Any]:
    """What stands on it: a card names its holder in full, for it is in their hands; a sticker hangs where everybody
    reads it, and says no more than a scan of it does."""
    told = told_to_anyone(row) if row.producer else shown(row)
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
