"""Exports: what is in them, for whom, in which cells, and for how long."""

import csv
import io
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import SIBLING_GRID
from youlin.apps.cases.lists import selectors, services
from youlin.apps.cases.lists.exports import asking, making, writing
from youlin.apps.cases.models import ExportRun
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.duties import services as duties
from youlin.kernel import clock, jobs, journal
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.tables import harmless

USUAL = ["number", "title", "state", "holder", "address", "reported_at"]


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def ask(member, *, columns=USUAL, format="csv", key="k", filters=None, **more) -> ExportRun:
    run = services.ask_export(
        actor=member.actor,
        filters=filters or CaseFilters(),
        columns=columns,
        format=format,
        idempotency_key=key,
        **more,
    )
    jobs.run_pending()
    return run


def content(member, run) -> bytes:
    file, _row = services.fetch_export(actor=member.actor, export_id=run.id)
    with file:
        return file.read()


def lines(member, run) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(member, run).decode("utf-8-sig"), newline="")))


def test_the_file_has_the_chosen_columns_of_the_filtered_cases_in_reach(people):
    mine = factories.dispatched(text="路灯不亮")
    factories.dispatched(text="垃圾满溢")
    secret = factories.reported(category=factories.TIP_OFF, text="路灯后面有人收钱").case
    run = ask(people.sun, filters=CaseFilters(text="路灯"), columns=["title", "number"])
    assert lines(people.sun, run) == [["编号", "标题"], [mine.number, "路灯不亮"]]
    theirs = ask(people.confidant, columns=["number"], filters=CaseFilters(text="路灯"), key="c")
    assert {secret.number, mine.number} == {line[0] for line in lines(people.confidant, theirs)[1:]}


def test_chosen_rows_alone_are_exported_and_foreign_numbers_are_ignored(people):
    first, second = factories.dispatched(), factories.dispatched(area=SIBLING_GRID)
    run = ask(people.wang, numbers=[first.number, second.number], columns=["number"])
    assert lines(people.wang, run) == [["编号"], [first.number]]


def test_with_or_without_byte_order_mark(people):
    assert content(people.zhao, ask(people.zhao)).startswith(b"\xef\xbb\xbf")
    assert not content(people.zhao, ask(people.zhao, bom=False, key="b")).startswith(b"\xef\xbb\xbf")


@given(st.text(max_size=40))
def test_no_cell_begins_like_a_formula(text):
    cell = harmless(text)
    assert not cell.lstrip(" \u3000").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert cell.removeprefix("'") == text.replace("\0", "") or cell == text.replace("\0", "")


@pytest.mark.parametrize(
    "bad", ["=1+1", "+86 138", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_formulas_are_text_in_csv_and_in_excel(people, bad):
    factories.many(1, title=bad)
    assert lines(people.zhao, ask(people.zhao, columns=["title"]))[1] == [f"'{bad}"]
    book = content(people.zhao, ask(people.zhao, columns=["title"], format="xlsx", key="x"))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert 't="inlineStr"' in sheet


def test_an_excel_file_holds_what_the_csv_file_holds(people):
    factories.many(3, title="第<几>件 & “引号”")
    book = content(people.zhao, ask(people.zhao, columns=["title", "lon", "me_too"], format="xlsx"))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert parts.testzip() is None
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("第&lt;几&gt;件 &amp; “引号”") == 3
    assert sheet.count("<row ") == 4


def test_contacts_are_masked_and_open_only_to_the_duty_with_a_reason(people):
    case = factories.reported(contact="13800001111").case
    masked = ask(people.sun, columns=["number", "contact"])
    assert lines(people.sun, masked)[1] == [case.number, "138****1111"]
    opened = ask(people.sun, columns=["number", "contact"], reason="回访核实情况", key="o")
    assert lines(people.sun, opened)[1] == [case.number, "13800001111"]
    last = journal.entries_for(case)[-1]
    assert (last.act, last.actor_person, last.note) == ("cases.exported", people.sun.id, "回访核实情况")
    none = ask(people.community, columns=["number", "contact", "reporter"])
    assert lines(people.community, none)[1] == [case.number, "反映人", ""]
    with pytest.raises(NotAllowed):
        ask(people.zhao, columns=["contact"], reason="回访核实情况", key="z")


def test_a_protected_informant_is_in_no_file_of_whoever_may_handle_the_case(people):
    factories.reported(contact="13800001111", protected=True, actor=people.li.actor)
    found = lines(people.community, ask(people.community, columns=["reporter", "contact"]))
    assert found[1] == ["身份受保护", ""]


def test_house_and_door_are_masked_for_those_who_may_not_know_who_reported(people):
    factories.many(1, address="椿树街道宣武门外大街8号院2单元301室")
    assert lines(people.wang, ask(people.wang, columns=["address"]))[1] == ["椿树街道宣武门外大街***"]
    assert "301" in lines(people.zhao, ask(people.zhao, columns=["address"]))[1][0]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"columns": []}, "columns"),
        ({"columns": ["nonsense"]}, "columns"),
        ({"format": "pdf"}, "format"),
        ({"reason": "回访核实情况"}, "reason"),
        ({"columns": ["contact"], "reason": "看"}, "reason"),
    ],
)
def test_what_cannot_be_made_is_refused_by_field(people, wrong, field):
    with pytest.raises(Invalid) as refused:
        ask(people.sun, **wrong)
    assert refused.value.problems[0].field == field


