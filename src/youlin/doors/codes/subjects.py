"""For whoever keeps the register of a street: its subjects, one of them, a new one; and codes for all that lack one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.parties import services as parties
from youlin.apps.passes import services as passes
from youlin.apps.passes.selectors import MOST_PRINTED
from youlin.apps.passes.subjects import coding, keeping, selectors
from youlin.apps.passes.subjects.words import HEADINGS, KINDS
from youlin.doors.codes.issuing import papers_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem
from youlin.ui.paging import known_page

SIZE = 50


@require_safe
@staff("desk")
def subjects(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The subjects that I keep, street by street; those without a code, and those that are over."""
    district, every = district_of(request, actor)
    asked = _asked(request)
    rows = selectors.kept(actor, district, **asked)
    text = request.GET.get("page", "1")
    number = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    total = rows.count()
    number = min(number, max(1, -(-total // SIZE)))
    found = selectors.listed(list(rows[(number - 1) * SIZE : number * SIZE]), district)
    printed = [one.held.number for one in found if one.held and papers_of(one.held)]
    context = frame(district, every) | {
        "rows": [
            {
                "row": one.row,
                "held": one.held,
                "kind": KINDS.get(one.row.kind, one.row.kind),
                "area": areas.local_path(one.row.area),
            }
            for one in found
        ],
        "printed": printed,
        "total": total,
        "lacking": 0
        if asked["state"] == "ended"
        else selectors.kept(actor, district, **asked | {"state": "lacking"}).count(),
        "most": MOST_PRINTED,
        "asked": asked,
        "areas": selectors.areas_of(actor, district),
        "kinds": KINDS.items(),
        "page": known_page(found, number=number, size=SIZE, total=total),
    }
    return render(request, "codes/subjects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put one on record; what is refused comes back with what was typed."""
    district, every = district_of(request, actor)
    given, problems, status = _given(request), list[Problem](), 200
    if request.method == "POST":
        try:
            row = keeping.register(actor=actor, district=district, given=given)
        except (Invalid, Conflict) as error:
            problems, status = error.problems, 422 if isinstance(error, Invalid) else error.status
        else:
            messages.success(request, _("已登记：%(name)s") % {"name": row.name})
            return HttpResponseRedirect(reverse("codes:subject", args=[row.code]))
    context = frame(district, every) | _form(actor, district, given) | {"problems": problems}
    return render(request, "codes/subject_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def one(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One: what is on record, its code and papers; corrected, given a code, ended, brought back, contact shown."""
    row = selectors.subject(actor, code)
    if request.method != "POST":
        return _page(request, actor, row)
    do = _ACTS.get(request.POST.get("do", ""))
    if do is None:
        raise NotFound
    try:
        told = do(request, actor, row)
    except (Invalid, Conflict) as error:
        return _page(request, actor, row, error=error)
    if not told:
        return _shown(request, actor, row)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("codes:subject", args=[row.code]))


@require_POST
@staff("desk")
def issue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Codes for those without one, of the area and sort that the list shows; then their sheet."""
    district, every = district_of(request, actor)
    area, sort = request.POST.get("area", "")[:24], request.POST.get("sort", "")[:32]
    rows = coding.issue_lacking(actor=actor, district=district, area=area, sort=sort)
    context = frame(district, every) | {
        "issued": rows,
        "printed": [row.number for row in rows if papers_of(row)],
        "lacking": selectors.kept(actor, district, state="lacking", area=area, sort=sort).count(),
        "area": area,
        "sort": sort,
    }
    return render(request, "codes/subjects_issued.html", context)


def district_of(request: HttpRequest, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """The district asked for, and those where the actor keeps subjects. Raises `NotAllowed`."""
    every = selectors.districts(actor)
    asked = request.POST.get("district") or request.GET.get("district", "")
    return asked if asked in every else every[0], every


def frame(district: str, every: tuple[str, ...]) -> dict[str, Any]:
    """What every page of subjects has."""
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "districts": [(code, areas.short_name(code)) for code in every],
        "problems": list[Problem](),
    }


def _lacking(actor: Actor, district: str, asked: dict[str, str]) -> int:
    if asked["state"] == "ended":
        return 0
    return selectors.kept(actor, district, **asked | {"state": "lacking"}).count()


def _changed(request: HttpRequest, actor: Actor, row: Any) -> str:
    given = _given(request) | {"no_contact": request.POST.get("no_contact", "")}
    keeping.change(actor=actor, subject=row, given=given)
    return _("已更正")


def _issued(request: HttpRequest, actor: Actor, row: Any) -> str:
    kind = coding.kind_of(row.district)
    made = passes.issue(actor=actor, district=row.district, kind=kind.code, holder=row)
    return _("已签发 %(number)s") % {"number": made.number}


def _ended(request: HttpRequest, actor: Actor, row: Any) -> str:
    keeping.end(actor=actor, subject=row)
    return _("已注销，主体码同时停用")


def _back(request: HttpRequest, actor: Actor, row: Any) -> str:
    keeping.bring_back(actor=actor, subject=row)
    return _("已恢复登记，需要时再发码")


def _nothing(request: HttpRequest, actor: Actor, row: Any) -> str:
    """To show who speaks for it changes nothing; a reason must be told all the same."""
    if row.contact is None or len(request.POST.get("reason", "").replace("\0", "").strip()) < 4:
        raise Invalid(_("请写明查看理由（至少四个字）"), field="reason")
    return ""


_ACTS = {"change": _changed, "issue": _issued, "end": _ended, "back": _back, "show": _nothing}


def _shown(request: HttpRequest, actor: Actor, row: Any) -> HttpResponse:
    """The contact in full, to somebody who says why. Never kept in any cache."""
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:200]
    told = parties.unmask(actor=actor, person_id=row.contact_id, district=row.district, reason=reason)
    numbers = [value.removeprefix("+86") for kind, value in told.contacts if kind == "phone"]
    response = _page(request, actor, row, shown=" ".join([told.name, *numbers]))
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest, actor: Actor, row: Any, *, error: Invalid | Conflict | None = None, shown: str = ""
) -> HttpResponse:
    found = selectors.opened(actor, row)
    tried = error is not None and request.POST.get("do") == "change"
    known = {key: getattr(row, key) for key in ("code", "name", "kind", "area", "address", "duty")}
    given = _given(request) if tried else known
    now = next((one for one in found.codes if papers_of(one)), None)
    form = _form(actor, row.district, given)
    listed = {code for code, _name in form["areas"]}
    context = (
        frame(row.district, (row.district,))
        | form
        | {
            "other_area": None if row.area in listed else (row.area, areas.local_path(row.area)),
            "found": found,
            "row": row,
            "kind_name": KINDS.get(row.kind, row.kind),
            "area_name": areas.local_path(row.area),
            "held": now,
            "papers": papers_of(now) if now else [],
            "shown": shown,
            "tried": tried,
            "problems": error.problems if error else [],
        }
    )
    status = 200 if error is None else 422 if isinstance(error, Invalid) else error.status
    return render(request, "codes/subject.html", context, status=status)


def _form(actor: Actor, district: str, given: dict[str, str]) -> dict[str, Any]:
    return {
        "given": given,
        "kinds": KINDS.items(),
        "areas": selectors.areas_of(actor, district),
        "duties": [(one.code, one.name) for one in duties.kinds(district)],
    }


def _given(request: HttpRequest) -> dict[str, str]:
    return {key: request.POST.get(key, "").replace("\0", "")[:255] for key in HEADINGS}


def _asked(request: HttpRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    return {
        "state": state if state in selectors.STATES else "",
        "area": request.GET.get("area", "")[:24],
        "sort": request.GET.get("sort", "")[:32],
        "words": request.GET.get("q", "")[:64],
    }
