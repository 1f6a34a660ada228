"""Subjects on record, one by one and by tables: what is wrong is told row by row; and their codes, from paper to end."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from tests.cast import COMMUNITY, DISTRICT, OTHER_STREET, STREET, give_duty, make_district, make_member
from youlin.apps.parties import personal_data as of_people
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Person, Producer
from youlin.apps.passes import personal_data, services
from youlin.apps.passes.models import Check, Pass, SubjectImport, SubjectImportRow
from youlin.apps.passes.reasons import Reason
from youlin.apps.passes.services.showing import told_to_anyone
from youlin.apps.passes.subjects import coding, importing, keeping, selectors
from youlin.apps.passes.tests import factories
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.journal import JournalEntry

HEAD = "主体编号,类型,名称,街道或社区,地址,联系人,联系电话,负责岗位"
SHOP = "X-1,商户,老赵面馆,椿树街道,前街 3 号,赵老板,13900139001,"
HOUSE = ",住户,王福,四川营社区,2 号楼 301,王福,13900139002,门岗"
FARM = ",合作社,屋顶菜园,椿树街道 四川营社区,,,,"


@pytest.fixture
def clerk(db: None) -> Actor:
    """Keeps the register of one street."""
    make_district()
    factories.declare_kinds()
    factories.duty_kinds()
    parties_kind()
    member = make_member("dengji", "登记员")
    give_duty(member, "subject_clerk", STREET)
    return member.actor


def parties_kind() -> None:
    """The duty that a table calls by its name."""
    from youlin.apps.duties import services as duties

    duties.declare_kind(
        actor=SYSTEM, district=DISTRICT, programme="t", code="door", name="门岗", level="street", verbs=[]
    )


def bring(clerk: Actor, *lines: str, head: str = HEAD) -> importing.Outcome:
    content = "\n".join((head, *lines)).encode()
    return importing.keep_file(actor=clerk, district=DISTRICT, name="主体.csv", content=content)


def take(clerk: Actor, *lines: str) -> SubjectImport:
    return importing.take(actor=clerk, district=DISTRICT, run_id=bring(clerk, *lines).run)


def undo(clerk: Actor, run: SubjectImport) -> dict[str, int]:
    return dict(importing.undo(actor=clerk, district=DISTRICT, run_id=run.id))


def named(name: str) -> Producer:
    return Producer.objects.get(name=name)


def given(**more: str) -> dict[str, str]:
    return {"kind": "shop", "name": "老赵面馆", "area": STREET} | more


def test_from_a_table_to_a_code_that_is_checked_and_ends_with_its_subject(clerk: Actor) -> None:
    found = bring(clerk, SHOP, HOUSE, FARM)
    assert found.counts == {"read": 3, "new": 3} and not Producer.objects.exists()
    importing.take(actor=clerk, district=DISTRICT, run_id=found.run)
    issued = coding.issue_lacking(actor=clerk, district=DISTRICT)
    assert len(issued) == 3 and coding.issue_lacking(actor=clerk, district=DISTRICT) == []
    guard = factories.guard()
    of = {row.producer.name: row for row in issued}
    printed = {name: services.token_of(row) for name, row in of.items()}
    looked = services.check(actor=guard, district=DISTRICT, code=printed["王福"])
    assert looked.valid and looked.shows == {"name": "王福", "area": "椿树街道 · 四川营"}
    assert told_to_anyone(of["王福"])["name"] == "王*"
    assert told_to_anyone(of["老赵面馆"])["name"] == "老赵面馆"
    assert selectors.opened(clerk, named("王福")).duty == "门岗"
    keeping.end(actor=clerk, subject=named("王福"))
    again = services.check(actor=guard, district=DISTRICT, code=printed["王福"])
    assert again.reason is Reason.REVOKED and not again.shows
    assert services.check(actor=guard, district=DISTRICT, code=printed["屋顶菜园"]).valid
    assert Check.objects.count() == 3


def test_a_row_that_is_wrong_names_its_column_and_what_to_do_and_the_others_are_taken(clerk: Actor) -> None:
    wrong = {
        ",仓库,甲,椿树街道": "kind",
        ",,甲,椿树街道": "kind",
        ",商户,,椿树街道": "name",
        ",商户,甲,": "area",
        ",商户,甲,月球": "area",
        ",商户,甲,牛街街道": "area",
        f",商户,{'长' * 65},椿树街道": "name",
        "甲 1,商户,甲,椿树街道": "code",
        "new,商户,甲,椿树街道": "code",
        ",商户,甲,椿树街道,,,13900139001": "contact",
        ",商户,甲,椿树街道,,乙,123": "phone",
        ",商户,甲,椿树街道,,,,没有的岗": "duty",
    }
    found = bring(clerk, *wrong, SHOP)
    assert found.counts == {"read": 13, "refused": 12, "new": 1}
    assert [(line, problem.field) for line, problem in found.faults] == list(
        enumerate(wrong.values(), start=2)
    )
    assert all(problem.message and problem.remedy for _line, problem in found.faults)
    run = importing.take(actor=clerk, district=DISTRICT, run_id=found.run)
    assert Producer.objects.count() == 1 and run.counts["refused"] == 12
    assert [row.line for row in selectors.refused(run)] == list(range(2, 14))


def test_a_table_again_changes_nothing_and_what_it_says_otherwise_is_changed(clerk: Actor) -> None:
    take(clerk, SHOP, HOUSE, FARM)
    assert bring(clerk, SHOP, HOUSE, FARM).counts == {"read": 3, "same": 3}
    people = Person.objects.count()
    run = take(clerk, "X-1,,老赵面馆,椿树街道", HOUSE.replace("2 号楼 301", ""), FARM)
    assert run.counts == {"read": 3, "refused": 1, "same": 2}
    run = take(clerk, SHOP.replace("老赵面馆", "老赵饭庄"), HOUSE.replace("13900139002", "13900139003"))
    assert run.counts == {"read": 2, "changed": 2} and named("老赵饭庄").code == "X-1"
    assert Person.objects.count() == people + 1
    assert undo(clerk, run) == {"restored": 2}
    assert named("老赵面馆").code == "X-1"
    assert bring(clerk, SHOP, HOUSE, FARM).counts == {"read": 3, "same": 3}


def test_the_same_twice_in_a_table_and_two_alike_on_record_are_not_guessed(clerk: Actor) -> None:
    house = ",住户,王福,四川营社区,{}"
    found = bring(clerk, house.format("1 号"), house.format("2 号"), house.format("1 号"))
    assert found.counts == {"read": 3, "new": 2, "refused": 1} and "第 2 行" in found.faults[0][1].message
    importing.take(actor=clerk, district=DISTRICT, run_id=found.run)
    assert bring(clerk, house.format("")).faults[0][1].field == "name"
    assert bring(clerk, house.format("2 号")).counts == {"read": 1, "same": 1}
    assert bring(clerk, house.format("3 号")).counts == {"read": 1, "new": 1}


def test_undone_the_new_ones_are_over_with_their_codes_and_what_was_changed_since_stays(clerk: Actor) -> None:
    run = take(clerk, SHOP, HOUSE, FARM)
    shop = coding.issue_lacking(actor=clerk, district=DISTRICT, sort="shop")[0]
    keeping.change(actor=clerk, subject=named("屋顶菜园"), given=given(kind="producer", name="楼顶菜园"))
    assert undo(clerk, run) == {"ended": 2, "kept": 1}
    assert set(Producer.objects.filter(closed_on=None).values_list("name", flat=True)) == {"楼顶菜园"}
    assert Pass.objects.get(id=shop.id).revoked_why == "mistake"
    with pytest.raises(Conflict):
        undo(clerk, run)
    back = take(clerk, SHOP)
    assert back.counts == {"read": 1, "changed": 1} and named("老赵面馆").closed_on is None
    assert undo(clerk, back) == {"restored": 1} and named("老赵面馆").closed_on is not None


def test_a_clerk_keeps_their_own_street_and_nobody_elses(clerk: Actor) -> None:
    office = factories.office()
    theirs = keeping.register(actor=office, district=DISTRICT, given=given(area=OTHER_STREET, code="Y-1"))
    with pytest.raises(NotFound):
        selectors.subject(clerk, "Y-1")
    with pytest.raises(NotAllowed):
        keeping.end(actor=clerk, subject=theirs)
    with pytest.raises(Invalid) as told:
        keeping.register(actor=clerk, district=DISTRICT, given=given(area=OTHER_STREET))
    assert told.value.problems[0].field == "area"
    assert bring(clerk, SHOP.replace("X-1", "Y-1")).faults[0][1].field == "code"
    assert coding.issue_lacking(actor=clerk, district=DISTRICT) == []
    assert len(coding.issue_lacking(actor=office, district=DISTRICT)) == 1
    stranger = make_member("luren", "路人").actor
    for refused in (lambda: selectors.districts(stranger), lambda: bring(stranger, SHOP)):
        with pytest.raises(NotAllowed):
            refused()
    run = take(clerk, HOUSE)
    assert selectors.run(office, run.id).id == run.id and selectors.runs(office, DISTRICT) == [run]
    waits = bring(office, FARM)
    with pytest.raises(NotFound):
        selectors.run(clerk, waits.run)
    with pytest.raises(NotFound):
        importing.take(actor=clerk, district=DISTRICT, run_id=waits.run)


def test_a_number_that_was_drawn_without_a_digit_is_a_number(
    clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in fifty is; whoever holds it must be able to correct the subject, and to bring a table that names it."""
    with monkeypatch.context() as drawn:
        drawn.setattr("youlin.kernel.ids.secrets.randbelow", lambda most: most * 21 // 41)
        row = keeping.register(actor=clerk, district=DISTRICT, given=given())
    assert not re.search("[0-9]", row.code)
    row = keeping.change(actor=clerk, subject=row, given=given(name="赵家面馆"))
    assert row.name == "赵家面馆"
    assert bring(clerk, f"{row.code},商户,赵家面馆,椿树街道").counts["read"] == 1
    assert not bring(clerk, f"{row.code},商户,赵家面馆,椿树街道").faults
    assert bring(clerk, f"{row.code[:-1]}A,商户,另一家,椿树街道").faults


def test_a_subject_is_corrected_ended_and_brought_back_without_its_old_code(clerk: Actor) -> None:
    row = keeping.register(actor=clerk, district=DISTRICT, given=given(contact="赵", phone="13900139001"))
    assert row.code.startswith("S-")
    code = coding.issue_lacking(actor=clerk, district=DISTRICT)[0]
    row = keeping.change(actor=clerk, subject=row, given=given(name="赵家面馆", address="前街"))
    assert row.contact is not None and row.contact.name == "赵"
    row = keeping.change(actor=clerk, subject=row, given=given(name="赵家面馆", no_contact="1"))
    assert row.contact is None and row.address == ""
    row = keeping.end(actor=clerk, subject=row)
    with pytest.raises(Invalid):
        services.issue(actor=clerk, district=DISTRICT, kind="subject", holder=row)
    assert keeping.end(actor=clerk, subject=row).closed_on == row.closed_on
    row = keeping.bring_back(actor=clerk, subject=row)
    fresh = coding.issue_lacking(actor=clerk, district=DISTRICT)[0]
    assert row.closed_on is None and fresh.id != code.id
    with pytest.raises(Conflict):
        keeping.register(actor=clerk, district=DISTRICT, given=given(code=row.code))


def test_what_is_personal_is_encrypted_masked_and_forgotten(clerk: Actor) -> None:
    run = take(clerk, HOUSE)
    house = named("王福")
    opened = selectors.opened(clerk, house)
    assert opened.contact == "王*" and "13900139002" not in opened.phone and opened.may_unmask
    told = str(list(JournalEntry.objects.values_list("public", flat=True)))
    assert not [word for word in ("王福", "301", "13900139002") if word in told]
    assert house.contact_id is not None
    assert of_people.export(house.contact_id)["subjects"][0]["name"] == "王福"
    shown = parties.unmask(actor=clerk, person_id=house.contact_id, district=DISTRICT, reason="核对户码")
    assert shown.name == "王福"
    keeping.end(actor=clerk, subject=house)
    later = clock.now() + timedelta(days=2)
    assert of_people.forget_closed(later) == 2
    house.refresh_from_db()
    assert (house.name, house.address, house.contact) == (house.code, "", None)
    assert personal_data.forget_brought(later) == 1
    with pytest.raises(Conflict):
        undo(clerk, run)
    bring(clerk, SHOP)
    assert personal_data.forget_waiting(later) == 1


def test_whoever_is_erased_speaks_for_nobody_and_does_not_come_back_with_an_undo(clerk: Actor) -> None:
    take(clerk, SHOP)
    first = named("老赵面馆").contact
    assert first is not None
    run = take(clerk, SHOP.replace("赵老板", "钱老板").replace("9001", "9009"))
    of_people.erase(first.id, SYSTEM)
    assert undo(clerk, run) == {"restored": 1} and named("老赵面馆").contact is None


@pytest.mark.parametrize(
    ("head", "lines"),
    [("名称", ("甲",)), (HEAD, ()), (HEAD, ("",)), (HEAD, (FARM,) * (importing.MOST_ROWS + 1))],
)
def test_what_is_no_table_of_subjects_is_refused_in_words(clerk: Actor, head: str, lines: Any) -> None:
    with pytest.raises(Invalid) as told:
        bring(clerk, *lines, head=head)
    assert told.value.problems[0].field == "file" and told.value.problems[0].remedy
    assert not SubjectImport.objects.exists()


def test_a_workbook_and_english_headings_are_read_alike(clerk: Actor) -> None:
    book = Workbook()
    book.active.append(["Kind", "Name", "Street or community", "Phone", "Contact"])
    book.active.append(["shop", "老赵面馆", COMMUNITY, 13900139001, "赵老板"])
    content = BytesIO()
    book.save(content)
    found = importing.keep_file(actor=clerk, district=DISTRICT, name="a.xlsx", content=content.getvalue())
    run = importing.take(actor=clerk, district=DISTRICT, run_id=found.run)
    assert run.counts == {"read": 1, "new": 1} and SubjectImportRow.objects.get().state == "new"
    contact = named("老赵面馆").contact
    assert contact is not None and contact.name == "赵老板"