def test_a_file_is_its_owners_alone_and_every_fetch_is_journalled(people):
    run = ask(people.zhao)
    with pytest.raises(NotFound):
        services.fetch_export(actor=people.sun.actor, export_id=run.id)
    content(people.zhao, run)
    acts = [entry.act for entry in journal.entries_for(run)]
    assert acts == ["cases.export_asked", "cases.export_made", "cases.export_fetched"]


def test_files_are_deleted_when_their_time_is_over(people):
    run = ask(people.zhao)
    stored = ExportRun.objects.get(id=run.id).stored
    assert default_storage.exists(stored)
    with clock.frozen(clock.now() + timedelta(days=8)):
        with pytest.raises(NotFound):
            content(people.zhao, run)
        assert asking.expire(clock.now() - timedelta(days=7)) == 1
    assert not default_storage.exists(stored)
    [row] = selectors.exports(people.zhao.actor)
    assert row.state == "expired"


def test_nothing_but_the_file_is_left_in_the_storage(people):
    factories.many(3)
    run = ask(people.zhao)
    _folders, files = default_storage.listdir(f"exports/{run.district}")
    assert files == [f"{run.id.hex}.csv"]


def test_a_step_that_died_is_done_again_and_no_line_twice(people, monkeypatch):
    monkeypatch.setattr(making, "PART", 2)
    factories.many(5)
    run = services.ask_export(
        actor=people.zhao.actor,
        filters=CaseFilters(),
        columns=["number"],
        format="csv",
        idempotency_key="k",
    )
    for _ in range(2):
        making.export_step(district=run.district, run_id=str(run.id))
    assert selectors.exports(people.zhao.actor)[0].done == 2
    ExportRun.objects.filter(id=run.id).update(done=0)  # written, but its worker died before it said so
    jobs.run_pending()
    found = [line[0] for line in lines(people.zhao, run)[1:]]
    assert len(found) == len(set(found)) == 5


def test_who_lost_the_duty_meanwhile_gets_an_empty_file(people):
    factories.many(3)
    run = services.ask_export(
        actor=people.zhao.actor,
        filters=CaseFilters(),
        columns=["number"],
        format="csv",
        idempotency_key="k",
    )
    making.export_step(district=run.district, run_id=str(run.id))
    from youlin.apps.duties.models import Assignment

    for one in Assignment.objects.filter(holder=people.zhao.id):
        duties.end_assignment(actor=people.sun.actor, assignment=one)
    jobs.run_pending()
    run = ExportRun.objects.get(id=run.id)
    with default_storage.open(run.stored) as file:
        assert file.read().decode("utf-8-sig").splitlines() == ["编号"]


def test_too_many_rows_are_refused_in_words(people, monkeypatch):
    monkeypatch.setattr(making, "MOST", 2)
    factories.many(3)
    ask(people.zhao)
    [row] = selectors.exports(people.zhao.actor)
    assert row.state == "failed"
    assert "缩小筛选范围" in row.problem


def test_three_at_a_time_are_enough(people):
    for number in range(3):
        services.ask_export(
            actor=people.zhao.actor,
            filters=CaseFilters(),
            columns=USUAL,
            format="csv",
            idempotency_key=f"k{number}",
        )
    with pytest.raises(Conflict):
        ask(people.zhao, key="k3")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_memory_stays_flat_however_many_lines_there_are(format):
    def peak(count: int) -> int:
        heading, made = ["编号", "标题"], io.BytesIO()
        rows = ([f"XC-{number}", "楼下垃圾满溢 " * 3] for number in range(count))
        with open("/dev/null", "wb") if format == "csv" else made as out:
            tracemalloc.start()
            if format == "csv":
                writing.write_csv(out, heading, rows, bom=True)
            else:
                writing.write_xlsx(out, heading, rows, widths=[10, 20], sheet="案件")
            top = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return top - (len(made.getvalue()) if format == "xlsx" else 0)

    peak(10)
    assert peak(20_000) < peak(1_000) + 1_000_000
