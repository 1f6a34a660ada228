"""A street's papers, kept for a minute: hundreds of sheets are not made anew for each visitor who looks."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from youlin.apps.places import carrying
from youlin.kernel import clock
from youlin.kernel.kept import Kept

Context = dict[str, Any]

_kept: Kept[Context] = Kept(seconds=60, most=32)


def kept(request: HttpRequest, kind: str, area: str, district: str, make: Callable[[], Context]) -> Context:
    """What stands on a public paper of a street: what was made a moment ago of the same places, else made now."""
    site = request.build_absolute_uri("/")
    key = (kind, area, get_language(), site, carrying.state(district), clock.today())
    found = _kept.get(key)
    if found is None:
        found = make()
        _kept.put(key, found)
    return found


def forget() -> None:
    """Make the next papers anew."""
    _kept.clear()
