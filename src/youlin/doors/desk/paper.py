"""Paper: a case or a list for the printer. Who printed is noted first, then the sheet is shown."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.cases.lists import selectors as lists
from youlin.apps.cases.lists import services
from youlin.doors import qr_codes
from youlin.doors.desk.cases import detail_context
from youlin.doors.desk.chosen import chosen_in
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor


@require_POST
@staff("desk")
def print_case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Note that this case is printed, and go to its sheet."""
    made = services.print_case(actor=actor, case=number)
    return HttpResponseRedirect(reverse("desk:sheet", args=[made.id]))


@require_POST
@staff("desk")
def print_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Note that this list, or the ticked rows of it, is printed, and go to its sheet."""
    chosen = chosen_in(request, actor)
    made = services.print_list(actor=actor, filters=chosen.filters, numbers=chosen.numbers)
    return HttpResponseRedirect(reverse("desk:sheet", args=[made.id]))


@require_safe
@staff("desk")
def sheet(request: HttpRequest, actor: Actor, sheet_id: UUID) -> HttpResponse:
    """The sheet as it goes on A4. A case has its timeline, photos and a code that leads back to the screen."""
    made = lists.sheet(actor, sheet_id)
    if not made.case_number:
        return render(request, "desk/sheet_list.html", {"sheet": made})
    address = request.build_absolute_uri(reverse("desk:case", args=[made.case_number]))
    code = qr_codes.inline(address)
    context = detail_context(actor, made.case_number) | {"sheet": made, "code": code}
    return render(request, "desk/sheet_case.html", context)
