"""For those who issue: many codes of one kind from pasted lines, each line with its own answer; then one sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import selectors, services
from youlin.apps.passes.services import bulk as lines
from youlin.apps.places import selectors as places
from youlin.doors.codes import words
from youlin.doors.codes.issuing import districts_of, papers_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, Problem

LONGEST = 60_000


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def bulk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form, filled with those that lack a code where that is asked for; what came of each line."""
    district, every = districts_of(request, actor)
    if request.method != "POST":
        return _form(request, actor, district, every, text=_lacking(request, actor, district))
    text = request.POST.get("lines", "")[:LONGEST]
    try:
        found = services.issue_many(
            actor=actor, district=district, kind=request.POST.get("kind", ""), text=text
        )
    except Invalid as error:
        return _form(request, actor, district, every, text=text, problems=error.problems, status=422)
    wrong = {number for number, _problem in found.faults}
    left = "\n".join(line for number, line in enumerate(text.splitlines(), 1) if number in wrong)
    context = {
        "issued": found.rows,
        "faults": found.faults,
        "printed": [row.number for row in found.rows if papers_of(row)],
    }
    return _form(request, actor, district, every, text=left, done=context)


def _form(
    request: HttpRequest,
    actor: Actor,
    district: str,
    every: tuple[str, ...],
    *,
    text: str,
    problems: list[Problem] | None = None,
    done: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    given = request.POST or request.GET
    context = {
        "district": district,
        "district_name": areas.short_name(district),
        "districts": [(code, areas.short_name(code)) for code in every],
        "kinds": [
            (one.code, words.name_of(one), one.get_holder_display(), one.holder)
            for one in selectors.kinds(district)
        ],
        "place_kinds": [(one.code, words.name_of(one)) for one in places.kinds(district)],
        "kind": given.get("kind", ""),
        "place_kind": given.get("place_kind", ""),
        "lines": text,
        "most": lines.MOST,
        "problems": problems or [],
        **(done or {}),
    }
    return render(request, "codes/bulk.html", context, status=status)


def _lacking(request: HttpRequest, actor: Actor, district: str) -> str:
    """Lines of those that have no code of the kind yet, where somebody asked for them."""
    kind = next((one for one in selectors.kinds(district) if one.code == request.GET.get("kind", "")), None)
    if kind is None or kind.holder == "person":
        return ""
    place_kind = request.GET.get("place_kind", "").replace("\0", "")[:64]
    found = selectors.lacking(actor, district, kind, place_kind=place_kind)
    return "\n".join(f"{number} # {name}" for number, name in found)
