"""The database is away: every door says so in words, to people and to machines, and does it all once it is back."""

import json
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, OperationalError, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from tests.cast import DISTRICT, GRID, make_cast, make_district, point_in
from tests.faults.load import photo
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories as cases
from youlin.apps.parties.sign_in import BACKEND
from youlin.kernel import away as kernel_away

pytestmark = pytest.mark.django_db

PAGES = ("/", "/report/", "/desk/", "/field/", "/cockpit/", "/admin/operations/")
MACHINES = ("/api/v1/cases", "/open311/v2/requests.json", "/open311/v2/requests.xml", "/points.geojson")


@contextmanager
def away():
    """No query is answered, as when nothing listens at the database's address."""
    gone = OperationalError("connection refused")
    with mock.patch.object(BaseDatabaseWrapper, "_cursor", side_effect=gone):
        yield


@pytest.fixture
def sun(settings):
    """The district's dispatcher, signed in, where reports can be made."""
    settings.DEMO = True
    make_district()
    cast = make_cast()
    cases.make_tables()
    client = Client(raise_request_exception=False)
    client.force_login(cast.sun.account, backend=BACKEND)
    return client


def told(answer) -> str:
    """What an answer says, once it is a 503 that names a time to come again."""
    assert answer.status_code == 503, (answer.request["PATH_INFO"], answer.status_code)
    assert answer.headers["Retry-After"] == str(kernel_away.RETRY_AFTER)
    if answer.headers["Content-Type"].startswith("application/json"):
        return json.dumps(answer.json(), ensure_ascii=False)
    return answer.content.decode()


def test_pages_and_lists_say_in_words_that_they_will_be_back(sun):
    with away():
        for address in PAGES:
            words = told(sun.get(address, headers={"accept": "text/html"}))
            assert "数据库暂时连不上" in words and "请稍后再试" in words, address
            assert "<main" in words, "a whole page, not a naked line"
        for address in MACHINES:
            assert "请稍后再试" in told(sun.get(address, headers={"accept": "*/*"})), address
        english = told(sun.get("/report/", headers={"accept": "text/html", "accept-language": "en"}))
        assert "The database" in english and "数据库" not in english
    for address in (*PAGES, *MACHINES):
        assert sun.get(address, headers={"accept": "*/*"}).status_code < 500, address


def said() -> dict[str, object]:
    """A report."""
    lon, lat = point_in(GRID)
    return {
        "category": cases.GARBAGE,
        "text": "楼下有一堆暴露垃圾",
        "lon": lon,
        "lat": lat,
        "anonymous": True,
    }


def form() -> dict[str, object]:
    """It as a form, with a photo, which is sent again with it."""
    picture = SimpleUploadedFile("a.jpg", photo(7), "image/jpeg")
    return {**said(), "anonymous": "on", "idempotency_key": "once", "photos": picture}


def by_form(client: Client):
    """As a browser without scripts sends it."""
    return client.post("/report/", form(), headers={"accept": "text/html"})


def by_outbox(client: Client):
    """As the outbox of a phone sends it."""
    return client.post("/report/", form(), headers={"accept": "application/json", "x-outbox": "1"})


def by_api(client: Client):
    """As a machine sends it."""
    headers = {"x-api-key": "demo", "idempotency-key": "once"}
    return client.post("/api/v1/cases", said(), content_type="application/json", headers=headers)


def by_open311(client: Client):
    """As another city's system sends it."""
    body = said()
    given = {
        "jurisdiction_id": DISTRICT,
        "service_code": body["category"],
        "description": body["text"],
        "lat": body["lat"],
        "long": body["lon"],
        "api_key": "demo",
    }
    return client.post("/open311/v2/requests.json", given, headers={"idempotency-key": "once"})


@pytest.mark.parametrize("send", [by_form, by_outbox, by_api, by_open311])
def test_a_report_is_refused_in_words_and_taken_once_when_sent_again(sun, send):
    with away():
        for _twice in range(2):
            assert "请稍后再试" in told(send(sun))
    for _twice in range(2):
        assert send(sun).status_code in (200, 201, 302)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "state", "file", "goes_later"),
    [
        (ProgrammingError, "42501", "fd.c", True),
        (ProgrammingError, "42501", "md.c", True),
        (ProgrammingError, "42501", "aclchk.c", False),
        (InternalError, "XX000", "md.c", True),
        (InternalError, "XX000", "buffile.c", True),
        (InternalError, "XX000", "nodeAgg.c", False),
    ],
)
def test_a_file_the_server_may_not_write_goes_later_a_missing_right_and_a_mistake_do_not(
    kind, state, file, goes_later
):
    error = kind("could not write a file")
    error.__cause__ = type(
        "Cause", (Exception,), {"sqlstate": state, "diag": SimpleNamespace(source_file=file)}
    )()
    assert (kernel_away.unavailable(error) is not None) == goes_later
