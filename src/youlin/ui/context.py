"""What every page knows: the platform's name, demonstration mode, language, theme, navigation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy

from youlin.ui import navigation

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor; everything lives under the one name `youlin`."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "youlin": {
            "name": gettext_lazy("友邻"),
            "demo": settings.DEMO,
            "language": get_language() or settings.LANGUAGE_CODE,
            "languages": settings.LANGUAGES,
            "theme": theme if theme in THEMES else "auto",
            "nav": SimpleLazyObject(lambda: navigation.shown(request)),
        }
    }
