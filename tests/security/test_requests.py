"""What requests may carry: no write without its token, no markup, no session from before signing in, no flood."""

from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import models
from django.test import Client, RequestFactory

from tests.access.outcomes import METHOD, MISSING, OK
from tests.access.table import TABLE
from tests.access.test_access import _PART, _filled, _value
from tests.access.world import make_world
from tests.cast import PASSWORD
from youlin.config.body_limit import BodyLimit
from youlin.kernel.db import CityModel, DistrictModel

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MACHINES = ("open311/", "api/v1/photos", "api/v1/cases/")
"""Addresses that know no session: a key or the receipt's token comes with each request."""
PLANTED = '"\'><xss-planted onmouseover="alert(1)"></xss-planted>{{7*7}}<!--'
WORDS = {
    "title", "description", "address", "name", "name_en", "note", "body", "text", "comment", "words", "reason", "contact",
    "short_name", "label", "routing_reason", "last_error", "needs", "wording",
}  # fmt: skip
"""Columns of words that people fill in, in any table."""


class Planted(HTMLParser):
    """Finds the planted element, or any inline handler, in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "xss-planted" or any(name.startswith("on") for name, _value in attrs):
            self.found.append(f"{tag} {attrs}")


def plant() -> int:
    """Put markup into every column of words that has room for it; how many columns took it."""
    planted = 0
    for model in apps.get_models():
        if not issubclass(model, CityModel | DistrictModel):
            continue
        every = models.QuerySet(model)  # also of rows that their own manager lets nobody change
        unique = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
        for field in model._meta.local_fields:
            wordy = field.name in WORDS - unique and isinstance(field, models.CharField | models.TextField)
            if wordy and not field.choices and (field.max_length or 999) >= len(PLANTED):
                planted += bool(every.update(**{field.name: PLANTED}))
    return planted


def path_of(row, world) -> str:
    """The address of a row with its gaps filled."""
    return "/" + _PART.sub(lambda part: _value(part[1], row, world), row.pattern)


def test_markup_in_any_text_stays_text_on_every_page_and_in_every_feed():
    world = make_world()
    assert plant() >= 12
    seen = 0
    for row in (row for row in TABLE if row.method == "GET"):
        for name in [name for name in ("sun", "confidant", "li", "nobody") if row.expected[name] == OK][:1]:
            answer = world.clients[name].get(path_of(row, world), query_params=_filled(row.query, row, world))
            body = b"".join(answer) if answer.streaming else answer.content
            kind = answer.headers.get("Content-Type", "")
            if "html" not in kind:
                assert answer.headers.get("X-Content-Type-Options") == "nosniff", row.name
                continue
            page = Planted()
            page.feed(body.decode())
            assert not page.found, f"{row.name} as {name}"
            seen += PLANTED[:6].encode() in body or b"xss-planted" in body
    assert seen >= 20, "the planted words have to be on many pages, else this proves nothing"


def test_every_write_of_a_browser_needs_the_token_of_the_form():
    world = make_world()
    asked = 0
    for row in TABLE:
        if (
            row.method != "POST"
            or row.pattern.startswith(MACHINES)
            or set(row.expected.values()) <= {METHOD, MISSING}
        ):
            continue
        client = Client(enforce_csrf_checks=True)
        client.cookies = world.clients["sun"].cookies
        answer = client.post(path_of(row, world), _filled(row.data, row, world))
        assert answer.status_code in (401, 403), f"{row.name}: {answer.status_code}"
        asked += 1
    assert asked >= 25


def test_signing_in_begins_a_new_session(cast):
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post("/accounts/login/", {"login": "zhao", "password": PASSWORD})
    after = client.cookies["sessionid"].value
    assert "_auth_user_id" in client.session and after != before
    stranger = Client()
    stranger.cookies["sessionid"] = before
    assert "_auth_user_id" not in stranger.session


class Endless:
    """A body that must not be read."""

    def read(self, *size):
        raise AssertionError("the body was read")

    readline = read


def test_500_megabytes_are_refused_before_a_byte_is_read(settings):
    request = RequestFactory().generic("POST", "/report/", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(500 * 2**20)
    request.environ["wsgi.input"] = Endless()
    request._stream = Endless()
    answer = BodyLimit(lambda request: pytest.fail("it went on"))(request)
    assert answer.status_code == 413 and "文件太大" in answer.content.decode()
    for length in ("", "abc", "-5", "1000"):
        request.META["CONTENT_LENGTH"] = length
        assert BodyLimit(lambda request: "on")(request) == "on"
