"""A company's monthly roster ends the visit codes of those who left, and of nobody else; and is taken back whole."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, make_resident
from youlin.apps.gates import personal_data
from youlin.apps.gates.models import Roster, RosterRow
from youlin.apps.gates.rosters import services
from youlin.apps.linkage.tests.factories import company
from youlin.apps.parties import services as parties
from youlin.apps.passes import selectors as passes
from youlin.apps.passes import services as codes
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed


def rider(name: str, phone: str):
    person = parties.register_person(actor=SYSTEM, name=name, phone=phone, contacts_verified=True)
    codes.issue(actor=SYSTEM, district=DISTRICT, kind="visit", holder=person)
    return person


def has_code(person) -> bool:
    return bool(passes.passes_of(district=DISTRICT, person_id=person.id, kinds=["visit"]))


def bring(world, *lines: str, body: str = "p1", head: str = "姓名,手机号") -> services.Preview:
    return services.keep_file(
        actor=world.office.actor,
        district=DISTRICT,
        organisation=body,
        name="十一月.csv",
        content="\n".join((head, *lines)).encode(),
    )


def take(world, *lines: str, **more) -> Roster:
    found = bring(world, *lines, **more)
    return services.take_kept(actor=world.office.actor, district=DISTRICT, run_id=found.run)


@pytest.fixture
def riders(world):
    company()
    return [rider("张三", "13800138051"), rider("李四", "13800138052"), rider("王五", "13800138053")]


ALL = ("张三,13800138051", "李四,13800138052", "王五,13800138053")


def test_who_is_no_more_on_the_roster_loses_the_code_and_nobody_else(world, riders):
    assert take(world, *ALL).counts["listed"] == 3
    found = bring(world, *ALL[:2])
    assert found.counts["ended"] == 1 and found.ending == ["王*"]
    assert all(has_code(one) for one in riders)
    run = take(world, *ALL[:2])
    assert [has_code(one) for one in riders] == [True, True, False]
    assert has_code(world.rider.person)
    assert RosterRow.objects.get(run=run, district=DISTRICT, state="ended").person == riders[2]


def test_a_row_that_says_left_ends_the_code_at_once(world, riders):
    run = take(world, "张三,13800138051,在职", "李四,13800138052,离职", head="姓名,手机号,在职状态")
    assert run.counts["ended"] == 1
    assert [has_code(one) for one in riders] == [True, False, True]


def test_two_people_of_one_name_are_never_mixed_up(world, riders):
    twin = rider("张三", "13800138054")
    take(world, *ALL, "张三,13800138054")
    run = take(world, "张三,138****8051,离职", *ALL[1:], head="姓名,手机号,状态")
    assert run.counts["unclear"] == 2 and run.counts["ended"] == 0
    assert has_code(riders[0]) and has_code(twin)
    run = take(world, "张三,13800138051,离职", "张三,13800138054,在职", *ALL[1:], head="姓名,手机号,状态")
    assert not has_code(riders[0]) and has_code(twin)


def test_who_works_for_another_company_now_keeps_the_code(world, riders):
    company("p2", "乙平台（演示）")
    take(world, *ALL)
    take(world, ALL[2], body="p2")
    run = take(world, *ALL[:2])
    assert run.counts["elsewhere"] == 1 and has_code(riders[2])


def test_a_roster_is_undone_with_new_codes_of_the_old_end(world, riders):
    take(world, *ALL)
    [old] = passes.passes_of(district=DISTRICT, person_id=riders[2].id, kinds=["visit"])
    run = take(world, *ALL[:2])
    counts = services.undo(actor=world.office.actor, district=DISTRICT, run_id=run.id)
    assert counts == {"restored": 1, "kept": 0}
    [new] = passes.passes_of(district=DISTRICT, person_id=riders[2].id, kinds=["visit"])
    assert new.id != old.id and new.valid_to == old.valid_to
    with pytest.raises(Conflict):
        services.undo(actor=world.office.actor, district=DISTRICT, run_id=run.id)


def test_who_took_a_new_code_meanwhile_keeps_that_one(world, riders):
    take(world, *ALL)
    run = take(world, *ALL[:2])
    codes.issue(actor=SYSTEM, district=DISTRICT, kind="visit", holder=riders[2])
    counts = services.undo(actor=world.office.actor, district=DISTRICT, run_id=run.id)
    assert counts == {"restored": 0, "kept": 1}


def test_a_file_is_taken_once_by_who_brought_it(world, riders):
    found = bring(world, *ALL)
    given = {"district": DISTRICT, "run_id": found.run}
    services.take_kept(actor=world.office.actor, **given)
    with pytest.raises(Conflict):
        services.take_kept(actor=world.office.actor, **given)
    with pytest.raises(NotAllowed):
        services.keep_file(
            actor=world.head.actor, district=DISTRICT, organisation="p1", name="a.csv", content=b"x"
        )


def test_lines_that_need_a_look_are_told_one_by_one(world, riders):
    found = bring(world, *ALL, ",13800138055", "张三,13800138051", "赵六,12345", "钱七,13800138056")
    told = {line: (problem.field, problem.message) for line, problem in found.faults}
    assert told[5] == ("姓名", "没有姓名，这一行没有用")
    assert "第 2 行" in told[6][1] and told[7][0] == "手机号"
    assert found.unknown == [7, 8] and found.counts["listed"] == 3


@pytest.mark.parametrize("content", [b"", "手机号\n1".encode(), "姓名\n".encode()])
def test_what_is_no_roster_ends_nobody(world, riders, content):
    with pytest.raises(Invalid):
        services.keep_file(
            actor=world.office.actor, district=DISTRICT, organisation="p1", name="a.csv", content=content
        )


def test_names_wait_sealed_for_a_day_and_rows_for_three_months(world, riders):
    found = bring(world, *ALL)
    kept = Roster.objects.filter(district=DISTRICT, id=found.run)
    assert personal_data.forget_waiting(clock.now() + timedelta(days=1)) == 1
    assert kept.get().content == ""
    take(world, *ALL)
    assert len(personal_data.export(riders[0].id)["rosters"]) == 1
    personal_data.erase(riders[0].id, SYSTEM)
    assert personal_data.export(riders[0].id)["rosters"] == []
    assert personal_data.forget_listed(clock.now() + timedelta(days=1)) == 2


def test_a_stranger_of_the_same_name_is_not_of_the_company(world, riders):
    other = make_resident("张三", "13800138059")
    codes.issue(actor=SYSTEM, district=DISTRICT, kind="visit", holder=other.person)
    take(world, *ALL)
    take(world, *ALL[1:])
    assert not has_code(riders[0]) and has_code(other.person)
