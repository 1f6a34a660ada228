"""The departments' task list: a task is set for a day and goes to whoever holds the department's post."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case
from youlin.apps.linkage import acts, permission, words
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, Problem

LONGEST = 64
"""Characters of a list's name and of a task's number in it."""


@transaction.atomic
def set_task(
    *,
    actor: Actor,
    district: str,
    title: str,
    unit: Organisation | None,
    due_on: date | None,
    idempotency_key: str,
    text: str = "",
    list_name: str = "",
    number: str = "",
    is_demo: bool = False,
) -> Case:
    """Set a task for a body until a day, and dispatch it. `number` is its number in the list, kept as the case's
    number outside. Raises `Invalid` with everything that is wrong."""
    permission.demand(actor, acts.TASK, district)
    problems = wrong(title=title, unit=unit, due_on=due_on, list_name=list_name, number=number)
    if problems:
        raise Invalid(problems=problems)
    assert due_on is not None
    answers = {"due_on": [clocks.end_of_day(due_on).isoformat()]}
    receipt = cases.report(
        actor=actor,
        district=district,
        category=words.LISTED,
        title=title,
        text=text.strip() or title,
        area=district,
        channel=words.CHANNEL,
        external_number=number.strip(),
        attributes=answers | ({"list": [list_name.strip()]} if list_name.strip() else {}),
        lead_unit=unit,
        is_demo=is_demo,
        idempotency_key=idempotency_key,
    )
    case = lookup.locked(district, receipt.case.id)
    return dispatch(actor, case) if case.state == "set" else case


def wrong(
    *, title: str, unit: Organisation | None, due_on: date | None, list_name: str = "", number: str = ""
) -> list[Problem]:
    """What keeps a task from being set, field by field."""
    problems = []
    if not title.strip():
        problems.append(Problem("title", _("没有写任务")))
    elif len(title.strip()) > 120:
        problems.append(Problem("title", _("任务最多 120 字"), _("细节请写在内容里")))
    if unit is None:
        problems.append(Problem("unit", _("没有写责任单位"), _("从列表中选一个单位")))
    if due_on is None:
        problems.append(Problem("due_on", _("没有写完成期限"), _("例如 2026-12-31")))
    elif due_on < clock.today():
        problems.append(Problem("due_on", _("期限已经过了"), _("请写今天或以后的日期")))
    for field, value in (("list_name", list_name), ("number", number)):
        if len(value.strip()) > LONGEST:
            problems.append(Problem(field, _("最多 %(n)d 字") % {"n": LONGEST}))
    return problems


def dispatch(actor: Actor, case: Case) -> Case:
    """Give a task to whoever holds its body's post."""
    return cases.act(actor=actor, case_id=case.id, act="dispatch", idempotency_key=f"dispatch:{case.id}")
