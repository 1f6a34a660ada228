"""What every page knows: the platform's name, demonstration mode, language, theme, navigation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy

from youlin.ui import navigation

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
DISTRICT_KEY = "district"
"""Under which a session keeps the district that is looked at."""


def person(request: HttpRequest) -> str:
    """Who is signed in, as scripts know them: drafts and the outbox belong to one person. "" for nobody."""
    user = getattr(request, "user", None)
    return str(user.pk) if user is not None and user.is_authenticated else ""


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor; everything lives under the one name `youlin`."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "youlin": {
            "name": gettext_lazy("友邻"),
            "demo": settings.DEMO,
            "language": get_language() or settings.LANGUAGE_CODE,
            "languages": settings.LANGUAGES,
            "person": person(request),
            "login_url": settings.LOGIN_URL,
            "districts": getattr(request, "districts", None),
            "theme": theme if theme in THEMES else "auto",
            "foot": SimpleLazyObject(navigation.foot),
            "nav": SimpleLazyObject(lambda: navigation.shown(request)),
        }
    }
