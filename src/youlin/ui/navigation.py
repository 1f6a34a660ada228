"""The doors a person may walk through, registered by the doors themselves when the program starts."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from youlin.kernel.errors import YoulinError


@dataclass(frozen=True)
class Entry:
    """One entry of the main navigation. `label` is lazy text; `visible` decides per request."""

    url_name: str
    label: object
    order: int
    visible: Callable[[HttpRequest], bool]


@dataclass(frozen=True)
class Shown:
    """An entry as a page shows it."""

    url: str
    label: object
    current: bool


_entries: dict[str, Entry] = {}


def _always(request: HttpRequest) -> bool:
    return True


def register(
    url_name: str, label: object, *, order: int = 50, visible: Callable[[HttpRequest], bool] = _always
) -> None:
    """Add an entry to the main navigation; registering a name again replaces it."""
    _entries[url_name] = Entry(url_name, label, order, visible)


_foot: dict[str, object] = {}


def register_foot(url_name: str, label: object) -> None:
    """Add an address to the foot of every page; it is told which page that was (`?from=`)."""
    _foot[url_name] = label


def foot() -> list[tuple[str, object]]:
    """Address and label of what stands at every page's foot. A door without an address is left out."""
    result = []
    for url_name, label in _foot.items():
        with contextlib.suppress(NoReverseMatch):
            result.append((reverse(url_name), label))
    return result


def shown(request: HttpRequest) -> list[Shown]:
    """The entries this request may see, in order. A door without an address is left out.

    A request that failed before it was known whose it is (no `user` yet) sees none.
    """
    if not hasattr(request, "user"):
        return []
    result: list[tuple[str, object]] = []
    for entry in sorted(_entries.values(), key=lambda e: (e.order, e.url_name)):
        try:
            if not entry.visible(request):
                continue
            url = reverse(entry.url_name)
        except (NoReverseMatch, YoulinError):
            continue
        result.append((url, entry.label))
    here = max((url for url, _label in result if _holds(url, request.path)), key=len, default="")
    return [Shown(url, label, url == here) for url, label in result]


def _holds(url: str, path: str) -> bool:
    """Whether the page lies at or below the address; all lies below the first page."""
    return path == url or (url != "/" and path.startswith(url))
