"""Bodies, consultations and tasks: who may, what becomes of it, and that nothing is done twice."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, OTHER_STREET, STREET, make_member
from youlin.apps.cases import clocks
from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services as case_services
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.duties import services as duties
from youlin.apps.linkage import selectors, tables
from youlin.apps.linkage.models import Attendance, Contacted
from youlin.apps.linkage.posts import posts
from youlin.apps.linkage.services import bodies, consulting, importing, tasks
from youlin.apps.linkage.tests.factories import company, department, in_days, on_duty, outlet
from youlin.apps.notices.models import Notice
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Membership, Organisation, Person
from youlin.kernel import clock, journal, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.privacy.models import PrivacyAct

pytestmark = pytest.mark.usefixtures("house")


def do(member, case, act, **fields):
    case_services.act(
        actor=member.actor,
        case_id=case.id,
        act=act,
        idempotency_key=f"{act}:{case.id}:{case.version}",
        **fields,
    )
    case.refresh_from_db()


def test_a_street_owner_keeps_the_outlets_of_the_street_and_no_other() -> None:
    company()
    here, there = outlet("s1"), outlet("s2", area=OTHER_STREET)
    owner = on_duty("guan", "linkage_owner", STREET)
    assert [one.code for one in selectors.bodies(owner.actor, DISTRICT)] == ["s1"]
    bodies.name_contact(actor=owner.actor, body=here, name="王联络", phone="13800138011")
    with pytest.raises(NotAllowed):
        bodies.name_contact(actor=owner.actor, body=there, name="王联络")
    with pytest.raises(NotFound):
        selectors.body_page(owner.actor, DISTRICT, "s2")
    with pytest.raises(NotAllowed):
        selectors.overview(make_member("wai", "外人").actor, DISTRICT)


def test_a_contact_is_masked_unmasked_with_a_reason_and_followed_by_the_next() -> None:
    company()
    body = outlet()
    owner = on_duty("guan", "linkage_owner", STREET)
    first = bodies.name_contact(actor=owner.actor, body=body, name="王联络", phone="13800138011")
    [row] = selectors.rows(owner.actor, [body])
    assert row.contact == "王**" and row.phone == "138****8011"
    assert bodies.name_contact(actor=owner.actor, body=body, name="王联络", phone="13800138011") == first
    shown = parties.unmask(actor=owner.actor, person_id=first.id, district=DISTRICT, reason="核对站点地址")
    assert shown.name == "王联络" and ("phone", "+8613800138011") in shown.contacts
    bodies.name_contact(actor=owner.actor, body=body, name="李接手")
    assert Membership.objects.filter(organisation=body, valid_to=None).count() == 1
    bodies.end_contact(actor=owner.actor, body=body)
    [row] = selectors.rows(owner.actor, [body])
    assert row.contact_id is None
    assert selectors.overview(owner.actor, DISTRICT).no_contact == 1


def test_an_owner_of_one_body_unmasks_its_contact_and_nobody_else_s() -> None:
    company()
    mine, other = outlet("s1"), outlet("s2")
    contact = bodies.name_contact(actor=SYSTEM, body=mine, name="王联络", phone="13800138011")
    beside = bodies.name_contact(actor=SYSTEM, body=other, name="赵联络", phone="13800138012")
    owner = on_duty("zhuan", "linkage_owner", STREET, mine)
    told = {"actor": owner.actor, "district": DISTRICT, "reason": "核对站点地址"}
    assert parties.unmask(person_id=contact.id, **told).name == "王联络"
    noted = PrivacyAct.objects.filter(act=PrivacyAct.Act.UNMASKED, actor_person=owner.id)
    assert noted.count() == 2 and {one.reason for one in noted} == {"核对站点地址"}, "the name and the phone"
    with pytest.raises(NotAllowed):
        parties.unmask(person_id=beside.id, **told)
    with pytest.raises(Invalid):
        parties.unmask(person_id=contact.id, **told | {"reason": " "})
    theirs = on_duty("wang", "outlet_contact", STREET, mine)
    with pytest.raises(NotAllowed):
        parties.unmask(person_id=contact.id, **told | {"actor": theirs.actor})
    with clock.frozen(clock.now() + timedelta(days=1)):
        bodies.end_contact(actor=owner.actor, body=mine)
        with pytest.raises(NotAllowed):
            parties.unmask(person_id=contact.id, **told)


def test_a_contact_gets_the_post_to_answer_and_loses_it_with_the_next() -> None:
    company()
    body = outlet()
    owner, hers = on_duty("guan", "linkage_owner", STREET), make_member("wang", "王联络")
    page = selectors.body_page(owner.actor, DISTRICT, "s1")
    assert not page.posted and page.row.contact_id is None
    first = bodies.give_post(actor=owner.actor, body=body, holder=hers.person)
    assert bodies.give_post(actor=owner.actor, body=body, holder=hers.person) == first
    page = selectors.body_page(owner.actor, DISTRICT, "s1")
    assert page.posted and page.account == "wang" and page.row.contact_id == hers.id
    assert [one.holder_id for one in posts(body)] == [hers.id]
    acts = [one.act for one in journal.entries_for(body)]
    assert acts.count("linkage.post_given") == 1 and "linkage.contact_named" in acts
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        bodies.name_contact(actor=owner.actor, body=body, name="李接手")
        assert posts(body) == [] and not selectors.body_page(owner.actor, DISTRICT, "s1").posted
        bodies.give_post(actor=owner.actor, body=body, holder=hers.person)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        bodies.end_post(actor=owner.actor, body=body)
        page = selectors.body_page(owner.actor, DISTRICT, "s1")
        assert not page.posted and page.row.contact_id == hers.id


def test_the_post_is_given_by_who_keeps_the_body_and_may_do_what_it_grants() -> None:
    company()
    body, other = outlet("s1"), outlet("s2", area=OTHER_STREET)
    duties.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        code="lister",
        name="名录",
        level="district",
        verbs=["linkage.keep"],
    )
    lister, hers = on_duty("lie", "lister", DISTRICT), make_member("wang", "王联络")
    owner = on_duty("guan", "linkage_owner", STREET)
    theirs = on_duty("zhan", "outlet_contact", STREET, body)
    for actor, where in ((lister.actor, body), (owner.actor, other), (theirs.actor, body)):
        with pytest.raises(NotAllowed):
            bodies.give_post(actor=actor, body=where, holder=hers.person)
        with pytest.raises(NotAllowed):
            bodies.end_post(actor=actor, body=where)
    with pytest.raises(Invalid, match="不能给自己"):
        bodies.give_post(actor=owner.actor, body=body, holder=owner.person)
    assert selectors.body_page(owner.actor, DISTRICT, "s1").row.contact_id is None, (
        "what was refused left nothing"
    )


def test_who_answers_explains_itself_and_a_vacancy_climbs() -> None:
    company()
    body = outlet()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    [row] = selectors.rows(office.actor, [body])
    assert row.owner.vacant and row.owner.label == "zong某" and "空缺" in row.owner.steps[0]
    street = on_duty("guan", "linkage_owner", STREET)
    [row] = selectors.rows(office.actor, [body])
    assert not row.owner.vacant and row.owner.label == "guan某"
    only = on_duty("zhuan", "linkage_owner", STREET, body)
    [row] = selectors.rows(office.actor, [body])
    assert row.owner.label == "zhuan某", "who answers for this outlet alone comes first"
    assert street.id != only.id


def test_a_matter_goes_to_the_owner_the_outlet_answers_and_sees_nothing_else() -> None:
    company()
    body = outlet()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    owner = on_duty("guan", "linkage_owner", STREET)
    theirs = on_duty("wang", "outlet_contact", STREET, body)
    receipt = bodies.raise_matter(
        actor=owner.actor, body=body, category="linkage.parking", text="电动车堵门", idempotency_key="m"
    )
    outlet("s2")
    other = bodies.raise_matter(
        actor=SYSTEM,
        body=Organisation.objects.get(code="s2"),
        category="linkage.parking",
        text="另一站",
        idempotency_key="n",
    )
    reactions.drain_all()
    case = Case.objects.get(id=receipt.case.id)
    assert (case.state, case.holder_id, case.lead_unit_id) == ("dispatched", owner.id, body.id)
    do(owner, case, "ask_outlet", note="请把车挪开")
    assert case.holder_id == theirs.id
    assert [row.number for row in cases.inbox(theirs.actor).rows] == [case.number]
    with pytest.raises(NotFound):
        cases.case_page(theirs.actor, other.number)
    do(theirs, case, "answer", note="已挪开")
    assert case.holder_id == owner.id
    do(owner, case, "reply", note="现场看过")
    do(office, case, "close")
    assert not case.is_open
    assert selectors.body_page(office.actor, DISTRICT, "s1").matters[0].number == case.number


def planned(office, body=None, **fields):
    return consulting.plan(
        actor=office.actor,
        district=DISTRICT,
        kind="consultation.joint",
        title="商量换电柜",
        planned_on=in_days(3),
        idempotency_key="plan",
        bodies=[body] if body else [],
        people=[consulting.Seat(office.id, "linkage_coordinator")],
        **fields,
    )


def test_what_a_consultation_decides_becomes_cases_with_owner_and_day() -> None:
    body, unit = company(), department()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    second = on_duty("fu", "linkage_coordinator", DISTRICT)
    clerk = on_duty("jing", "task_owner", DISTRICT, unit)
    case = planned(office, body)
    assert planned(office, body).id == case.id, "the same key is the same consultation"
    assert Attendance.objects.count() == 2
    came = set(Attendance.objects.filter(organisation=body).values_list("id", flat=True))
    consulting.hold(
        actor=office.actor, number=case.number, came=came, minutes="谈妥两件", idempotency_key="h"
    )
    assert Contacted.objects.get().organisation_id == body.id
    wanted = [
        consulting.Decision("建三处换电柜", unit, in_days(10)),
        consulting.Decision("", None, None),
        consulting.Decision("清理旧电池", body, in_days(20)),
    ]
    made = consulting.decide(actor=office.actor, number=case.number, decisions=wanted, idempotency_key="d")
    again = consulting.decide(actor=office.actor, number=case.number, decisions=wanted, idempotency_key="d")
    assert [one.id for one in made] == [one.id for one in again] and Case.objects.count() == 3
    first, other = (Case.objects.get(id=one.id) for one in made)
    assert first.holder_id == clerk.id and clock.today() + timedelta(days=10) == due_day(first)
    assert other.holder_id in {office.id, second.id}, "nobody holds the company's post: the office answers"
    assert {row.number for row in selectors.decisions(office.actor, case.number)} == {
        first.number,
        other.number,
    }
    holds, reviews = (office, second) if other.holder_id == office.id else (second, office)
    for one, who in ((first, clerk), (other, holds)):
        do(who, one, "accept_task")
        do(who, one, "report_done", note="已办", fields={"done_on": "2026-01-01", "evidence": "照片"})
        do(reviews, one, "close")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "solved"), "it is over when its decisions are"
    assert selectors.body_page(office.actor, DISTRICT, "p1").commitments[0].number == other.number
    assert journal.verify() == []


def due_day(case):
    [running] = CaseClock.objects.filter(case=case, name="handle", stopped_at=None)
    return clocks.local_day(running.due_at)


def test_a_consultation_says_what_is_missing() -> None:
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    with pytest.raises(Invalid) as error:
        consulting.plan(
            actor=office.actor,
            district=DISTRICT,
            kind="x",
            title=" ",
            planned_on=in_days(1),
            idempotency_key="p",
        )
    assert {one.field for one in error.value.problems} == {"kind", "title", "bodies"}
    case = planned(office)
    with pytest.raises(Conflict):
        consulting.decide(
            actor=office.actor,
            number=case.number,
            decisions=[consulting.Decision("x", department(), in_days(1))],
            idempotency_key="d",
        )
    consulting.hold(actor=office.actor, number=case.number, came=set(), minutes="开了", idempotency_key="h")
    with pytest.raises(Invalid) as error:
        consulting.decide(
            actor=office.actor,
            number=case.number,
            decisions=[consulting.Decision("", None, in_days(-1))],
            idempotency_key="d",
        )
    assert {one.field for one in error.value.problems} == {
        "decision-1-text",
        "decision-1-unit",
        "decision-1-due",
    }


def test_a_task_runs_to_its_day_is_urged_when_late_and_reviewed_by_another() -> None:
    unit = department()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    clerk = on_duty("jing", "task_owner", DISTRICT, unit)
    on_duty("bie", "task_owner", DISTRICT, department("cgw", "城管委"))
    task = tasks.set_task(
        actor=office.actor,
        district=DISTRICT,
        title="建换电柜",
        unit=unit,
        due_on=in_days(5),
        list_name="暖新十条",
        number="1",
        idempotency_key="t",
    )
    reactions.drain_all()
    assert (task.state, task.holder_id) == ("dispatched", clerk.id)
    do(clerk, task, "accept_task")
    do(clerk, task, "progress", note="选了址", fields={"percent": "25%"})
    with clock.frozen(clock.now() + timedelta(days=7)):
        assert cases.light(task, clock.now()) == "late"
        case_services.escalate_overdue()
        reactions.drain_all()
        assert Notice.objects.filter(person_id=clerk.id, title__contains="催办").exists()
        do(clerk, task, "report_done", note="建成", fields={"done_on": "2026-12-01", "evidence": "照片 3 张"})
        with pytest.raises(NotAllowed):
            do(clerk, task, "close")
        do(office, task, "rework", note="缺一处")
        assert task.state == "accepted" and task.holder_id == clerk.id
        do(clerk, task, "report_done", note="补齐", fields={"done_on": "2026-12-02", "evidence": "照片"})
        do(office, task, "close")
    assert not task.is_open
    assert CaseClock.objects.filter(case=task, name="handle", outcome="late").exists()


def test_departments_see_their_own_tasks_and_return_what_is_not_theirs() -> None:
    unit, other = department(), department("cgw", "城管委")
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    clerk, stranger = (
        on_duty("jing", "task_owner", DISTRICT, unit),
        on_duty("bie", "task_owner", DISTRICT, other),
    )
    task = tasks.set_task(
        actor=office.actor, district=DISTRICT, title="建柜", unit=unit, due_on=in_days(5), idempotency_key="t"
    )
    assert [name for name, _rows in selectors.task_list(clerk.actor, DISTRICT)] == ["交通局"]
    assert selectors.task_list(stranger.actor, DISTRICT) == []
    do(clerk, task, "send_back", note="应由城管委办")
    assert task.state == "set" and task.holder_id == office.id
    with pytest.raises(NotAllowed):
        tasks.set_task(
            actor=clerk.actor, district=DISTRICT, title="x", unit=unit, due_on=in_days(5), idempotency_key="u"
        )


TABLE = """代码,名称,种类,所属企业,街道,联系人,电话,备注
p1,甲平台（演示）,平台企业,,,赵总,13800138021,
s1,甲平台一站,站点,甲平台（演示）,{street},钱站长,13800138022,x
s2,甲平台二站,站点,没有这家,{street},,,
s3,甲平台三站,站点,p1,,,,

