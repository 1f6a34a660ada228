"""The JSON API keeps its own OpenAPI document: hundreds of made-up requests, all answers checked against it.

What fits the document is never refused as misshapen (422): 400 and 409 are for what the case or the place do not
allow. What does not fit is always refused. Nothing makes it stumble (5xx).
"""

import functools
import json
import re

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from ninja.responses import NinjaJSONEncoder
from schemathesis.config import SchemathesisConfig

from tests.cast import DISTRICT, GRID, Cast, point_in
from youlin.apps.cases.tests import factories
from youlin.doors.open.api import v1
from youlin.doors.open.tests.api import signed_in

pytestmark = pytest.mark.django_db

DOCUMENT = json.loads(json.dumps(v1.get_openapi_schema(path_prefix="/api/v1/"), cls=NinjaJSONEncoder))
CONFIG = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401", "403", "404", "409"]}},
    "generation": {
        "max-examples": 12,
        "deterministic": True,
        "database": "none",
        "with-security-parameters": False,
    },
}
CSRF = "a" * 32
_handler = functools.cache(get_wsgi_application)
true: dict[str, object] = {}


def application(environ, start_response):
    """The platform as a WSGI server calls it. The session "zhao" is that of the test at hand."""
    cookies = environ.get("HTTP_COOKIE", "")
    environ["HTTP_COOKIE"] = cookies.replace("sessionid=zhao", f"sessionid={true['session']}")
    return _handler()(environ, start_response)


schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(CONFIG))
schema.app = application


@schema.auth(refresh_interval=None)
class SignedIn:
    """Zhao's browser. Many requests are made up before there is a session."""

    def get(self, case, context):
        return {"csrftoken": CSRF, "sessionid": "zhao"}

    def set(self, case, data, context):
        case.cookies = {**(case.cookies or {}), **data}
        case.headers["X-CSRFToken"] = data["csrftoken"]


@pytest.fixture(autouse=True)
def world(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A district with an open case and a closed one, and zhao signed in, who writes faster than anybody."""
    monkeypatch.setattr(django_settings, "PACE_VISITOR", "")
    lon, lat = point_in(GRID)
    true.update(
        session=signed_in(people.zhao).cookies["sessionid"].value,
        number=factories.dispatched().number,
        act="void",
        code=GRID,
        district=DISTRICT,
        category=factories.GARBAGE,
        lon=lon,
        lat=lat,
    )


@pytest.mark.slow
@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_every_call_keeps_the_document(case) -> None:
    case.call_and_validate()


@pytest.mark.slow
@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_every_call_keeps_the_document_where_there_is_something(case) -> None:
    """The same with true numbers, codes and places among what is made up."""
    for values in (case.path_parameters, case.query, case.body):
        if isinstance(values, dict):
            values.update({name: true[name] for name in values if name in true})
    case.call_and_validate()


def test_the_document_names_every_call_and_every_refusal() -> None:
    calls = {
        f"{method} {path}": call
        for path, calls in DOCUMENT["paths"].items()
        for method, call in calls.items()
    }
    assert DOCUMENT["openapi"].startswith("3.1") and len(calls) == 17
    assert len({call["operationId"] for call in calls.values()}) == len(calls)
    for name, call in calls.items():
        assert re.search("[一-鿿]", call["summary"]), name
        assert ("401" in call["responses"]) == ("security" in call), name
        if name.startswith("post") and not name.endswith("photos"):
            headers = [one["name"] for one in call["parameters"] if one["in"] == "header"]
            assert headers == ["Idempotency-Key"], name
        for status, answer in call["responses"].items():
            if int(status) >= 400:
                shape = answer["content"]["application/json"]["schema"]["$ref"]
                assert shape == "#/components/schemas/ErrorShape", name
