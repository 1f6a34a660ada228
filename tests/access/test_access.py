"""Access at every address: the table is complete, and everybody of the cast gets what it says."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.outcomes import CAST, METHOD, Expected, outcome
from tests.access.table import PREFIXES, TABLE, Row
from tests.access.world import World, make_world
from youlin.apps.offers.services import counting

SOME = ("nobody", "li", "zhao", "sun")
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every address pattern of the platform."""
    for found in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            yield whole
        else:
            yield from addresses(found, whole)


def is_ours(address: str) -> bool:
    """Whether the page is of this project; the operator's stands among the configuration's."""
    return address.startswith("admin/operations/") or not address.startswith(tuple(PREFIXES))


OURS = sorted({address for address in addresses() if is_ours(address)})
THEIRS = sorted({address for address in addresses() if not is_ours(address)})


def ask(world: World, name: str, method: str, path: str, row: Row | None = None) -> str:
    """One request by one of the cast, undone afterwards; what came of it."""
    client = world.clients[name]
    cookies = client.cookies.copy()
    given = {"query_params": _filled(row.query, row, world)} if row and row.query else {}
    if row and method == "POST":
        given["data"] = _filled(row.data, row, world)
        if row.json:
            given["content_type"] = "application/json"
    with transaction.atomic():
        response = getattr(client, method.lower())(path, **given)
        response.close()
        transaction.set_rollback(True)
    client.cookies = cookies
    return outcome(response)


@pytest.mark.parametrize("address", OURS)
def test_every_address_is_in_the_table_for_reading_and_writing(address):
    methods = {row.method for row in TABLE if row.pattern == address}
    assert methods == {"GET", "POST"}, "declare in tests/access/table.py who gets what here"


def test_the_table_names_no_address_that_is_not_there():
    assert {row.pattern for row in TABLE} <= set(OURS)


def test_every_row_speaks_of_the_whole_cast():
    for row in TABLE:
        assert set(row.expected) == set(CAST), row.name


@pytest.mark.slow
@pytest.mark.django_db
def test_everybody_gets_what_the_table_says(subtests, monkeypatch):
    monkeypatch.setattr(
        counting, "UNDO", timedelta(days=1)
    )  # the world is older than a minute when it is asked
    world = make_world()
    for row in TABLE:
        with subtests.test(row.name):
            path = "/" + _PART.sub(lambda part, row=row: _value(part[1], row, world), row.pattern)
            found = {name: ask(world, name, row.method, path, row) for name in asked_of(row)}
            assert not differences(found, row.expected)


@pytest.mark.slow
@pytest.mark.django_db
def test_third_party_addresses_let_nobody_of_the_cast_in(subtests):
    world = make_world()
    for address in THEIRS:
        expected = next(value for prefix, value in PREFIXES.items() if address.startswith(prefix))
        with subtests.test(address):
            found = {name: ask(world, name, "GET", _plain(address)) for name in SOME}
            assert not differences(found, expected)


def differences(found: Expected, expected: Expected) -> list[str]:
    """Who got something else than was declared."""
    return [f"{name}: {got}, not {expected[name]}" for name, got in found.items() if got != expected[name]]


def asked_of(row: Row) -> tuple[str, ...]:
    """The whole cast; some suffice where the address does not take the method at all."""
    return SOME if set(row.expected.values()) == {METHOD} else CAST


def _plain(address: str) -> str:
    """A third-party address with something in its gaps."""
    path = _PART.sub("x", re.sub(r"\(\?P<\w+>[^)]*\)", "x", address))
    return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


def _value(part: str, row: Row, world: World) -> str:
    return _filled({part: row.values.get(part, f"{{{part}}}")}, row, world)[part]


def _filled(values: dict[str, str], row: Row, world: World) -> dict[str, str]:
    return {name: value.format(**world.subjects[row.on]) for name, value in values.items()}
