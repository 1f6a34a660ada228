"""Presence, paper and archive."""

from datetime import timedelta

import pytest

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.lists import archive, selectors, services, sets
from youlin.apps.cases.models import ArchiveRun, Case, CasePresence
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.indicators.tests import fresh
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotAllowed, NotFound
from youlin.kernel.tests import exported


def here(member, case, **more):
    return services.be_present(actor=member.actor, case=case.number, **more)


def test_two_people_on_one_case_hear_of_each_other_while_it_lasts(people):
    case = factories.dispatched()
    assert here(people.zhao, case) == ()
    [zhao] = here(people.sun, case, writing=True)
    assert (zhao.label, zhao.writing) == ("赵街道", False)
    [sun] = here(people.zhao, case)
    assert (sun.label, sun.writing) == ("孙区长", True)
    services.leave(actor=people.sun.actor, case=case.number)
    assert here(people.zhao, case) == ()
    here(people.sun, case)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert here(people.zhao, case) == ()


def test_presence_is_forgotten_and_never_journalled(people):
    case = factories.dispatched()
    before = len(journal.entries_for(case))
    here(people.sun, case)
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        here(people.zhao, case)
    assert [row.person_id for row in CasePresence.objects.filter(case=case)] == [people.zhao.id]
    assert len(journal.entries_for(case)) == before


def test_presence_does_not_tell_that_a_case_exists(people):
    secret = factories.reported(category=factories.TIP_OFF).case
    with pytest.raises(NotFound):
        here(people.sun, secret)


def test_a_printed_case_says_who_printed_it_and_is_journalled(people):
    case = factories.dispatched()
    made = services.print_case(actor=people.zhao.actor, case=case.number)
    last = journal.entries_for(case)[-1]
    assert (last.act, last.actor_person) == ("cases.printed", people.zhao.id)
    sheet = selectors.sheet(people.zhao.actor, made.id)
    assert (sheet.by, sheet.case_number) == ("赵街道", case.number)
    with pytest.raises(NotFound):
        selectors.sheet(people.sun.actor, made.id)
    with clock.frozen(clock.now() + timedelta(hours=13)), pytest.raises(NotFound):
        selectors.sheet(people.zhao.actor, made.id)


def test_a_printed_list_has_what_the_list_has(people):
    case = factories.dispatched(text="路灯不亮")
    factories.dispatched(text="垃圾满溢")
    made = services.print_list(actor=people.zhao.actor, filters=CaseFilters(text="路灯"))
    assert [row.number for row in selectors.sheet(people.zhao.actor, made.id).rows] == [case.number]
    assert [entry.act for entry in journal.entries_for(made)] == ["cases.list_printed"]
    with pytest.raises(Invalid):
        services.print_list(actor=people.zhao.actor, filters=CaseFilters(text="没有这回事"))
    with pytest.raises(NotAllowed):
        services.print_list(actor=people.qian.actor, filters=CaseFilters())


def old_and_new() -> tuple[Case, Case]:
    """A case closed two years ago and one closed last week."""
    now = clock.now()
    closed = {"state": "closed", "is_open": False, "solved": True}
    old, new = now - timedelta(days=730), now - timedelta(days=7)
    return (
        factories.many(1, closed_at=old, reported_at=old - timedelta(days=1), **closed)[0],
        factories.many(1, closed_at=new, reported_at=new, **closed)[0],
    )


def listed(member, **filters) -> set[str]:
    return {row.number for row in cases.inbox(member.actor, filters=CaseFilters(**filters)).rows}


def test_old_closed_cases_leave_the_working_list_and_nothing_else(people):
    old, new = old_and_new()
    assert archive.archive_nightly() == 1
    assert archive.archive_nightly() == 0
    assert listed(people.zhao, open=False) == listed(people.zhao, open=None) == {new.number}
    assert listed(people.zhao, open=False, archived=True) == {old.number, new.number}
    assert listed(people.zhao, open=None, text=old.number) == {old.number}
    day = clock.today() - timedelta(days=740)
    assert old.number in listed(people.zhao, open=None, reported_from=day)
    assert cases.case_page(people.zhao.actor, old.number).row.number == old.number
    assert set(sets.numbers(people.zhao.actor, CaseFilters(open=None, archived=True), most=9)) == {
        old.number,
        new.number,
    }


def test_the_archive_is_journalled_by_the_batch_and_changes_no_case_otherwise(people):
    old, _new = old_and_new()
    before = Case.objects.get(id=old.id)
    archive.archive_nightly()
    after = Case.objects.get(id=old.id)
    assert (after.version, after.updated_at, after.closed_at) == (
        before.version,
        before.updated_at,
        before.closed_at,
    )
    [run] = ArchiveRun.objects.all()
    [entry] = journal.entries_for(run)
    assert (entry.act, entry.after["count"]) == ("cases.archived", 1)


def test_rates_count_archived_cases_as_before(people):
    old_and_new()
    period = (clock.today() - timedelta(days=800), clock.today())
    with exported.own_folder():
        before = fresh.figures(period=period)
        archive.archive_nightly()
        after = fresh.figures(period=period)
    assert after == before and any(below for _above, below in after.values())


def test_who_reopens_a_case_takes_it_out_of_the_archive(people):
    case = factories.closed(people.wang.actor, people.zhao.actor)
    assert archive.archive_closed(actor=SYSTEM, before=clock.now() + timedelta(seconds=1)) == 1
    assert Case.objects.get(id=case.id).archived
    factories.do(case.id, "reopen")
    assert not Case.objects.get(id=case.id).archived


def test_a_district_that_never_archives_keeps_its_lists(people, settings):
    settings.ARCHIVE_DAYS = 0
    old_and_new()
    assert archive.archive_nightly() == 0
