"""The doors' pages: a guard, an office, a rider with a moving code and a card, each with a browser."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.cast import DISTRICT, STREET, give_duty, make_district, make_member, make_resident
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.models import Pass
from youlin.apps.passes.tests import factories
from youlin.apps.places.tests import factories as places


@dataclass
class Gate:
    """Who is there and what they hold."""

    guard: Client
    office: Client
    rider: Client
    stranger: Client
    visit: Pass
    card: Pass
    place: Pass
    phone: factories.Phone


def browser(member: Any) -> Client:
    """Signed in as this one."""
    client = Client()
    client.force_login(member.account, backend=BACKEND)
    return client


@pytest.fixture
def gate(db: None) -> Gate:
    """Everybody at the gate."""
    make_district()
    factories.declare_kinds()
    factories.duty_kinds()
    places.declare_words()
    guard, office = make_member("menwei", "门卫"), make_member("mazheng", "码政")
    give_duty(guard, "gate_guard", STREET)
    give_duty(office, "pass_office", DISTRICT)
    rider, stranger = make_resident("李小哥", "13800138001"), make_resident("钱路人", "13800138005")
    visit = factories.issue(holder=rider.person)
    return Gate(
        guard=browser(guard),
        office=browser(office),
        rider=browser(rider),
        stranger=browser(stranger),
        visit=visit,
        card=factories.issue("card", rider.person),
        place=factories.issue("place", places.make_place(name="牛街驿站"), label="南门"),
        phone=factories.Phone(visit).bind(),
    )
