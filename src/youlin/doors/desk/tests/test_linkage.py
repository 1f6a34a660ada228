"""Linkage at the desk: bodies kept, consultations held and decided, tasks listed, tables in and out."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, STREET, make_cast, make_district, make_member
from youlin.apps.cases.models import Case
from youlin.apps.duties import services as duties
from youlin.apps.linkage.models import Attendance, Contacted
from youlin.apps.linkage.tests.factories import declare_beside, department, in_days, on_duty
from youlin.apps.parties.models import Organisation
from youlin.apps.parties.sign_in import BACKEND
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import JournalEntry
from youlin.kernel.tests import databases


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker) -> Iterator[dict[str, str]]:
    """Made once, in a transaction around all tests; each test is undone by itself."""
    with databases.around_all_tests(django_db_blocker):
        make_district()
        cast = make_cast()
        pks = {"zhao": cast.zhao.account.pk, "sun": cast.sun.account.pk}
        made = declare_beside(owner=cast.zhao, office=cast.sun) | pks
        with django_db_blocker.block():
            yield made


@pytest.fixture
def words(_seeded: dict[str, str], db: None) -> dict[str, str]:
    """Sun keeps all, zhao the outlets of his street."""
    return _seeded


@pytest.fixture
def office(client: Client, words: dict[str, str]) -> Client:
    return signed_in(client, words["sun"])


def signed_in(client: Client, pk: object) -> Client:
    from youlin.apps.parties.models import Account

    client.force_login(Account.objects.get(pk=pk), backend=BACKEND)
    return client


def page(client: Client, name: str, *args: str, **query: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def send(client: Client, to: str, /, *args: str, **data: object):
    return client.post(reverse(f"desk:{to}", args=args), data)


def test_the_list_shows_masked_contacts_owners_and_what_is_missing(office: Client) -> None:
    shown = page(office, "linkage")
    assert "王**" in shown and "138****8011" in shown and "王联络" not in shown and "13800138011" not in shown
    assert "缺联系人 1" in shown and "赵" in shown
    assert "椿树街道" in page(office, "linkage", by="street", street=STREET, q="一街")
    assert "没有这样的企业或站点" in page(office, "linkage", q="%\0' OR 1=1")


def test_a_body_is_registered_corrected_contacted_and_closed(office: Client) -> None:
    refused = send(office, "linkage-new", code="s8", name="八站", kind="platform_outlet", parent="p1")
    assert refused.status_code == 422 and 'value="八站"' in refused.content.decode()
    made = send(
        office, "linkage-new", code="s8", name="八站", kind="platform_outlet", parent="p1", area=STREET
    )
    assert made.status_code == 302
    send(office, "linkage-edit", "s8", name="八号站", area=STREET, parent="p1", address="二街 8 号")
    send(office, "linkage-contact", "s8", name="孙站长", phone="13800138031")
    assert send(office, "linkage-contact", "s8", name="孙", phone="1").status_code == 422
    send(office, "linkage-contacted", "s8", way="visit")
    shown = page(office, "linkage-body", "s8")
    assert "八号站" in shown and "孙**" in shown and "走访" in shown
    assert Contacted.objects.filter(organisation__code="s8").count() == 1
    send(office, "linkage-edit", "s8", do="close")
    assert reverse("desk:linkage-body", args=["s8"]) not in page(office, "linkage")


def test_a_contact_is_shown_in_full_for_a_reason_on_record(office: Client) -> None:
    short = send(office, "linkage-unmask", "s1", reason="看")
    assert short.status_code == 422 and "王联络" not in short.content.decode()
    shown = send(office, "linkage-unmask", "s1", reason="核对站点情况")
    assert "王联络 13800138011" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert JournalEntry.objects.filter(act__contains="unmask").exists()


def test_the_contact_s_post_is_given_and_taken_on_the_body_s_page(
    client: Client, words: dict[str, str]
) -> None:
    zhao = signed_in(client, words["zhao"])
    assert "没有定岗" in page(zhao, "linkage-body", "s1")
    duties.declare_kind(
        actor=SYSTEM, district=DISTRICT, programme="l", code="outlet_contact", name="站点联系人", level="street",
        verbs=["case.read"],
    )  # fmt: skip
    make_member("wanglian", "王联络")
    wrong = send(zhao, "linkage-post", "s1", account="niemand", post="1")
    assert wrong.status_code == 422 and 'value="niemand"' in wrong.content.decode()
    assert send(zhao, "linkage-post", "s1", account="wanglian", post="1").status_code == 302
    shown = page(zhao, "linkage-body", "s1")
    assert "已定岗" in shown and "wanglian" in shown and "给联系人定岗" not in shown
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert send(zhao, "linkage-post", "s1", do="end").status_code == 302
        assert "没有定岗" in page(zhao, "linkage-body", "s1")


def test_what_is_decided_becomes_cases_and_is_seen_from_the_consultation(
    office: Client, words: dict[str, str]
) -> None:
    department()
    asked = send(
        office, "consultation-new", kind="consultation.visit", title="看夜班", planned_on=f"{in_days(2)}"
    )
    assert asked.status_code == 422 and "没有邀请任何单位或人员" in asked.content.decode()
    made = send(
        office,
        "consultation-new",
        kind="consultation.visit",
        title="看夜班",
        planned_on=f"{in_days(2)}",
        body=["s1", "jtj"],
        idempotency_key="k1",
    )
    number = made["Location"].rstrip("/").rpartition("/")[2]
    seat = Attendance.objects.get(case__number=number, organisation__code="s1")
    send(
        office,
        "consultation-hold",
        number,
        came=[str(seat.id), "x"],
        minutes="看过三处",
        idempotency_key="k2",
    )
    shown = page(office, "consultation", number)
    assert "看过三处" in shown and "未到" in shown and "写下议定事项" in shown
    wrong = send(office, "consultation-decide", number, **{"decision-1-text": "装灯", "decision-1-due": "32"})
    assert wrong.status_code == 422 and "装灯" in wrong.content.decode()
    due = {"decision-1-text": "装灯", "decision-1-unit": "jtj", "decision-1-due": f"{in_days(9)}"}
    assert send(office, "consultation-decide", number, **due, idempotency_key="k3").status_code == 302
    shown = page(office, "consultation", number)
    part = Case.objects.get(parent__number=number)
    assert part.number in shown and "1 项，已落实 0 项" in shown and "交通局" in shown
    assert part.number in page(office, "tasks") and "交通局" in page(office, "tasks-sheet")
    assert "看夜班" in page(office, "linkage-body", "s1") and "看夜班" in page(office, "consultations")


def test_who_came_is_recorded_later_where_the_minutes_were_recorded_on_the_case(
    office: Client, words: dict[str, str]
) -> None:
    Attendance.objects.filter(case__number=words["held"]).update(came=None)
    shown = page(office, "consultation", words["held"])
    assert "记录谁到了" in shown and 'name="minutes"' not in shown
    seat = Attendance.objects.get(case__number=words["held"])
    sent = {"came": str(seat.id), "attended": "1"}
    assert send(office, "consultation-hold", words["held"], **sent).status_code == 302
    assert "记录谁到了" not in page(office, "consultation", words["held"])
    assert send(office, "consultation-hold", words["held"], **sent).status_code == 409


def test_on_the_case_s_own_page_what_a_part_lacks_is_told_beside_its_field(
    office: Client, words: dict[str, str]
) -> None:
    unit = department()
    on_duty("jing", "task_owner", DISTRICT, unit)
    case = Case.objects.get(number=words["held"])
    parts = {f"part-{n}-category": "task.decision" for n in (1, 2)}
    parts |= {
        "part-1-text": "建柜",
        "part-2-text": "清电池",
        "idempotency_key": "s1",
        "version": str(case.version),
    }
    lacking = send(office, "split", case.number, **parts)
    form = lacking.content.decode()
    assert lacking.status_code == 400 and "建柜" in form and "清电池" in form
    for n in (1, 2):
        field = form[form.index(f'id="id_part-{n}-unit"') - 400 :]
        error = form[form.index(f'id="id_part-{n}-unit-error"') :][:400]
        assert 'aria-invalid="true"' in field[:800] and "请写明由哪个单位办" in error, n
    given = parts | {"part-1-unit": "jtj", "part-2-unit": "jtj", "idempotency_key": "s2"}
    assert send(office, "split", case.number, **given).status_code == 302
    assert {one.lead_unit for one in Case.objects.filter(parent=case)} == {unit}
    assert "2 项，已落实 0 项" in page(office, "consultation", case.number)


def test_a_consultation_held_on_the_case_s_own_page_asks_who_came_and_leads_there(
    office: Client, words: dict[str, str]
) -> None:
    number = words["planned"]
    shown = page(office, "case", number)
    assert reverse("desk:consultation", args=[number]) in shown
    case = Case.objects.get(number=number)
    noted = {"note": "谈妥", "idempotency_key": "h1", "version": str(case.version)}
    assert send(office, "act", number, "hold", **noted | {"note": ""}).status_code == 422
    assert send(office, "act", number, "hold", **noted).status_code == 302
    shown = page(office, "consultation", number)
    assert "谈妥" in shown and "记录谁到了" in shown and 'name="minutes"' not in shown


def test_tables_are_looked_at_taken_in_and_given_back(office: Client) -> None:
    department()
    lines = f"代码,名称,种类,所属企业,街道\ns5,五站,站点,p1,{STREET}\ns6,六站,站点,没有,{STREET}\n"
    seen = send(office, "linkage-import", file=SimpleUploadedFile("a.csv", lines.encode()))
    shown = seen.content.decode()
    assert "新增 1 行" in shown and "没收 1 行" in shown and "没有企业" in shown
    assert not Organisation.objects.filter(code="s5").exists()
    sealed = shown.split('name="sealed" value="')[1].split('"')[0]
    taken = send(office, "linkage-import", sealed=sealed).content.decode()
    assert "已导入" in taken and "没收 1 行" in taken and "没有企业" in taken and 'name="sealed"' not in taken
    assert Organisation.objects.filter(code="s5").exists()
    back = b"".join(office.get(reverse("desk:linkage-export")).streaming_content)
    again = send(office, "linkage-import", file=SimpleUploadedFile("b.csv", back)).content.decode()
    assert "新增 0 行，更新 0 行" in again and "没收 0 行" in again
    assert send(office, "linkage-import", file=SimpleUploadedFile("a.pdf", b"x")).status_code == 422
    assert send(office, "linkage-import", sealed="x").status_code == 422
    tasks = f"清单,编号,任务,责任单位,完成期限\n暖新,1,建柜,交通局,{in_days(9)}\n"
    seen = send(office, "tasks-import", file=SimpleUploadedFile("t.csv", tasks.encode())).content.decode()
    sealed = seen.split('name="sealed" value="')[1].split('"')[0]
    assert send(office, "tasks-import", sealed=sealed).status_code == 302
    assert "建柜" in page(office, "tasks") and "暖新" in page(office, "tasks", standing="all")
    out = b"".join(office.get(reverse("desk:tasks-export")).streaming_content).decode("utf-8-sig")
    assert "建柜" in out and out.startswith("清单,编号,任务")


def test_a_street_owner_keeps_the_street_alone(client: Client, words: dict[str, str]) -> None:
    zhao = signed_in(client, words["zhao"])
    assert "s1" in page(zhao, "linkage") and "desk/linkage/import" not in page(zhao, "linkage")
    for name in ("consultations", "task-new", "linkage-import"):
        assert zhao.get(reverse(f"desk:{name}")).status_code == 403, name
    assert zhao.get(reverse("desk:linkage-body", args=["p1"])).status_code == 404
    assert zhao.get("/desk/linkage/body/%00/").status_code == 404
    assert zhao.get("/desk/consultations/%00/").status_code == 404
    assert Organisation.objects.filter(district=DISTRICT).count() == 2
