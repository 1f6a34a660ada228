"""A full or read-only database: writing is refused in words, reading goes on, the same request works later."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from tests.cast import make_cast, make_district, point_in
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories as cases
from youlin.kernel import journal

pytestmark = pytest.mark.django_db(transaction=True)

GRID = "110102001001001"


def run(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() if cursor.description else None


@contextmanager
def read_only():
    """The database refuses to write, as a standby or a disk mounted read-only makes it."""
    on, off = (
        ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
        if connection.vendor == "postgresql"
        else ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
    )
    run(on)
    try:
        yield
    finally:
        run(off)


@contextmanager
def full():
    """No page more: SQLite's own limit. PostgreSQL has none for a test; it refuses to write, in the same words."""
    if connection.vendor == "postgresql":
        with read_only():
            yield
        return
    run("VACUUM")
    pages = run("PRAGMA page_count")[0]
    run(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        run("PRAGMA max_page_count = 1073741823")


def report(number: int):
    lon, lat = point_in(GRID)
    body = {
        "category": cases.GARBAGE,
        "text": f"第{number}堆垃圾" * 40,
        "lon": lon,
        "lat": lat,
        "anonymous": True,
    }
    headers = {"X-API-Key": "demo", "Idempotency-Key": f"no-room-{number}", "Accept": "application/json"}
    client = Client(raise_request_exception=False)
    return client.post("/api/v1/cases", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("trouble", [read_only, full], ids=["read-only", "full"])
def test_writing_is_refused_in_words_and_the_same_request_works_later(trouble, settings):
    settings.DEMO = True
    make_district()
    make_cast()
    cases.make_tables()
    assert report(0).status_code == 201
    with trouble():
        answers = [report(number) for number in range(1, 16)]
        refused = [number for number, answer in enumerate(answers, 1) if answer.status_code == 503]
        assert refused, [answer.status_code for answer in answers]
        words = answers[refused[0] - 1]
        assert words.headers["Retry-After"] and "请稍后再试" in words.json()["problems"][0]["remedy"]
        assert Client().get("/").status_code == 200, "reading goes on"
        stored = sum(answer.status_code == 201 for answer in answers) + 1
        assert Case.objects.count() == stored, "nothing half-written"
    for number in refused:
        assert report(number).status_code == 201
    assert Case.objects.count() == 16
    assert journal.verify() == []
