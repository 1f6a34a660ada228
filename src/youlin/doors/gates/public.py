"""For everybody: the compounds that take visit codes, one with its rules and who answers, a proof of refusal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.gates import selectors
from youlin.apps.gates.acts import CHECK, KEEP
from youlin.apps.gates.words import REASONS
from youlin.apps.passes import codes
from youlin.apps.passes import selectors as passes
from youlin.apps.passes import services as issuing
from youlin.doors import qr_codes
from youlin.doors.entrance import visitor
from youlin.doors.gates import words
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.ui.paging import known_page

PAGE_SIZE = 30


@require_safe
@visitor("portal")
def compounds(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The compounds by name, or those that a word finds."""
    said = request.GET.get("q", "").replace("\0", "")[:60]
    number = words.number(request.GET.get("page", "1"))
    districts = [area.code for area in areas.districts()]
    rows, total = selectors.listed(districts, words=said, page=number, size=PAGE_SIZE)
    page = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    context = {
        "rows": [(words.name_of(one), one) for one in rows],
        "words": said,
        "total": total,
        "page": known_page(rows, number=page, size=PAGE_SIZE, total=total),
    }
    return render(request, "gates/compounds.html", context)


@require_safe
@visitor("portal")
def compound(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One compound: who answers for its gates, what is asked of visitors, how long the way takes; two taps for riders."""
    found = selectors.public_page(selectors.compound(number))
    row = found.row
    holds = actor.person_id is not None and bool(
        passes.passes_of(district=row.district, person_id=actor.person_id)
    )
    context = {
        "found": found,
        "row": row,
        "name": words.name_of(row),
        "duties": words.duties_of(row),
        "rules": [words.rule(one) for one in found.rules],
        "holds": holds,
        "checks": selectors.may(actor, CHECK, row),
        "keeps": selectors.may(actor, KEEP, row),
    }
    return render(request, "gates/compound.html", context)


@require_safe
@visitor("portal")
def proof(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What a rider shows to a platform: number, gate and times; nobody is named. Not for search engines."""
    row = selectors.proof(number)
    drawn = ""
    if row.proof is not None and row.proof.revoked_at is None and row.proof.valid_to > clock.now():
        parts = codes.parts(request.build_absolute_uri("/"), issuing.token_of(row.proof))
        drawn = qr_codes.inline_parts(parts)
    context = {
        "row": row,
        "name": words.name_of(row.compound),
        "reason": REASONS.get(row.reason, ""),
        "drawn": drawn,
        "link": request.build_absolute_uri(reverse("gates:proof", args=[row.number])),
    }
    response = render(request, "gates/proof.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
