"""What every answer says of itself, and what requests cannot bring about by asking oddly."""

import json
import re

import pytest
from django.test import Client

from tests.access.outcomes import OK
from tests.access.world import make_world
from tests.cast import PASSWORD
from tests.security.asking import path_of, query_of, rows, undone, who_gets_in
from youlin.apps.cases.models import Case
from youlin.apps.parties.models import Account
from youlin.doors.open.tests.api import a_report, post

pytestmark = pytest.mark.django_db

PERSONAL = (
    "/desk/",
    "/field/",
    "/my/",
    "/inbox/",
    "/cockpit/",
    "/exchange/",
    "/subjects/",
    "/accounts/2fa/",
    "/api/v1/inbox",
)
KEPT_ON_PURPOSE = (
    "/sw.js", "/manifest.webmanifest", "/ui/words/", "/photo/", "geojson", "/open311/", "/places/embed/",
    "/places/district.json", "/ogc/", "/tiles/", "/.well-known/jwks.json", "/passes/revoked/", "/open/indicators",
)  # fmt: skip
"""The interface's own files; photos and outlines for the reader's own browser; public data."""
FRAMED = "places/embed/"
"""The one page that other sites may show in theirs."""
OPEN = (
    ".well-known/jwks.json", "passes/revoked/<str:district>.jwt", "open/indicators.json",
    "open/indicators/<str:district>/<slug:code>.<str:form>",
)  # fmt: skip
"""What any site may read: the public keys of codes, the signed list of revoked ones, and public figures."""
SCANS = (
    "check/",
    "respond/shifts/<str:number>/scan/",
    "desk/responders/shifts/<str:number>/scan/",
    "field/rewards/<uuid:shop_id>/",
    "field/offers/<str:number>/meal/<uuid:given>/",
)
"""The one page that runs WebAssembly: it reads codes with the camera."""
TEXTS = ("text/", "application/json", "application/geo+json", "application/manifest+json", "image/svg+xml")


@pytest.mark.slow
def test_every_answer_says_what_it_is():
    """Kind and characters, no guessing, a strict content policy, no foreign frame, no referrer to elsewhere."""
    world = make_world()
    policies = set()
    for row in rows("GET"):
        answer = undone(
            world.clients[who_gets_in(row)], "get", path_of(row, world), query_params=query_of(row, world)
        )
        kind, told = answer.headers.get("Content-Type", ""), answer.headers
        assert kind or answer.status_code in (204, 302, 303, 304), row.name
        if kind.startswith("text/"):
            assert "charset=utf-8" in kind.casefold(), (row.name, kind)
        assert kind.split(";")[0].startswith((*TEXTS, "image/webp", "audio/", "")), row.name
        assert told["X-Content-Type-Options"] == "nosniff", row.name
        assert told["Referrer-Policy"] == "same-origin", row.name
        assert told["Cross-Origin-Opener-Policy"] == "same-origin", row.name
        shared = answer.status_code == 200 and row.pattern in OPEN
        assert "Permissions-Policy" in told, row.name
        assert told.get("Access-Control-Allow-Origin", "") == ("*" if shared else ""), row.name
        framed = answer.status_code == 200 and row.pattern == FRAMED
        assert told.get("X-Frame-Options", "") == ("" if framed else "DENY"), row.name
        foreign = "cross-origin" if framed or shared else "same-origin"
        assert told["Cross-Origin-Resource-Policy"] == foreign, row.name
        policy = told["Content-Security-Policy"]
        assert ("frame-ancestors" in policy and "frame-ancestors 'none'" not in policy) is framed, row.name
        scans = answer.status_code == 200 and row.pattern in SCANS
        assert ("'wasm-unsafe-eval'" in policy) is scans, row.name
        policies.add(policy.replace(" 'wasm-unsafe-eval'", ""))
    for policy in policies:
        assert "default-src 'none'" in policy and "unsafe" not in policy
    assert len(policies) == 3, "the one of the house, the bare one of photos, and the map for other sites"


