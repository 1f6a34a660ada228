"""Taking in: place, words, personal data, receipt, idempotency, "me too"."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, GRID, STREET, Cast
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case, CaseClock, CaseMedia, CaseReporter
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, TIP_OFF, key, reported
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def test_a_report_is_placed_numbered_and_journalled(people: Cast) -> None:
    receipt = reported(actor=people.li.actor, text="楼下垃圾满溢。请尽快处理", address="琉璃厂东街 3 号")
    case = Case.objects.get(id=receipt.case.id)
    assert (case.district, case.area_at_event, case.area_now) == (DISTRICT, GRID, GRID)
    assert case.state == "reported" and case.is_open and case.public
    assert case.title == "楼下垃圾满溢"
    assert ids.check_number(receipt.number) and receipt.number.startswith("XC-")
    assert receipt.track_path == f"/track/{receipt.number}/?t={receipt.token}"
    [entry] = journal.entries_for(case)
    assert entry.act == "cases.reported" and entry.area == GRID
    assert entry.after["category"] == GARBAGE


def test_the_first_clock_starts_with_the_report(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = reported().case
    [running] = CaseClock.objects.filter(case=case)
    assert running.name == "file"
    assert running.due_at == factories.MONDAY + timedelta(hours=2)
    assert running.amber_at == factories.MONDAY + timedelta(minutes=90)
    assert (case.due_at, case.light_at) == (running.due_at, running.amber_at)


def test_a_point_outside_every_district_is_refused_in_words(people: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        services.report(
            actor=ANONYMOUS, category=GARBAGE, text="垃圾", lon=10.0, lat=50.0, idempotency_key=key()
        )
    assert refused.value.problems[0].field == "place" and refused.value.problems[0].remedy


def test_without_a_point_an_area_code_is_enough(people: Cast) -> None:
    receipt = services.report(
        actor=ANONYMOUS, category=GARBAGE, text="垃圾", area=STREET, address="东街", idempotency_key=key()
    )
    assert receipt.case.area_now == STREET and receipt.case.lon is None


def test_an_address_alone_asks_for_the_area(people: Cast) -> None:
    with pytest.raises(Invalid, match="地址"):
        services.report(
            actor=ANONYMOUS, category=GARBAGE, text="垃圾", address="东街 3 号", idempotency_key=key()
        )


def test_everything_that_is_wrong_with_the_words_is_told_at_once(people: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        reported(text=" ", contact="1" * 200, idempotency_key="")
    assert {problem.field for problem in refused.value.problems} == {"text", "contact", "idempotency_key"}


@pytest.mark.parametrize("category", ["no.such", "event.nothing"])
def test_an_unknown_category_is_refused(people: Cast, category: str) -> None:
    with pytest.raises(Invalid, match="没有类别"):
        reported(category=category)


def test_the_same_key_gives_the_same_receipt(people: Cast) -> None:
    first = reported(idempotency_key="k")
    again = reported(idempotency_key="k")
    assert (first.number, first.token) == (again.number, again.token)
    assert Case.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(people: Cast) -> None:
    reported(idempotency_key="k")
    with pytest.raises(Conflict):
        reported(idempotency_key="k", text="路灯坏了")


def test_the_token_is_kept_only_as_a_digest(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    row = CaseReporter.objects.get(case=receipt.case)
    assert receipt.token not in row.token_digest and len(row.token_digest) == 64


def test_an_anonymous_report_keeps_neither_person_nor_contact(people: Cast) -> None:
    receipt = reported(actor=people.li.actor, anonymous=True, contact="13800138001")
    row = CaseReporter.objects.get(case=receipt.case)
    assert row.person_id is None and row.contact == ""
    assert journal.entries_for(receipt.case)[0].actor_person is None


def test_a_protected_informant_is_not_named_in_the_journal(people: Cast) -> None:
    receipt = reported(actor=people.li.actor, category=TIP_OFF, protected=True)
    [entry] = journal.entries_for(receipt.case)
    assert entry.actor_person is None and not entry.sealed
    assert not receipt.case.public and receipt.case.confidential


def test_the_title_and_the_journal_hold_no_phone_number(people: Cast) -> None:
    receipt = reported(text="请打 13800138000 找我，垃圾没人收", contact="13800138000")
    assert "13800138000" not in receipt.case.title
    [entry] = journal.entries_for(receipt.case)
    assert "13800138000" not in str(entry.public)


def test_the_contact_is_encrypted_at_rest(people: Cast) -> None:
    from django.db import connection

    reported(contact="13800138000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM cases_casereporter")
        assert "13800138000" not in cursor.fetchone()[0]


def test_photos_come_with_the_report(people: Cast) -> None:
    files = [factories.photo(actor=people.li.actor) for _ in range(2)]
    case = reported(actor=people.li.actor, media_ids=files).case
    assert (
        list(CaseMedia.objects.filter(case=case).order_by("position").values_list("file_id", flat=True))
        == files
    )


def test_somebody_elses_photo_is_refused(people: Cast) -> None:
    file = factories.photo(actor=people.qian.actor)
    with pytest.raises(Invalid, match="照片"):
        reported(actor=people.li.actor, media_ids=[file])


def test_a_photo_belongs_to_one_case(people: Cast) -> None:
    file = factories.photo(actor=people.li.actor)
    reported(actor=people.li.actor, media_ids=[file])
    with pytest.raises(Invalid):
        reported(actor=people.li.actor, media_ids=[file])


def test_registering_for_a_caller_needs_a_duty_and_does_not_name_the_clerk_as_reporter(people: Cast) -> None:
    with pytest.raises(NotAllowed):
        reported(actor=people.li.actor, channel="hotline", contact="13800138009")
    case = reported(actor=people.zhao.actor, channel="hotline", contact="13800138009").case
    assert CaseReporter.objects.get(case=case).person_id is None


def test_a_report_from_the_future_is_refused_an_old_one_too(people: Cast) -> None:
    for at in (clock.now() + timedelta(hours=1), clock.now() - timedelta(days=40)):
        with pytest.raises(Invalid):
            reported(reported_at=at)
    assert reported(actor=SYSTEM, reported_at=clock.now() - timedelta(days=400)).case


def test_me_too_counts_and_gives_its_own_token(people: Cast) -> None:
    case = reported(actor=people.li.actor).case
    receipt = services.me_too(actor=people.qian.actor, case_number=case.number, idempotency_key=key())
    case.refresh_from_db()
    assert case.me_too_count == 1
    assert selectors.track(case.number, receipt.token).kind == "me_too"
    with pytest.raises(Conflict):
        services.me_too(actor=people.qian.actor, case_number=case.number, idempotency_key=key())


def test_nobody_joins_what_is_not_public(people: Cast) -> None:
    case = reported(category=TIP_OFF).case
    with pytest.raises(NotFound):
        services.me_too(actor=people.qian.actor, case_number=case.number, idempotency_key=key())


def test_a_report_takes_few_queries(people: Cast, django_assert_max_num_queries) -> None:
    files = [factories.photo(actor=people.li.actor)]
    lon, lat = factories.point_in(GRID)
    reported()  # areas are in memory from here on
    with django_assert_max_num_queries(16):
        services.report(
            actor=people.li.actor,
            category=GARBAGE,
            text="楼下垃圾满溢",
            lon=lon,
            lat=lat,
            media_ids=files,
            contact="13800138001",
            idempotency_key=key(),
        )
