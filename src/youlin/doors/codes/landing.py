"""Where a code leads whoever scans it with any camera: a page that proves it, in the browser, and says what it is."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import checkers, selectors
from youlin.apps.passes.services.showing import told_to_anyone
from youlin.doors.codes import words


@never_cache
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The page, kept by the phone for when there is no network. What the code says is behind `#` and never comes here."""
    districts = [area.code for area in areas.districts()]
    lists = {code: reverse("codes:revoked", args=[code]) for code in districts}
    kinds = {one.code: words.name_of(one) for one in checkers.kinds(*districts)}
    context = {"lists": json.dumps(lists), "kinds": json.dumps(kinds), "reasons": words.reasons()}
    return render(request, "codes/landing.html", context)


@never_cache
@require_safe
def see(request: HttpRequest) -> JsonResponse:
    """What a code stands for, as far as its kind tells anybody: a place, a producer; of a person's card what it says."""
    districts = [area.code for area in areas.districts()]
    row = selectors.open_pass(districts, request.GET.get("n", "")[:16])
    link = reverse("portal:place", args=[row.place.number]) if row.place and row.place.public else ""
    return JsonResponse(
        {
            "kind": words.name_of(row.kind),
            "shows": list(told_to_anyone(row).values()),
            "district": areas.short_name(row.district),
            "until": row.valid_to.date().isoformat(),
            "link": link,
        }
    )