@pytest.mark.slow
def test_nothing_of_a_signed_in_person_is_kept_by_a_browser():
    world = make_world()
    looked = 0
    for row in (row for row in rows("GET") if row.expected["sun"] == OK):
        path = path_of(row, world)
        answer = undone(world.clients["sun"], "get", path, query_params=query_of(row, world))
        kept = answer.headers.get("Cache-Control", "")
        if path.startswith(PERSONAL):
            assert "no-store" in kept or "geojson" in path, (path, kept)
            assert "public" not in kept, (path, kept)
            looked += 1
        elif not any(part in path for part in KEPT_ON_PURPOSE):
            assert "no-store" in kept, (path, kept)
    assert looked >= 25
    anonymous = Client().get("/")
    assert "no-store" not in anonymous.headers.get("Cache-Control", ""), "what is public may be kept"


def test_cookies_are_for_the_server_alone(cast):
    client = Client()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "zhao", "password": PASSWORD})
    session, device = client.cookies["sessionid"], client.cookies["youlin_device"]
    for cookie in (session, device):
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
        assert not cookie["domain"]
    assert len(session.value) >= 32 and "zhao" not in device.value
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


SOURCES = (
    ".env", ".git/config", "pyproject.toml", "uv.lock", "manage.py", "static/", "static/ui/", "media/",
    "static/..%2f..%2fsettings.py", "static/../../config/settings.py", "var/keys/signing.key", "robots.txt.bak",
    "admin.php", "wp-login.php", "server-status", ".well-known/", "youlin.sqlite3", "static/ui/../../../conftest.py",
)  # fmt: skip


@pytest.mark.parametrize("path", SOURCES)
def test_no_folder_is_listed_and_no_file_of_the_project_is_served(client, path):
    assert client.get(f"/{path}").status_code in (301, 404)


def test_fields_that_no_form_has_change_nothing(cast):
    """State, holder, district and rights travel with every form that is sent, and are never looked at."""
    world = make_world_of(cast)
    number = world.subjects["event"]["number"]
    before = Case.objects.filter(number=number).values(
        "state", "holder_id", "district", "public", "confidential"
    )
    was, accounts = before[0], list(Account.objects.order_by("id").values_list("is_staff", "is_superuser"))
    forced = {
        "state": "closed", "holder": str(cast.li.id), "holder_id": str(cast.li.id), "district": "110101", "public": "",
        "confidential": "1", "is_staff": "1", "is_superuser": "1", "actor": "system", "person_id": str(cast.sun.id),
        "verbs": "case.read", "reported_by": str(cast.sun.id), "closed_at": "2020-01-01",
    }  # fmt: skip
    for path, name in (
        (f"/track/{number}/reopen/", "li"),
        (f"/desk/case/{number}/here/", "zhao"),
        (f"/desk/case/{number}/print/", "zhao"),
        ("/my/push/", "li"),
        ("/accounts/password/change/", "zhao"),
        ("/ui/theme", "zhao"),
    ):
        world.clients[name].post(path, {**forced, "idempotency_key": f"forced-{path[-9:]}"})
    assert before.all()[0] == was
    assert list(Account.objects.order_by("id").values_list("is_staff", "is_superuser")) == accounts


def make_world_of(cast):
    """The world of the access table where the cast stands already."""
    from tests.access import world

    made = world.World()
    from youlin.apps.cases.tests import factories
    from youlin.apps.parties.sign_in import BACKEND

    factories.make_tables()
    for name in ("li", "zhao", "sun"):
        made.clients[name] = Client()
        made.clients[name].force_login(getattr(cast, name).account, backend=BACKEND)
    case = factories.dispatched(actor=cast.li.actor)
    made.subjects["event"] = {"number": case.number}
    return made


