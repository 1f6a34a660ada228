"""Asking the JSON API, and the one shape of its refusals."""

import io
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from tests.cast import GRID, Member, point_in
from youlin.apps.cases.tests.factories import GARBAGE, key
from youlin.apps.parties.sign_in import BACKEND


def signed_in(member: Member, **more: Any) -> Client:
    """A browser in which one of the cast is signed in."""
    client = Client(**more)
    client.force_login(member.account, backend=BACKEND)
    return client


def post(client: Client, path: str, body: Any, *, once: str | None = "", **headers: str) -> HttpResponse:
    """POST JSON. `once` is the idempotency key: a fresh one, or none at all when None."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if once is not None:
        given["Idempotency-Key"] = once or key()
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(f"/api/v1/{path}", data, content_type="application/json", headers=given)


def a_report(**fields: Any) -> dict[str, Any]:
    """A report about rubbish in wang's grid."""
    lon, lat = point_in(GRID)
    return {"category": GARBAGE, "text": "楼下垃圾满溢", "lon": lon, "lat": lat, **fields}


def a_photo(name: str = "a.jpg") -> SimpleUploadedFile:
    """A small photo."""
    image = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(image, "JPEG")
    return SimpleUploadedFile(name, image.getvalue(), content_type="image/jpeg")


def refusal(response: HttpResponse, status: int) -> list[str | None]:
    """The fields that a refusal names. Every refusal has the one shape, and says something."""
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"].startswith("application/json")
    told = json.loads(response.content)
    assert set(told) == {"status", "title", "problems"} and told["status"] == status
    assert told["title"] and told["problems"]
    for problem in told["problems"]:
        assert set(problem) == {"field", "message", "remedy"} and problem["message"]
    return [problem["field"] for problem in told["problems"]]
