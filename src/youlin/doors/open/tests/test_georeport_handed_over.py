"""A request that was handed over to another district: whoever polls its old number is led on to the new one."""

import pytest
from django.test import Client

from tests.cast import OTHER_DISTRICT, Cast
from youlin.apps.cases import services
from youlin.apps.cases.crossing import answering, delivering
from youlin.apps.cases.models import Arrival, Case
from youlin.apps.cases.tests.factories import key
from youlin.doors.open.tests.georeport import FORMS, ask, content, send

pytestmark = pytest.mark.django_db


def handed_over(number: str, people: Cast, *, accepted: bool = True) -> Case:
    """The case over there, of the request with this number."""
    case = Case.objects.get(number=number)
    services.hand_over(
        actor=people.sun.actor,
        case_id=case.id,
        to_district=OTHER_DISTRICT,
        reason="位置在东城区一侧",
        idempotency_key=key(),
    )
    delivering.deliver_due()
    there = Arrival.objects.get(district=OTHER_DISTRICT).case
    if accepted:
        services.accept_arrival(actor=people.other.actor, case_id=there.id, idempotency_key=key())
        answering.answer_due()
    return there


@pytest.mark.parametrize("form", FORMS)
def test_the_old_number_leads_on_to_the_new_one(
    client: Client, people: Cast, api_key: str, form: str
) -> None:
    number = content(send(client, api_key))[0]["service_request_id"]
    there = handed_over(number, people)
    row = content(ask(client, f"requests/{number}", form, api_key=api_key, extensions="true"))[0]
    assert (row["service_request_id"], row["status"]) == (number, "closed")
    assert there.number in row["service_notice"]
    assert row["extended_attributes"]["moved_to"] == there.number
    polled = content(ask(client, "requests", form, api_key=api_key, service_request_id=number))
    assert there.number in polled[0]["service_notice"]
    token = content(ask(client, f"tokens/{number}", form, api_key=api_key))[0]
    assert token == {"service_request_id": there.number, "token": number}


def test_until_it_is_accepted_the_old_number_is_the_only_one(
    client: Client, people: Cast, api_key: str
) -> None:
    number = content(send(client, api_key))[0]["service_request_id"]
    there = handed_over(number, people, accepted=False)
    row = content(ask(client, f"requests/{number}", api_key=api_key, extensions="true"))[0]
    assert row["status"] == "open"
    assert there.number not in str(row)
    assert content(ask(client, f"tokens/{number}", api_key=api_key))[0]["service_request_id"] == number


def test_a_confidential_case_over_there_is_not_named(client: Client, people: Cast, api_key: str) -> None:
    number = content(send(client, api_key))[0]["service_request_id"]
    there = handed_over(number, people)
    Case.objects.filter(district=there.district, id=there.id).update(confidential=True)
    row = content(ask(client, f"requests/{number}", api_key=api_key, extensions="true"))[0]
    assert there.number not in str(row)
    assert content(ask(client, f"tokens/{number}", api_key=api_key))[0]["service_request_id"] == number