def test_a_name_sent_twice_is_one_value_for_the_check_and_the_act(cast):
    """The page that checks and the service that acts both take the last: nobody gets one past the other."""
    world = make_world_of(cast)
    secret = "/accounts/login/"
    for twice in (
        f"?next=/desk/&next=//evil.example{secret}",
        f"?next=//evil.example&next=//evil.example{secret}",
    ):
        answer = Client().post(secret + twice, {"login": "zhao", "password": PASSWORD})
        assert not answer.headers.get("Location", "").startswith(("//", "http"))
    one, two = (f"/desk/?district=110102&district={code}" for code in ("110102", "110101"))
    for path in (one, two):
        assert world.clients["zhao"].get(path).status_code < 500


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example",
        "\t//evil.example",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_host(cast, target):
    client = Client()
    answers = [
        client.post("/ui/theme", {"theme": "dark", "next": target}),
        client.post("/ui/language", {"language": "en", "next": target}),
        client.post("/accounts/login/", {"login": "zhao", "password": PASSWORD, "next": target}),
        client.get("/accounts/login/", {"next": target}),
        client.post("/sign-out/", {"next": target}),
    ]
    for answer in answers:
        place = answer.headers.get("Location", "/")
        assert re.match(r"/(?![/\\\s])", place) or place == "/", place


def test_downloads_have_names_of_ours(cast):
    world = make_world_of(cast)
    answer = world.clients["li"].get("/my/data/export.json;/setup.bat")
    assert answer.status_code == 404
    answer = world.clients["li"].get("/my/data/export.json", {"filename": "setup.bat"})
    assert answer["Content-Disposition"] == 'attachment; filename="youlin-my-data.json"'
    for path in ("/api/v1/cases;a.bat", "/open311/v2/requests.bat", "/open311/v2/services.json/a.bat"):
        assert world.clients["li"].get(path, {"jurisdiction_id": "110102"}).status_code == 404


def test_errors_and_headers_tell_no_version(cast, settings):
    assert settings.DEBUG is False
    client = Client(raise_request_exception=False)
    for path in (
        "/",
        "/nowhere/",
        "/api/v1/nowhere",
        "/open311/v2/requests/x.xml",
        "/accounts/login/",
        "/healthz",
    ):
        answer = client.get(path)
        words = answer.content.decode("utf-8", "replace")
        for header, value in answer.headers.items():
            assert not re.search(r"(?i)django|python|granian|ninja", f"{header} {value}"), (path, header)
        assert "Traceback" not in words and "Django" not in words and "site-packages" not in words, path


@pytest.mark.slow
def test_methods_that_nobody_uses_are_refused():
    """Pages of allauth take a PUT as a POST, token and all; ours take what their row in the access table says."""
    world = make_world()
    for row in (row for row in rows("GET") if not row.pattern.startswith("accounts/")):
        client, path = world.clients[who_gets_in(row)], path_of(row, world)
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            answer = undone(client, "generic", method, path)
            assert answer.status_code in (302, 303, 400, 401, 403, 404, 405), (
                method,
                path,
                answer.status_code,
            )


def test_origin_and_host_decide_nothing(cast):
    client = Client(raise_request_exception=False)
    evil = {"Origin": "https://evil.example"}
    for path in (
        "/api/v1/cases?district=110102",
        "/open311/v2/services.json?jurisdiction_id=110102",
        "/",
        "/points.geojson",
    ):
        answer = client.get(path, headers=evil)
        assert not [name for name in answer.headers if name.casefold().startswith("access-control")], path
        assert "evil.example" not in answer.content.decode("utf-8", "replace")
    assert client.options("/api/v1/cases", headers=evil).headers.get("Access-Control-Allow-Origin") is None
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    told = client.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Original-URL": "/desk/"})
    assert told.status_code == 200 and "evil.example" not in told.content.decode()
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(cast.zhao.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert staff.post("/ui/theme", {"theme": "dark"}, headers=evil).status_code == 403


def test_the_api_takes_json_for_json_alone(cast):
    from youlin.apps.parties import clients
    from youlin.kernel.actors import SYSTEM

    make_world_of(cast)
    _client, key = clients.issue_key(actor=SYSTEM, district="110102", name="小程序")
    body = json.dumps(a_report())
    count = Case.objects.count()
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "text/html", ""):
        answer = Client().generic(
            "POST",
            "/api/v1/cases",
            body,
            content_type=kind,
            headers={"X-API-Key": key, "Idempotency-Key": "k" + kind},
        )
        assert answer.status_code in (400, 415, 422), (kind, answer.status_code)
    assert Case.objects.count() == count
    assert post(Client(), "cases", body, X_API_Key=key).status_code == 201
