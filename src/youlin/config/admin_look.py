"""The configuration admin in the house's colours: the one accent (jade) in unfold's eleven steps, our name and icon."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
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


def icon(request: HttpRequest) -> str:
    """The address of the platform's icon."""
    return static("ui/icons/icon.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("友邻 配置后台"),
    "SITE_HEADER": _("友邻 配置后台"),
    "SITE_ICON": icon,
    "COLORS": {
        "primary": {
            str(step): f"oklch({light:.1%} {chroma} {_HUE})" for step, (light, chroma) in _STEPS.items()
        },
    },
}
