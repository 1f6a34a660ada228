"""Asking the Open311 door in both formats, and reading what it answers into one form."""

import json
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse
from django.test import Client

from tests.cast import DISTRICT, GRID, point_in
from youlin.apps.cases.tests.factories import GARBAGE
from youlin.doors.open.open311.formats import ITEMS

FORMS = ("json", "xml")
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


def ask(client: Client, path: str, form: str = "json", **arguments: str) -> HttpResponse:
    """GET a resource of the district."""
    query = {"jurisdiction_id": DISTRICT, **arguments}
    return client.get(f"/open311/v2/{path}.{form}", {k: v for k, v in query.items() if v is not None})


def send(
    client: Client, key: str | None, form: str = "json", headers: Any = None, **fields: Any
) -> HttpResponse:
    """POST a request about rubbish in wang's grid, changed by `fields`; None leaves a field out."""
    lon, lat = point_in(GRID)
    given = {
        "jurisdiction_id": DISTRICT,
        "api_key": key,
        "service_code": GARBAGE,
        "lat": str(lat),
        "long": str(lon),
        "description": "楼下垃圾满溢",
        **fields,
    }
    sent = {name: value for name, value in given.items() if value is not None}
    return client.post(f"/open311/v2/requests.{form}", sent, headers=headers)


def content(response: HttpResponse) -> Any:
    """The answer as lists, objects and texts, the same for either format."""
    if response["Content-Type"] == TYPES["json"]:
        return _said(json.loads(response.content))
    assert response["Content-Type"] == TYPES["xml"]
    assert response.content.lower().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return _of(ElementTree.fromstring(response.content))


def errors(response: HttpResponse) -> list[str]:
    """The descriptions of an error list, each of whose codes is the answer's status."""
    rows = content(response)
    assert rows and all(row["code"] == str(response.status_code) for row in rows)
    return [row["description"] for row in rows]


def numbers(response: HttpResponse) -> list[str]:
    """The numbers of the requests in an answer."""
    assert response.status_code == 200, response.content.decode()
    return [row["service_request_id"] for row in content(response)]


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_said(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None else str(value)


def _of(element: ElementTree.Element) -> Any:
    if element.tag in ITEMS:
        assert {child.tag for child in element} <= {ITEMS[element.tag]}
        return [_of(child) for child in element]
    return {child.tag: _of(child) for child in element} if len(element) else element.text
