"""What cases give out about a person, take out at erasure, and forget in time."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from youlin.apps.cases import personal_data
from youlin.apps.cases.models import Case, CaseReporter
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import dispatched, reported
from youlin.kernel import clock, privacy
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_person_gets_all_they_reported(people: Cast) -> None:
    receipt = reported(actor=people.li.actor, text="垃圾没人收", contact="13800138001")
    found = personal_data.export(people.li.id)
    assert found["reports"][0]["number"] == receipt.number
    assert found["reports"][0]["contact"] == "13800138001"
    assert personal_data.export(people.qian.id) == {}
    assert personal_data.export(people.wang.id) == {}


def test_who_handled_is_told_which(people: Cast) -> None:
    case = dispatched()
    assert personal_data.export(people.wang.id) == {"handled": [case.number]}


def test_erasure_cuts_the_person_from_the_report_and_keeps_the_matter(people: Cast) -> None:
    case = dispatched(actor=people.li.actor, text="请打 13800138001", contact="13800138001")
    privacy.erase_person(person_id=people.li.id, actor=SYSTEM, reason="本人要求删除")
    row = CaseReporter.objects.get(case=case)
    assert (row.person_id, row.contact, row.note) == (None, "", "")
    fresh = Case.objects.get(id=case.id)
    assert "13800138001" not in fresh.description and fresh.anonymous
    assert fresh.state == "dispatched" and personal_data.export(people.li.id) == {}


def test_erasing_a_worker_takes_their_name_out_of_the_reasons(people: Cast) -> None:
    case = dispatched()
    assert "王网格" in str(case.routing_reason)
    personal_data.erase(people.wang.id, SYSTEM)
    personal_data.erase(people.wang.id, SYSTEM)
    fresh = Case.objects.get(id=case.id)
    assert "王网格" not in str(fresh.routing_reason) and fresh.routing_reason["duty"] == "grid_worker"


def test_contacts_are_forgotten_some_time_after_closing(people: Cast) -> None:
    case = factories.closed(people.wang.actor, people.zhao.actor, contact="13800138001")
    still_open = reported(contact="13800138002").case
    assert personal_data.forget_before(clock.now() - timedelta(days=1)) == 0
    assert personal_data.forget_before(clock.now() + timedelta(days=1)) == 1
    contacts = dict(CaseReporter.objects.values_list("case_id", "contact"))
    assert contacts == {case.id: "", still_open.id: "13800138002"}


def test_cases_know_where_a_person_reported(people: Cast) -> None:
    case = reported(actor=people.li.actor).case
    assert personal_data.known_in(people.li.id) == {(case.district, case.area_now)}
