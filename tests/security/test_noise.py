"""Noise at every address: bytes, encodings, names and depths that no browser sends. Everything is answered, no 5xx.

Open311 and the OpenAPI document have noise of their own beside them (`doors/open/tests`). Here each address of the
access table is asked by somebody who gets in, so that it is the page that has to bear it and not the lock before it.

Each address gets a third of the noise, the next address the next third. `make noise` gives all of it to each.
"""

import json
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.access.world import make_world
from tests.security.asking import names_in_doors, path_of, query_of, rows, undone, who_gets_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAMES = names_in_doors()
ODD = (
    "\0", "a\0b", "\ud800", "￾￿", "9" * 400, "-1", "nan", "1e999", "٣", "0000-00-00", "9999-12-31T99", "%00", "{{7*7}}",
    "'; DROP TABLE cases_case; --", "../../../../etc/passwd", "a" * 70_000, "[[[", "", " ", "\r\nSet-Cookie: a=b",
    "116.3,39.8,nan,inf", "01900000-0000-7000-8000-00000000000g", "￥", "\u202e逆", "1" * 5000,
)  # fmt: skip
PATHS = (
    "%00",
    "a%00b",
    "%ff%fe",
    "%ed%a0%80",
    "x" * 3000,
    "..%2f..%2f",
    "%0d%0aSet-Cookie:a=b",
    "-1",
    "{{7}}",
    "'",
)
WHOLE = os.environ.get("YOULIN_NOISE") == "whole"
FORM = "application/x-www-form-urlencoded"
BODIES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x01", FORM),
    (b"a=%ff%fe&\xff=\x00&%00=1", FORM),
    (b"text=%00&reason=%ed%a0%80", f"{FORM}; charset=utf-16"),
    (b"a=1", f"{FORM}; charset=no-such"),
    (b"&".join(b"f%d=1" % n for n in range(1500)), FORM),
    (b"text=" + b"x" * 3_000_000, FORM),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n", "multipart/form-data; boundary=x"),
    (b"", "multipart/form-data"),
    (b"x", "multipart/form-data; boundary=" + "x" * 300),
    (b"[" * 100_000, "application/json"),
    (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "application/json"),
    (b'{"number": NaN, "text": "\\ud800", "n": 1e999, "i": ' + b"9" * 5000 + b"}", "application/json"),
    (b"null", "application/json"),
    (b"\x80abc", "application/json"),
    (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "text/xml"),
)  # fmt: skip


def due(at: int, number: int) -> bool:
    """Whether the address at this place of the table gets this piece of noise."""
    return WHOLE or (at + number) % 3 == 0


@pytest.fixture
def world(settings):
    settings.PACE_VISITOR = settings.PACE_ADDRESS = ""
    made = make_world()
    for client in made.clients.values():
        client.raise_request_exception = False
    return made


@pytest.fixture
def fine():
    """Takes an answer and what was sent; at the end all 5xx are told. 503 is what `healthz` says without a worker."""
    wrong = []

    def note(response, path, *told) -> None:
        asleep = response.status_code == 503 and path.endswith("healthz")
        if response.status_code >= 500 and not asleep:
            wrong.append((path[:90], *told, repr(getattr(response, "exc_info", None))[:200]))

    yield note
    assert not wrong, "\n".join(map(str, wrong[:40]))


def test_the_names_that_doors_read_are_known_here():
    assert {"text", "phone", "lon", "q", "reason", "idempotency_key", "category", "t"} <= set(NAMES)
    assert len(NAMES) > 60


@pytest.mark.parametrize("part", range(4))
def test_odd_values_in_every_query(world, fine, part):
    """Each page gets each odd value once, spread over all names that any page reads."""
    for at, row in enumerate(rows("GET")[part::4]):
        client, path = world.clients[who_gets_in(row)], path_of(row, world)
        for shift in (shift for shift in range(0, len(ODD), 2) if due(at, shift // 2)):
            query = {
                name: ODD[(number + shift) % len(ODD)].encode("utf-8", "surrogatepass")[:3000]
                for number, name in enumerate(NAMES)
            }
            fine(undone(client, "get", path, query_params=query_of(row, world) | query), path, shift)
        fine(
            undone(client, "get", path + "?" + "&".join(f"{name}=1&{name}=2" for name in NAMES)),
            path,
            "twice",
        )
        fine(undone(client, "get", path + "?q=" + "x" * 60_000 + "&%ff=%00&=&&&[]=1"), path, "long")


def test_odd_parts_in_every_address(world, fine):
    for at, row in enumerate(row for row in (*rows("GET"), *rows("POST")) if "<" in row.pattern):
        gaps = [gap.split(":")[-1] for gap in row.pattern.replace(">", "<").split("<")[1::2]]
        client = world.clients[who_gets_in(row)]
        for gap in gaps:
            for value in (value for number, value in enumerate(PATHS) if due(at, number)):
                path = path_of(row, world, **{gap: value})
                fine(undone(client, row.method.lower(), path), path)


@pytest.mark.parametrize("part", range(4))
def test_odd_bodies_at_every_address_that_is_written_to(world, fine, part):
    for at, row in enumerate(rows("POST")[part::4]):
        client, path = world.clients[who_gets_in(row)], path_of(row, world)
        for body, kind in (one for number, one in enumerate(BODIES) if due(at, number)):
            fine(_sent(client, path, body, kind), path, body[:60], kind)


def _sent(client: Client, path: str, body: bytes, kind: str):
    """As bytes: the test client would encode by the named charset itself."""
    return undone(client, "generic", "POST", path, body, content_type=kind)


@pytest.mark.parametrize("part", range(4))
def test_odd_values_in_every_form(world, fine, part):
    """Every field that any form knows, each with every odd value in turn; then each named twice, then as files."""
    for at, row in enumerate(rows("POST")[part::4]):
        client, path = world.clients[who_gets_in(row)], path_of(row, world)
        for shift in (shift for shift in range(len(ODD)) if due(at, shift)):
            fields = {name: ODD[(number + shift) % len(ODD)] for number, name in enumerate(NAMES)}
            body = "&".join(
                f"{name}={_quoted(value[:9000])}"
                for name, value in (fields | _true(row, world, shift)).items()
            )
            fine(_sent(client, path, body.encode(), FORM), path, shift)
            if row.json or path.startswith("/api/"):
                fine(_sent(client, path, json.dumps(fields).encode(), "application/json"), path, shift)
        files = {name: SimpleUploadedFile("x.jpg", b"GIF89a\0") for name in NAMES[::2]}
        fine(undone(client, "post", path, files), path, "files")


def _true(row, world, shift: int) -> dict[str, str]:
    """A third of the time what the row itself sends, so that the noise gets past the first check."""
    from tests.security.asking import data_of

    return data_of(row, world) if shift % 9 < 3 else {}


def _quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value.encode("utf-8", "surrogatepass"), safe="")
