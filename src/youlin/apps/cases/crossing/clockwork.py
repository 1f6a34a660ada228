"""The clocks of a case that leaves, comes back, or ends because it lives on elsewhere."""

from datetime import datetime

from youlin.apps.cases import clocks, lookup, workflow
from youlin.apps.cases.crossing import standing
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.cases.services import transition
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict

_FIELDS = ["amber_at", "due_at", "first_due_at", "suspended_at", "left", "escalated_at"]


def running(case: Case) -> list[CaseClock]:
    """The promises that are not settled yet."""
    rows = CaseClock.objects.filter(district=case.district, case=case, stopped_at__isnull=True)
    return list(rows.order_by("started_at", "id"))


def hold(case: Case, at: datetime) -> None:
    """While another district looks at it, the promise stands still; one that is late already runs on."""
    found = running(case)
    CaseClock.objects.bulk_update(clocks.suspend(found, at), _FIELDS)
    clocks.set_lights(case, found)


def resume(case: Case, at: datetime) -> None:
    """Back again: the promise runs on with the time it had left."""
    found = running(case)
    CaseClock.objects.bulk_update(clocks.resume(found, at), _FIELDS)
    clocks.set_lights(case, found)


def way_out(case: Case) -> workflow.Act | None:
    """The act by which the case's table lets it go in its present state."""
    return lookup.table_of(case.case_type).role("hand_over", case.state)


def end(case: Case, *, actor: Actor, at: datetime, outcome: str) -> transition.Result:
    """The locked case is over here by its table's act; `outcome` says what it ended as. Saved, not journalled."""
    table, declared = lookup.table_of(case.case_type), way_out(case)
    if declared is None:
        raise Conflict(f"{case.number} has no act to leave by in {case.state}")
    result = transition.apply(
        case,
        table,
        declared,
        actor=actor,
        at=at,
        turn=transition.Turn(None),
        running=running(case),
        limits={},
    )
    case.outcome, case.excluded, case.public = outcome, True, case.public and outcome == "transferred"
    mark(case, "")
    case.save(force_update=True)
    CaseClock.objects.bulk_update(result.clocks.stopped, ["stopped_at", "outcome"])
    return result


def mark(case: Case, mark: str) -> None:
    """Put one of the two marks on the case in memory, or take both off."""
    kept = [one for one in case.marks.split() if one not in standing.KEPT]
    case.marks = " ".join([*kept, *([mark] if mark else [])])
