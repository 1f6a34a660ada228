"""The inverse of an act: the case is put back, in a new entry of its history, while nobody has touched it since."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, permission
from youlin.apps.cases.lists.bulk import rules
from youlin.apps.cases.models import Case, CaseClock, Category
from youlin.apps.cases.services import acts
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotAllowed


def undo_one(case: Case, before: Mapping[str, Any], *, actor: Actor, act: str, version: int) -> int:
    """Put a locked case back to what it was before `act`; its version then.

    Deadlines go on as they ran before. Raises `Conflict` when something has happened since, `NotAllowed`
    when the actor no longer may do what is to be undone.
    """
    access = permission.access(actor)
    permission.demand_knowledge(access, case)
    declared = lookup.table_of(case.case_type).acts.get(act)
    if declared is None or not permission.may(access, declared.verb, case):
        raise NotAllowed(_("您现在没有办这一步的岗位"))
    if case.version != version:
        raise Conflict(_("之后又有人办过，不再撤销"))
    seen = _seen(case)
    category = case.category
    rules.put_back(case, before)
    running = _clocks_back(case, set(before["clocks"]))
    clocks.set_lights(case, running)
    case.routing_reason = {"duty": case.holder_duty, "steps": [_("撤销批量办理，回到原来的状态")]}
    case.version += 1
    case.updated_at = max(clock.now(), case.updated_at)
    case.save(force_update=True)
    if case.category != category:
        found = Category.objects.filter(district=case.district, code=case.category).first()
        acts.findable(case, found.name if found else "")
    journal.append(
        act="cases.undone",
        actor=actor,
        subject=case,
        area=case.area_now,
        before=seen,
        after={"undoes": act, **_seen(case)},
    )
    return case.version


def _clocks_back(case: Case, ran: set[str]) -> list[CaseClock]:
    """Clocks that the act stopped run on; those it started do not count. Those that run then."""
    rows = list(CaseClock.objects.select_for_update().filter(district=case.district, case=case))
    changed = []
    for row in rows:
        if str(row.id) in ran and row.stopped_at is not None:
            row.stopped_at, row.outcome = None, ""
            changed.append(row)
        elif str(row.id) not in ran and row.stopped_at is None:
            clocks.stop(row, clock.now(), void=True)
            changed.append(row)
    CaseClock.objects.bulk_update(changed, ["stopped_at", "outcome"])
    return [row for row in rows if row.stopped_at is None]


def _seen(case: Case) -> dict[str, Any]:
    return {
        "state": case.state,
        "category": case.category,
        "holder": str(case.holder_id or ""),
        "duty": case.holder_duty,
        "due_at": case.due_at.isoformat() if case.due_at else "",
    }
