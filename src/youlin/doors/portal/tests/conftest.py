"""Fixtures of the portal's tests: the cast in a district that has categories, and what a visitor sends."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.cast import GRID, Member, point_in
from youlin.apps.cases.tests.conftest import _seeded, people
from youlin.apps.cases.tests.factories import GARBAGE, key
from youlin.apps.parties.sign_in import BACKEND

__all__ = ["_seeded", "people"]


@pytest.fixture
def signed_in(client: Client) -> Callable[[Member], Client]:
    """`signed_in(people.li)` → the browser of that one."""

    def sign_in(member: Member) -> Client:
        client.force_login(member.account, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def photo() -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(file, "JPEG")
    return SimpleUploadedFile("a.jpg", file.getvalue(), "image/jpeg")


@pytest.fixture
def filled() -> Callable[..., dict[str, Any]]:
    """The report form about rubbish in wang's grid, changed by keywords; None leaves a field out."""

    def fill(**changes: Any) -> dict[str, Any]:
        lon, lat = point_in(GRID)
        fields = {
            "text": "楼下垃圾满溢",
            "category": GARBAGE,
            "lon": f"{lon:.6f}",
            "lat": f"{lat:.6f}",
            "idempotency_key": key(),
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    return fill
