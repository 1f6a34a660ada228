"""What a measurement of reading does inside the platform: ask pages as the cast would."""

import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import reading
from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import staff
from youlin.apps.cases.words import SEARCH_KIND
from youlin.apps.parties.models import Account
from youlin.kernel.search.models import SearchDocument
from youlin.programmes.demo.loading import DISTRICT


def works(times: int) -> dict[str, dict[str, float]]:
    """Every reading work at the present size."""
    street, whole = _signed_in(reading.STREET), _signed_in(reading.WHOLE)
    boxes = _boxes()
    return {
        "list of 20": reading.timed(lambda n: _get(street, reading.LISTS[20]), times),
        "list of 100": reading.timed(lambda n: _get(street, reading.LISTS[100]), times),
        **{
            name: reading.timed(lambda n, to=path: _get(street, to), times)
            for name, path in reading.PAGES.items()
        },
        "search": reading.timed(lambda n: _get(whole, _search(n)), times * 2),
        "first map": reading.timed(lambda n: _anew(whole, reading.POINTS), max(3, times // 3)),
        "map kept": reading.timed(lambda n: _get(whole, reading.POINTS), max(3, times // 3)),
        "part of the map": reading.timed(
            lambda n: _get(whole, f"{reading.POINTS}?bbox={boxes[n % len(boxes)]}"), times
        ),
    }


def words() -> str:
    """CPU-ms of each word, over open cases and over all."""
    whole = _signed_in(reading.WHOLE)

    def cost(status: str, word: str) -> float:
        path = reading.SEARCH.format(status, word)
        return reading.timed(lambda n: _get(whole, path), 3)["cpu"]

    return ", ".join(
        f"{name} {cost('open', word):.0f} and {cost('all', word):.0f}" for name, word in reading.WORDS.items()
    )


def cases() -> int:
    """How many cases there are."""
    return Case.objects.filter(district=DISTRICT).count()


def queries(username: str, path: str) -> int:
    """What one answer costs in queries, once everything is warm."""
    client = _signed_in(username)
    _get(client, path)
    with CaptureQueriesContext(connection) as caught:
        _get(client, path)
    return len(caught)


def scan() -> float:
    """Milliseconds of a plain scan for two characters over all texts in scope."""
    times = []
    for number in range(3):
        rows = SearchDocument.objects.filter(
            district=DISTRICT, kind=SEARCH_KIND, text__contains=_word(number)
        )
        start = time.perf_counter()
        rows.count()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[1]


def open_cases() -> int:
    """How many cases are open."""
    return Case.objects.filter(district=DISTRICT, is_open=True).count()


def cookie(username: str) -> str:
    """A session for clients outside."""
    morsel = _signed_in(username).cookies[settings.SESSION_COOKIE_NAME]
    return f"{settings.SESSION_COOKIE_NAME}={morsel.value}"


def _signed_in(username: str) -> Client:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(
        Account.objects.get(username=username), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def _get(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def _anew(client: Client, path: str) -> Any:
    """A map that nobody has looked at lately."""
    staff._clusters.clear()
    return _get(client, path)


def _word(number: int) -> str:
    return tuple(reading.WORDS.values())[number % len(reading.WORDS)]


def _search(number: int) -> str:
    """Each word, over open cases and over all in turn."""
    status = ("open", "all")[number // len(reading.WORDS) % 2]
    return reading.SEARCH.format(status, _word(number))


def _boxes() -> list[str]:
    """The part of the map that shows a street, for each street."""
    found = []
    for street in areas.subtree(DISTRICT, level="street"):
        outline = areas.boundary(street.code)
        if outline is not None:
            box = (outline.min_lon, outline.min_lat, outline.max_lon, outline.max_lat)
            found.append(",".join(f"{degrees:.6f}" for degrees in box))
    return found
