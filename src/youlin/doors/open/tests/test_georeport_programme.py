"""GeoReport v2 over the categories that the city management programme declares."""

import pytest
from django.test import Client

from tests.cast import DISTRICT, make_areas
from youlin.apps.parties import clients
from youlin.doors.open.tests.georeport import FORMS, ask, content, send
from youlin.kernel.actors import SYSTEM
from youlin.programmes import loader, services

pytestmark = pytest.mark.django_db


def test_what_the_programme_declares_can_be_read_and_reported(client: Client) -> None:
    make_areas()
    services.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load("city_management"))
    _client, key = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="市政小程序")
    rows, as_xml = (content(ask(client, "services", form)) for form in FORMS)
    assert rows == as_xml and len(rows) > 50
    assert all(row["service_name"] and row["group"] for row in rows)
    for code in [row["service_code"] for row in rows][::10]:
        assert ask(client, f"services/{code}").status_code == 200
        answer = send(client, key, service_code=code)
        assert answer.status_code == 201, answer.content.decode()
