"""Planted values over the whole journey, at the most talkative level: no log line holds one of them."""

import io
import json
import logging

import pytest
from django.test import Client

from tests.cast import DISTRICT, PASSWORD, make_cast, make_district, point_in
from youlin.apps.cases.tests import factories as cases
from youlin.apps.notices.adapters import fake
from youlin.apps.parties import clients
from youlin.kernel import jobs, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.observing import logs, requests

pytestmark = pytest.mark.django_db

NAME, PHONE, TEXT = "令狐丁香", "13911112222", "三单元五零二室漏水，我叫令狐丁香"
ADDRESS, WRONG = "丁香胡同七号院三单元", "wrong-password-猜的"


@pytest.fixture(params=["plain", "json"])
def lines(request):
    """Everything that anybody logs, at DEBUG, as our formatters write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Json() if request.param == "json" else logs.Plain())
    root = logging.getLogger()
    level, root.level = root.level, logging.DEBUG
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def journey(settings) -> set[str]:
    """Report, track, sign in by code and password, machine key, search, work of the worker; all secrets on the way."""
    settings.SMS_ADAPTER = "youlin.apps.notices.adapters.fake.send_sms"
    settings.LOG_REQUESTS = True
    make_district()
    cast = make_cast()
    cases.make_tables()
    _client, key = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="市政小程序")
    lon, lat = point_in("110102001001001")
    browser = Client(raise_request_exception=False)
    report = {
        "category": cases.GARBAGE, "text": TEXT, "lon": lon, "lat": lat, "address": ADDRESS, "contact": PHONE,
        "idempotency_key": "canary",
    }  # fmt: skip
    browser.post("/report/", report)
    answer = browser.post(
        "/api/v1/cases",
        {name: value for name, value in report.items() if name != "idempotency_key"},
        content_type="application/json",
        headers={"X-API-Key": key, "Idempotency-Key": "canary-1"},
    )
    receipt = answer.json()
    browser.get(f"/track/{receipt['number']}/?t={receipt.get('token', 'x')}")
    browser.get(f"/track/{receipt['number']}/?t=planted-wrong-token-123")
    browser.post(
        "/open311/v2/requests.json", {"api_key": key, "service_code": "nothing", "description": TEXT}
    )
    browser.post("/sign-in/", {"phone": PHONE})
    code = fake.outbox[-1].text if fake.outbox else ""
    browser.post("/sign-in/code/", {"phone": PHONE, "code": "987654"})
    browser.post("/accounts/login/", {"login": "zhao", "password": WRONG})
    staff = Client(raise_request_exception=False)
    staff.post("/accounts/login/", {"login": "zhao", "password": PASSWORD})
    staff.get(f"/desk/?q={PHONE}")
    staff.get(f"/desk/case/{receipt['number']}/")
    reactions.drain_all()
    jobs.run_pending(raise_errors=False)
    secrets = {NAME, PHONE, TEXT, ADDRESS, WRONG, PASSWORD, key, "987654", "planted-wrong-token-123"}
    secrets |= {staff.cookies["sessionid"].value, receipt.get("token") or TEXT}
    secrets |= {digits for digits in code.split() if digits.isdigit()}
    return secrets | {cast.zhao.account.password}


def test_no_log_line_holds_a_secret_or_a_personal_datum(lines, settings):
    secrets = journey(settings)
    try:
        raise ValueError(f"password={WRONG} phone {PHONE}\nDETAIL: Key (contact)=({PHONE}) already exists.")
    except ValueError:
        logging.getLogger("tests").exception("token=%s", "planted-wrong-token-123")
    text = lines.getvalue()
    assert len(text.splitlines()) >= 10, "a journey that logs nothing proves nothing"
    assert not [secret for secret in secrets if secret and secret in text]


def test_a_line_is_one_object_with_the_request_s_id():
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "answered", None, None)
    record.figures = {"status": 200, "route": "/"}
    with requests.begun("proxy-12345678") as id:
        line = json.loads(logs.Json().format(record))
        plain = logs.Plain().format(record)
    assert (line["request"], line["status"], line["message"], line["level"]) == (id, 200, "answered", "INFO")
    assert "[proxy-12345678]" in plain and "status=200" in plain
    assert "request" not in json.loads(logs.Json().format(record))


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def.ghi", "X-API-Key=abc.def.ghi", "{'password': 'abc.def.ghi'}",
        "GET /track/?t=abc.def.ghi",
        "cookie: sessionid=abc.def.ghi; theme=dark", "DETAIL:  Key (name)=(abc.def.ghi) already exists.",
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden(text):
    assert "abc.def.ghi" not in logs.scrubbed(text)


FORGED = "\r\n2026-11-22T08:00:00.000+00:00 INFO youlin.requests answered status=200\x1b[2J\u2028{}"


@pytest.mark.parametrize("formatter", [logs.Plain(), logs.Json()], ids=["plain", "json"])
def test_nobody_writes_a_line_of_their_own(formatter):
    """Line breaks and a terminal's commands in what somebody sent stay inside the line they are told in."""
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "Not Found: %s", (FORGED,), None)
    record.figures = {"route": f"/{FORGED}"}
    line = formatter.format(record)
    assert len(line.splitlines()) == 1 and "\x1b" not in line
    assert "status=200" in line, "told, as what it is"


def test_a_refusal_leaves_a_line(lines, cast, settings):
    """Who was told no, where and in which request can be looked up: route and id, without person or number."""
    settings.LOG_REQUESTS = True
    browser = Client()
    browser.force_login(cast.wang.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/cockpit/", headers={"X-Request-ID": "proxy-refused-1"}).status_code == 403
    told = [line for line in lines.getvalue().splitlines() if "proxy-refused-1" in line and "403" in line]
    assert told and "/cockpit/" in told[-1]
