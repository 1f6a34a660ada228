"""The configuration admin in the house's colours: paper, ink and the one accent (jade), our name and icon."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

_STEPS = {
    50: (0.977, 0.012),
    100: (0.946, 0.028),
    200: (0.9, 0.05),
    300: (0.82, 0.08),
    400: (0.72, 0.1),
    500: (0.6, 0.1),
    600: (0.49, 0.088),
    700: (0.43, 0.076),
    800: (0.37, 0.063),
    900: (0.31, 0.05),
    950: (0.23, 0.035),
}
"""Lightness and chroma (OKLCH); step 600 is the token `--jade`."""
_HUE = 175
_PAPER_TO_INK = {
    50: "#f6f4ee",
    100: "#efece4",
    200: "#e4e0d6",
    300: "#cfc8b6",
    400: "#a5b2ac",
    500: "#6f7a74",
    600: "#55615c",
    700: "#2d3834",
    800: "#1b2320",
    900: "#131917",
    950: "#0f1412",
}
"""From the tokens of both sets: paper and lines of the light one, cards and paper of the dark one."""


def icon(request: HttpRequest) -> str:
    """The address of the platform's icon."""
    return static("ui/icons/icon.svg")


def feedback(request: HttpRequest) -> str:
    """Where a word about the platform is left, from here as from every door."""
    return f"{reverse('portal:feedback')}?{urlencode({'from': request.path})}"


def password(request: HttpRequest) -> str:
    """The page on which everybody changes their password."""
    return reverse("account_change_password")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("友邻 配置后台"),
    "SITE_HEADER": _("友邻 配置后台"),
    "SITE_ICON": icon,
    "ACCOUNT": {
        "navigation": [
            {"title": _("修改密码"), "link": password},
            {"title": _("对平台的意见"), "link": feedback},
        ]
    },
    "COLORS": {
        "base": {str(step): colour for step, colour in _PAPER_TO_INK.items()},
        "primary": {
            str(step): f"oklch({light:.1%} {chroma} {_HUE})" for step, (light, chroma) in _STEPS.items()
        },
    },
}
