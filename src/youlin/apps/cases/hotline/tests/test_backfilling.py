"""Phones of reporters from before calls were taken are found again."""

import pytest

from tests.cast import Cast
from youlin.apps.cases.contacts import NO_PHONE, blind_of
from youlin.apps.cases.hotline import backfilling, selectors
from youlin.apps.cases.models import CaseReporter
from youlin.apps.cases.tests.conftest import _seeded, people
from youlin.apps.cases.tests.factories import reported
from youlin.kernel import jobs

__all__ = ["_seeded", "people"]

pytestmark = pytest.mark.django_db
PHONE = "138 0013 8010"


def old(*contacts: str) -> list[CaseReporter]:
    """Reporters as an older version wrote them: the contact alone."""
    cases = [reported(contact=contact).case for contact in contacts]
    CaseReporter.objects.update(contact_blind="")
    return [case.reporters.get() for case in cases]


def blinds() -> list[str]:
    return list(CaseReporter.objects.order_by("created_at", "id").values_list("contact_blind", flat=True))


def test_a_caller_s_earlier_cases_are_found(people: Cast) -> None:
    [row] = old(PHONE)
    assert selectors.earlier(people.zhao.actor, PHONE) == ()
    assert backfilling.begin() is True
    jobs.run_pending()
    [found] = selectors.earlier(people.zhao.actor, "+86 13800138010")
    assert found.id == row.case_id
    assert backfilling.begin() is False


def test_mail_addresses_are_looked_at_once(people: Cast) -> None:
    old("li@example.cn", PHONE, "")
    assert backfilling.blind_some() == 2 and backfilling.blind_some() == 0
    assert blinds() == [NO_PHONE, blind_of(PHONE), ""]
    assert selectors.earlier(people.zhao.actor, NO_PHONE) == ()


def test_it_goes_on_where_it_was_killed(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    old(*(f"1380013{n:04d}" for n in range(7)))
    monkeypatch.setattr(backfilling, "PART", 2)
    monkeypatch.setattr(backfilling, "PARTS_AT_ONCE", 2)
    assert backfilling.blind_some() == 2
    assert blinds().count("") == 5
    backfilling.begin()
    jobs.run_pending()
    assert blinds().count("") == 0


def test_who_was_erased_meanwhile_gets_no_index(people: Cast) -> None:
    [row] = old(PHONE)
    CaseReporter.objects.filter(id=row.id).update(contact="")
    assert backfilling.blind_some() == 0 and blinds() == [""]
