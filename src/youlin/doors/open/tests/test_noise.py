"""Noise at the open doors: random bytes, forms and headers. Everything is answered, nothing with a 5xx.

Answers of the Open311 door stay well-formed, and a refusal makes no case.
"""

import json
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.cast import DISTRICT, GRID, Cast, point_in
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests.factories import GARBAGE
from youlin.doors.open.tests.georeport import ask, content

pytestmark = pytest.mark.django_db

several = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
TYPES = st.sampled_from(
    [
        FORM,
        f"{FORM}; charset=utf-16",
        f"{FORM}; charset=gb18030",
        MULTIPART,
        f"{MULTIPART}; charset=latin-1",
        "multipart/form-data",
        "multipart/form-data; boundary=" + "x" * 300,
        "application/json",
        "text/plain; charset=no-such",
        "",
        ";",
    ]
)
anything = st.text(alphabet=st.characters(exclude_categories=[]), max_size=40)
numbers = st.one_of(
    st.floats(-91, 91).map(str), st.integers().map(str), st.sampled_from(["nan", "inf", "1e999", "9" * 5000])
)


def answered(response: Any, before: int) -> None:
    """Well-formed, no 5xx, and a case exactly when it says so."""
    assert response.status_code < 500
    if response["Content-Type"].startswith("text/xml"):
        ElementTree.fromstring(response.content)
    else:
        json.loads(response.content)
    assert Case.objects.count() - before in ((0, 1) if response.status_code == 201 else (0,))


def encoded(fields: dict[str, str]) -> bytes:
    """A form as a browser would send it, half characters and all."""
    pairs = [
        (name.encode("utf-8", "surrogatepass"), v.encode("utf-8", "surrogatepass"))
        for name, v in fields.items()
    ]
    return urlencode(pairs).encode()


@given(body=st.binary(max_size=300), kind=TYPES, form=st.sampled_from(["json", "xml"]))
@example(body=b"--x\r\n", kind=MULTIPART, form="xml")
@example(body=b"a=%ff%fe&b=\xff", kind=FORM, form="xml")
@example(body=b"&" * 2000, kind=FORM, form="json")
@example(body=b"a=" + b"x" * 3_000_000, kind=FORM, form="json")
@several
def test_random_bytes_are_refused_in_words(
    people: Cast, client: Client, body: bytes, kind: str, form: str
) -> None:
    before = Case.objects.count()
    response = client.generic("POST", f"/open311/v2/requests.{form}", body, content_type=kind)
    answered(response, before)
    assert response.status_code in (400, 403, 413)
    assert content(response)[0]["description"]


@given(data=st.data())
@several
def test_random_fields_are_taken_or_refused_in_words(
    people: Cast, client: Client, api_key: str, data: st.DataObject
) -> None:
    lon, lat = point_in(GRID)
    true = {"service_code": GARBAGE, "lat": str(lat), "long": str(lon), "description": "楼下垃圾"}
    made_up = {
        **dict.fromkeys(
            ("service_code", "address_id", "email", "phone", "media_url", "first_name"), anything
        ),
        **dict.fromkeys(("lat", "long"), st.one_of(anything, numbers)),
        **dict.fromkeys(("description", "address_string", "attribute[x]", "attribute[x][]"), anything),
    }
    changed = data.draw(st.fixed_dictionaries({}, optional=made_up))
    extra = data.draw(st.dictionaries(anything, anything, max_size=2))
    fields = {**extra, **true, **changed, "api_key": api_key, "jurisdiction_id": DISTRICT}
    before = Case.objects.count()
    form = data.draw(st.sampled_from(["json", "xml"]))
    response = client.post(f"/open311/v2/requests.{form}", encoded(fields), content_type=FORM)
    answered(response, before)
    for shape in ("json", "xml"):
        answered(ask(client, "requests", shape), Case.objects.count())


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@example(text="\x01\x0b\x1f\x7f\x85\ufffe\uffff\U0010ffff]]>&lt;<!--")
@several
def test_whatever_was_written_reads_alike_in_both_formats(
    people: Cast, client: Client, api_key: str, text: str
) -> None:
    Case.objects.all().update(public=False)
    lon, lat = point_in(GRID)
    fields = {
        "jurisdiction_id": DISTRICT,
        "api_key": api_key,
        "service_code": GARBAGE,
        "lat": lat,
        "long": lon,
    }
    sent = {**fields, "description": text, "address_string": text}
    response = client.post("/open311/v2/requests.json", sent)
    assert response.status_code == (400 if "\0" in text else 201), response.content.decode()
    assert content(ask(client, "requests", "json")) == content(ask(client, "requests", "xml"))


