"""What stands around every page of offers at the desk: the district, and what else there is."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.kernel.errors import Problem


def district_of(request: HttpRequest, every: Sequence[str]) -> str:
    """The district that is worked on, of those one may work on."""
    asked = request.GET.get("district") or request.POST.get("district", "")
    return asked if asked in every else every[0]


def frame(district: str, every: Sequence[str], current: str) -> dict[str, Any]:
    """The heading, the pages beside this one, and the switch of districts."""
    pages = (
        ("offers", _("供给")),
        ("seasons", _("活动季")),
        ("entitlements", _("资格")),
        ("offer-counts", _("人次")),
    )
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "districts": [(code, areas.short_name(code)) for code in every],
        "pages": [(reverse(f"desk:{name}"), label, name == current) for name, label in pages],
        "problems": list[Problem](),
    }


def page_number(request: HttpRequest) -> int:
    """The page that is asked for."""
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
