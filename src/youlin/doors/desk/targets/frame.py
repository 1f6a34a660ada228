"""What stands around the pages of targets, appraisals and appeals at the desk."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.kernel.errors import Conflict, Invalid, Problem


def frame(district: str, every: Sequence[str], current: str) -> dict[str, Any]:
    """The heading, the pages beside this one, and the switch of districts."""
    pages = (("targets", _("目标")), ("appraisals", _("考评")))
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "districts": [(code, areas.short_name(code)) for code in every],
        "pages": [(reverse(f"desk:{name}"), label, name == current) for name, label in pages],
        "problems": list[Problem](),
    }


def district_of(request: HttpRequest, every: Sequence[str]) -> str:
    """The district that is looked at, of those one sees."""
    asked = request.GET.get("district") or request.POST.get("district", "")
    return asked if asked in every else every[0]


def text(request: HttpRequest, name: str, most: int) -> str:
    """What was typed into a field, without what no database takes."""
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def day(said: str) -> date | None:
    """A day of this century as an address or a form says it; None for what is none."""
    try:
        found = parse_date(said[:10])
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year < 2100 else None


def number(said: str) -> float | None:
    """A number as it is typed: 92.5, 92.5%, 1,200; None for what is none."""
    plain = said.replace(",", "").replace("，", "").replace("%", "").replace("％", "").strip()[:24]
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if abs(found) < 1e12 else None


def status_of(error: Invalid | Conflict | None) -> int:
    """The status of a page that shows a form again."""
    if error is None:
        return 200
    return 422 if isinstance(error, Invalid) else error.status