@given(
    name=st.sampled_from(["service_request_id", "status", "page", "start_date", "updated_after"]),
    value=anything,
)
@several
def test_random_queries_are_answered(people: Cast, client: Client, name: str, value: str) -> None:
    for form in ("json", "xml"):
        query = encoded({"jurisdiction_id": DISTRICT, name: value}).decode()
        answered(client.get(f"/open311/v2/requests.{form}?{query}"), Case.objects.count())


@given(value=anything.filter(lambda text: text not in ("", ".", "..")))
@example(value="a\0b")
@example(value="%00")
@several
def test_random_addresses_are_answered(people: Cast, client: Client, value: str) -> None:
    part = quote(value.encode("utf-8", "surrogatepass"), safe="")
    for path in ("requests", "tokens", "services"):
        response = client.get(f"/open311/v2/{path}/{part}.xml?jurisdiction_id={DISTRICT}")
        assert response.status_code == 404 or "\0" in value


@pytest.mark.parametrize("key", ["\x7f", "键".encode().decode("latin-1"), "k" * 100_000, "'; DROP TABLE"])
def test_odd_keys_are_refused(people: Cast, client: Client, key: str) -> None:
    for headers in ({"X-API-Key": key}, {"Idempotency-Key": key}):
        response = client.post("/api/v1/cases", "{}", content_type="application/json", headers=headers)
        assert response.status_code == 401
    response = client.post("/open311/v2/requests.json", {"jurisdiction_id": DISTRICT, "api_key": key})
    assert response.status_code == 403


@given(body=st.binary(max_size=200), kind=TYPES)
@several
def test_random_bytes_at_the_api_are_refused(
    people: Cast, client: Client, api_key: str, body: bytes, kind: str
) -> None:
    headers = {"X-API-Key": api_key, "Idempotency-Key": "k"}
    for path in ("cases", "photos", "cases/x/rating"):
        response = client.generic("POST", f"/api/v1/{path}", body, content_type=kind, headers=headers)
        assert response.status_code in (400, 404, 422)
        assert set(json.loads(response.content)) == {"status", "title", "problems"}


PARTS = ("discovery", "v2/services", "v2/requests", "v2/services/{}", "v2/requests/{}", "v2/tokens/{}")
ENDINGS = ("", ".json", ".xml", ".yaml", ".", ".json.xml")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NAMES = (
    "jurisdiction_id", "api_key", "service_request_id", "service_code", "status", "start_date", "end_date",
    "updated_after", "updated_before", "page", "page_size", "external_reference", "extensions", "lat", "long",
    "attribute[x]", "attribute[]", "attribute[x][]", "description",
)  # fmt: skip
ACCEPTS = ("", "*/*", "text/xml", "application/json;q=0", "text/csv", "a/b/c", ";q=x", "application/xml;q=2")


@given(data=st.data())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_anybody_sends_to_open311_is_our_own_fault(
    people: Cast, client: Client, api_key: str, data: st.DataObject
) -> None:
    """Every path, method, argument, header and body, all at random: an answer in words, never a 5xx."""
    part = quote(data.draw(anything.filter(bool)).encode("utf-8", "surrogatepass"), safe="")
    path = data.draw(st.sampled_from(PARTS)).format(part) + data.draw(st.sampled_from(ENDINGS))
    values = st.one_of(
        anything, numbers, st.sampled_from([DISTRICT, api_key, GARBAGE, "open,closed", "true"])
    )
    query = encoded(data.draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=4))).decode()
    fields = encoded(data.draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=6)))
    body = data.draw(st.one_of(st.just(fields), st.binary(max_size=80)))
    response = client.generic(
        data.draw(st.sampled_from(METHODS)),
        f"/open311/{path}?{query}",
        body,
        content_type=data.draw(TYPES),
        headers={"Accept": data.draw(st.sampled_from(ACCEPTS))},
    )
    assert response.status_code < 500, (path, query, body)
    response.close()
