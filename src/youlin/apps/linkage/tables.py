"""The tables of bodies and tasks as they go out: what is read in again changes nothing."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from django.utils import timezone

from youlin.apps.cases.words import Light
from youlin.apps.linkage import selectors, words
from youlin.apps.linkage.selectors import BodyRow
from youlin.kernel.actors import Actor
from youlin.kernel.tables import harmless

BODY_COLUMNS = {
    "code": "代码",
    "name": "名称",
    "kind": "种类",
    "parent": "所属企业",
    "area": "街道",
    "address": "地址",
    "credit_code": "统一社会信用代码",
    "contact": "联系人",
    "phone": "电话",
}
"""What a table of bodies may say; contact and phone go out masked, and masked ones are not read in."""

TASK_COLUMNS = {
    "list_name": "清单",
    "number": "编号",
    "title": "任务",
    "text": "内容",
    "unit": "责任单位",
    "due_on": "完成期限",
}

_MORE_OF_BODIES = ("联动责任人", "最近联系", "在办事项")
_MORE_OF_TASKS = ("案件编号", "状态", "是否逾期", "承办人")
_LATE: dict[Light, str] = {"late": "逾期", "soon": "临期", "ok": "", "none": ""}


def bodies(actor: Actor, district: str) -> Iterator[str]:
    """The bodies the actor keeps as lines of CSV, companies before what belongs to them."""
    rank = list(words.KINDS)
    found = selectors.rows(actor, selectors.bodies(actor, district))
    yield "\ufeff" + _line([*BODY_COLUMNS.values(), *_MORE_OF_BODIES])
    for row in sorted(found, key=lambda one: (rank.index(one.body.kind), one.body.area, one.body.code)):
        yield _line(_body(row))


def tasks(actor: Actor, district: str) -> Iterator[str]:
    """The tasks the actor may know as lines of CSV, open and closed."""
    groups = selectors.task_list(actor, district, open=None)
    numbers = selectors.numbers_of([row for _unit, rows in groups for row in rows])
    yield "\ufeff" + _line([*TASK_COLUMNS.values(), *_MORE_OF_TASKS])
    for unit, rows in groups:
        for row in rows:
            listed, number = numbers.get(row.id, ("", ""))
            due = timezone.localtime(row.due_at).date().isoformat() if row.due_at else ""
            yield _line(
                [
                    listed,
                    number,
                    row.title,
                    "",
                    unit,
                    due,
                    row.number,
                    row.state_name,
                    _LATE[row.light],
                    row.holder_label,
                ]
            )


def _body(row: BodyRow) -> list[str]:
    body = row.body
    spoken = timezone.localtime(row.contacted_at).date().isoformat() if row.contacted_at else ""
    said = [
        body.code,
        body.name,
        words.IN_TABLES[body.kind],
        row.parent_name,
        row.area_name if body.area != body.district else "",
        body.address,
        body.credit_code,
    ]
    return [*said, row.contact, row.phone, row.owner.label, spoken, str(row.open_cases)]


def _line(cells: Sequence[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()