p9,,平台企业,,,,,
"""


def test_a_table_of_bodies_is_looked_at_taken_in_and_changes_nothing_again() -> None:
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    content = TABLE.format(street=STREET).encode("utf-8-sig")
    seen = importing.look(actor=office.actor, district=DISTRICT, what="bodies", name="a.csv", content=content)
    assert (seen.counts["new"], seen.counts["refused"], seen.unread) == (2, 3, ("备注",))
    assert [(line, one.field) for line, one in seen.refused] == [(4, "所属企业"), (5, "街道"), (7, "名称")], (
        "an empty line counts, as it does in whatever shows the table"
    )
    assert not Organisation.objects.exists() and "13800138021" not in seen.sealed
    taken = importing.take(actor=office.actor, district=DISTRICT, what="bodies", sealed=seen.sealed)
    assert taken.counts["new"] == 2 and Organisation.objects.get(code="s1").parent.code == "p1"
    again = importing.take(actor=office.actor, district=DISTRICT, what="bodies", sealed=seen.sealed)
    assert again.counts["same"] == 2 and Organisation.objects.count() == 2
    assert Membership.objects.count() == 2
    with pytest.raises(Invalid):
        importing.take(actor=office.actor, district=DISTRICT, what="tasks", sealed=seen.sealed)
    with pytest.raises(Invalid):
        importing.take(actor=office.actor, district=DISTRICT, what="bodies", sealed="nonsense")


def test_a_new_company_or_contact_is_a_change_and_a_closed_body_is_refused() -> None:
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    company()
    company("p2", "乙平台（演示）")
    body = outlet()
    bodies.name_contact(actor=office.actor, body=body, name="王联络")

    def take(parent: str, contact: str, phone: str) -> tuple[int, int, int]:
        line = f"s1,{body.name},站点,{parent},{STREET},{body.address},{contact},{phone}"
        content = f"代码,名称,种类,所属企业,街道,地址,联系人,电话\n{line}\n".encode()
        seen = importing.look(
            actor=office.actor, district=DISTRICT, what="bodies", name="a.csv", content=content
        )
        done = importing.take(actor=office.actor, district=DISTRICT, what="bodies", sealed=seen.sealed)
        assert seen.counts == done.counts
        return done.counts["changed"], done.counts["same"], done.counts["refused"]

    people = Person.objects.count()
    assert take("p1", "王联络", "") == (0, 1, 0)
    assert Person.objects.count() == people, "whoever speaks for it already is nobody new"
    assert take("p2", "王联络", "") == (1, 0, 0)
    assert Organisation.objects.get(code="s1").parent.code == "p2"
    assert take("p2", "王联络", "13800138011") == (1, 0, 0)
    assert take("p2", "王联络", "13800138011") == (0, 1, 0)
    assert take("p2", "李接手", "") == (1, 0, 0)
    assert Membership.objects.filter(organisation=body, valid_to=None).count() == 1
    bodies.close(actor=office.actor, body=body)
    assert take("p2", "李接手", "") == (0, 0, 1)


def test_who_keeps_one_body_alone_corrects_it_and_no_other() -> None:
    company()
    mine, beside = outlet("s1"), outlet("s2")
    owner = on_duty("zhuan", "linkage_owner", STREET, mine).actor

    def correct(body: Organisation, name: str, area: str = STREET) -> None:
        bodies.change(
            actor=owner, body=body, name=name, area=area, address="二街", credit_code="", parent="p1"
        )

    correct(mine, "八号站")
    bodies.name_contact(actor=owner, body=mine, name="王联络", phone="13800138011")
    bodies.end_contact(actor=owner, body=mine)
    for refused in (
        lambda: correct(beside, "九号站"),
        lambda: correct(mine, "八号站", OTHER_STREET),
        lambda: bodies.name_contact(actor=owner, body=beside, name="王联络"),
        lambda: bodies.close(actor=owner, body=beside),
        lambda: bodies.register(
            actor=owner,
            district=DISTRICT,
            code="s3",
            name="新",
            kind="platform_outlet",
            area=STREET,
            parent="p1",
        ),
        lambda: parties.close_organisation(actor=owner, organisation=mine),
    ):
        with pytest.raises(NotAllowed):
            refused()
    bodies.close(actor=owner, body=mine)
    assert {one.code for one in Organisation.objects.filter(closed_on=None)} == {"p1", "s2"}


def test_lists_are_whole_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "AT_ONCE", 2)
    unit = department()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    on_duty("jing", "task_owner", DISTRICT, unit)
    made = [
        tasks.set_task(
            actor=office.actor,
            district=DISTRICT,
            title=f"第{number}项",
            unit=unit,
            due_on=in_days(5),
            idempotency_key=str(number),
        )
        for number in range(5)
    ]
    Case.objects.filter(id=made[4].id).update(is_open=False, closed_at=clock.now())
    [(_unit, found)] = selectors.task_list(office.actor, DISTRICT, open=None)
    assert [row.id for row in found][-1] == made[4].id
    assert {row.id for row in found} == {one.id for one in made} and len(found) == 5
    assert len(list(tables.tasks(office.actor, DISTRICT))) == 1 + 5


def test_a_consultation_is_held_once_by_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    body = company()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    case = planned(office, body)
    came = set(Attendance.objects.values_list("id", flat=True))
    told = {"actor": office.actor, "number": case.number, "came": came, "minutes": "开了"}
    seen = Case.objects.select_related("case_type").get(id=case.id)
    consulting.hold(**told, idempotency_key="h")
    monkeypatch.setattr(consulting, "_known", lambda actor, number: seen)
    assert seen.state == "planned", "the second read it before the first wrote"
    consulting.hold(**told, idempotency_key="h")
    assert Contacted.objects.count() == 1


def test_what_is_done_past_linkage_goes_to_nobody_by_chance_and_attendance_follows() -> None:
    body, unit = company(), department()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    on_duty("jing", "task_owner", DISTRICT, unit)
    case = planned(office, body)
    came = set(Attendance.objects.filter(organisation=body).values_list("id", flat=True))
    with pytest.raises(Conflict):
        consulting.attend(actor=office.actor, number=case.number, came=came)
    do(office, case, "hold", note="开了")
    with pytest.raises(Invalid) as error:
        case_services.split(
            actor=office.actor,
            case_id=case.id,
            parts=[
                case_services.Part("task.decision", "建柜"),
                case_services.Part("task.decision", "清电池"),
            ],
            idempotency_key="s",
        )
    assert [one.field for one in error.value.problems] == ["part-1-unit", "part-2-unit"]
    consulting.attend(actor=office.actor, number=case.number, came=came)
    assert Contacted.objects.get().organisation_id == body.id
    with pytest.raises(Conflict):
        consulting.attend(actor=office.actor, number=case.number, came=came)
    unsaid = case_services.report(
        actor=office.actor,
        district=DISTRICT,
        category="task.decision",
        text="没写单位",
        area=DISTRICT,
        channel="linkage",
        idempotency_key="r",
    ).case
    with pytest.raises(Invalid) as error:
        do(office, unsaid, "dispatch")
    assert [one.field for one in error.value.problems] == ["unit"]


def test_a_list_of_tasks_is_taken_in_once() -> None:
    unit = department()
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    clerk = on_duty("jing", "task_owner", DISTRICT, unit)
    day = f"{in_days(30):%Y/%m/%d}"
    content = (
        f"清单,编号,任务,内容,责任单位,完成期限\n暖新,1,建柜,三处,交通局,{day}\n暖新,1,重复,,交通局,{day}\n"
        f"暖新,2,没人,,不存在,{day}\n暖新,3,看不懂,,交通局,明年\n暖新,4,过了,,交通局,2020-01-01\n"
    ).encode()
    seen = importing.look(actor=office.actor, district=DISTRICT, what="tasks", name="t.csv", content=content)
    assert (seen.counts["new"], seen.counts["same"], seen.counts["refused"]) == (1, 1, 3)
    assert [(line, one.field) for line, one in seen.refused] == [
        (4, "责任单位"),
        (5, "完成期限"),
        (6, "完成期限"),
    ]
    assert not Case.objects.exists()
    importing.take(actor=office.actor, district=DISTRICT, what="tasks", sealed=seen.sealed)
    importing.take(actor=office.actor, district=DISTRICT, what="tasks", sealed=seen.sealed)
    assert Case.objects.get().holder_id == clerk.id
    with pytest.raises(Invalid) as error:
        importing.look(actor=office.actor, district=DISTRICT, what="tasks", name="t.csv", content=b"x\n1\n")
    assert "责任单位" in error.value.problems[0].message
    with pytest.raises(NotAllowed):
        importing.look(actor=clerk.actor, district=DISTRICT, what="tasks", name="t.csv", content=content)


def test_lists_cost_the_same_for_many_bodies(django_assert_max_num_queries) -> None:
    office = on_duty("zong", "linkage_coordinator", DISTRICT)
    company()
    for number in range(12):
        bodies.name_contact(actor=office.actor, body=outlet(f"s{number}"), name="王", phone="13800138011")
    with django_assert_max_num_queries(18):
        assert selectors.overview(office.actor, DISTRICT).outlets == 12
    assert cases.inbox(office.actor, filters=CaseFilters(open=None)).total == 0
