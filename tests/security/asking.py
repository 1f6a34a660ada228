"""How the tests of this folder ask: rows of the access table as requests, one after another, each undone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponseBase
from django.test import Client

from tests.access.outcomes import ASKED, METHOD, OK, REFUSED
from tests.access.table import TABLE, Row
from tests.access.test_access import _PART, _filled, _value
from tests.access.world import World

SOURCE = Path(__file__).resolve().parents[2] / "src" / "youlin"
_NAMED = re.compile(r"""\.(?:GET|POST|FILES|data)(?:\.get|\.getlist|\.pop)?[\[(]["']([a-z_]+)["']""")
ORDER = ("sun", "zhao", "confidant", "wang", "li", "nobody")
"""Who is asked first when a test wants somebody who gets in."""


def path_of(row: Row, world: World, **parts: str) -> str:
    """The address of a row with its gaps filled; `parts` replaces what stands in some."""
    return "/" + _PART.sub(lambda part: parts.get(part[1]) or _value(part[1], row, world), row.pattern)


def who_gets_in(row: Row) -> str:
    """One of the cast who comes furthest at this address."""
    for outcome in (OK, ASKED, REFUSED):
        for name in ORDER:
            if row.expected[name] == outcome:
                return name
    return "sun"


def query_of(row: Row, world: World) -> dict[str, str]:
    """What the row asks with."""
    return _filled(row.query, row, world)


def data_of(row: Row, world: World) -> dict[str, str]:
    """What the row sends."""
    return _filled(row.data, row, world)


def rows(method: str) -> list[Row]:
    """The rows of a method that the address takes, one an address."""
    found: dict[str, Row] = {}
    for row in TABLE:
        if row.method == method and set(row.expected.values()) != {METHOD}:
            better = who_gets_in(row) != "nobody" or row.pattern not in found
            if better and row.on != "secret":
                found[row.pattern] = row
            else:
                found.setdefault(row.pattern, row)
    return list(found.values())


def undone(client: Client, method: str, *args: Any, **given: Any) -> HttpResponseBase:
    """One request whose writes are taken back, with the browser as it was."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = getattr(client, method)(*args, **given)
        if response.streaming:
            b"".join(response.streaming_content)
        response.close()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def names_in_doors() -> list[str]:
    """Every name that a door reads from a form or a query: out of its code and its forms."""
    found = {name for row in TABLE for name in (*row.data, *row.query)}
    for file in (SOURCE / "doors").rglob("*.py"):
        found |= set(_NAMED.findall(file.read_text()))
    for form in _forms():
        found |= set(getattr(form, "base_fields", {}))
    return sorted(found)


def _forms(kind: type = BaseForm) -> Iterator[type]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("youlin."):
            yield below
        yield from _forms(below)
