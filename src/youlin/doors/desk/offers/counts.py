"""What was taken in a month, at the desk: by item, category, place or street; the same as a table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from youlin.apps.offers import exporting, figures
from youlin.doors import offer_words
from youlin.doors.desk.offers.frame import district_of, frame
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@staff("desk")
def counts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A month in one table, with its sum."""
    every = figures.districts(actor)
    district = district_of(request, every)
    by, month = _by(request), request.GET.get("month", "")[:7]
    first, last = figures.month_of(month)
    found = figures.lines(actor, district, by=by, first=first, last=last)
    context = frame(district, every, "offer-counts") | {
        "lines": [(offer_words.name_of(one), one) for one in found],
        "sums": figures.whole(found),
        "by": by,
        "month": f"{first:%Y-%m}",
        "months": figures.months(district),
        "all_time": figures.served(district),
        "most": max((one.total for one in found), default=0),
    }
    return render(request, "desk/offers/counts.html", context)


@require_safe
@staff("desk")
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The same as CSV or Excel."""
    every = figures.districts(actor)
    district = district_of(request, every)
    by = _by(request)
    first, last = figures.month_of(request.GET.get("month", "")[:7])
    content = exporting.table(actor, district, by=by, first=first, last=last, form=form)
    response = HttpResponse(content, content_type=TYPES[form])
    name = f"counts-{district}-{first:%Y%m}-{by}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _by(request: HttpRequest) -> str:
    asked = request.GET.get("by", "")
    return asked if asked in figures.BY else "item"
