"""What goes on without anybody: acts of the system on many cases at once, by the same rules as one by one."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db import transaction

from youlin.apps.cases import lookup, workflow
from youlin.apps.cases.models import Case
from youlin.apps.cases.services import acts
from youlin.apps.cases.services.acts import Asked, Deed
from youlin.apps.cases.services.around import Around
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotFound


@transaction.atomic
def go_on(*, district: str, case_ids: Sequence[UUID], wanted: Sequence[str] = ()) -> dict[UUID, list[str]]:
    """Do by the system what the tables declare automatic (or `wanted`, in order) until each case comes to rest.

    A case stops in peace where an act is not possible: it then waits for a person. The acts done, by case.
    The first act of every case is done together, then the second …, each round in a constant number of queries.
    """
    cases = [case for case in lookup.locked_many(district, case_ids) if case.is_open]
    done: dict[UUID, list[str]] = {case.id: [] for case in cases}
    left = {case.id: list(wanted) for case in cases}
    around = Around(cases)
    with duties.one_look():
        while cases:
            deeds = _round(cases, left, around, automatic=not wanted)
            for deed in deeds:
                done[deed.case.id].append(deed.declared.code)
            cases = [deed.case for deed in deeds]
    return done


def _round(
    cases: Sequence[Case], left: dict[UUID, list[str]], around: Around, *, automatic: bool
) -> list[Deed]:
    """One act of each case that has one to do."""
    asked = Asked(SYSTEM, at=clock.now())
    deeds: list[Deed] = []
    changed: set[str] = set()
    for case in cases:
        declared = _next(case, left[case.id], automatic=automatic)
        if declared is None:
            continue
        before = _values(case)
        deed = _tried(case, declared, asked, around)
        if deed is not None:
            deeds.append(deed)
            changed |= {name for name in acts.EVERYTHING if getattr(case, name) != before.get(name)}
    acts.keep(deeds, changed=changed)
    return deeds


def _next(case: Case, left: list[str], *, automatic: bool) -> workflow.Act | None:
    """The act that is next; None when nothing is left to do, or what is asked for is unknown."""
    table = lookup.table_of(case.case_type)
    if automatic:
        return table.automatic(case.state)
    while left:
        declared = table.acts.get(left.pop(0))
        if declared is None or case.state in declared.sources:
            return declared
    return None


def _tried(case: Case, declared: workflow.Act, asked: Asked, around: Around) -> Deed | None:
    """The deed, or None where it is not possible: then case and clocks are as they were.

    Of a case with measures some are written as they end; that is undone in the database.
    """
    running = around.running(case)
    kept = [(row, _values(row)) for row in (case, *running)]
    try:
        with transaction.atomic() if case.marks else nullcontext():
            acts.check_complete(declared)
            return acts.decide(case, declared, asked, around)
    except (Invalid, Conflict, NotFound):
        for row, values in kept:
            row.__dict__.update(values)
        around.go_on_running(case, running)
        return None


def _values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.__dict__.items() if name != "_state"}
