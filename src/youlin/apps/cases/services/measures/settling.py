"""What becomes of a case's measures when the case itself goes on: nothing stands still in a case that moves."""

from datetime import datetime

from youlin.apps.cases import lookup, measures
from youlin.apps.cases.models import Case, Measure
from youlin.apps.cases.services.measures import effects
from youlin.kernel import journal
from youlin.kernel.actors import Actor


def settle(case: Case, target: str, *, actor: Actor, at: datetime) -> None:
    """End what the case's going to the state `target` ends. The caller saves the case.

    Clocks that stood still run on first, so that the act is measured against them. Costs nothing for a case
    without marks.
    """
    if not case.marks or target == case.state:
        return
    allowed = lookup.table_of(case.case_type).measures
    rows = Measure.objects.filter(district=case.district, case=case, is_open=True).order_by("id")
    for measure in rows:
        kind = measures.KINDS[measure.kind]
        declared = allowed.get(measure.kind)
        leaves = declared is None or target not in declared.sources
        moves = kind.ends_with == "move" and measure.state == measures.RUNNING
        if moves or (kind.ends_with != "never" and leaves):
            end(case, measure, measures.ENDED_BY_THE_CASE[measure.state], actor=actor, at=at)
    effects.set_marks(case)


def end(case: Case, measure: Measure, state: str, *, actor: Actor, at: datetime) -> None:
    """End a measure without anybody's step: the case went on, or its time has come. `at` is when it was over."""
    kind, before = measures.KINDS[measure.kind], measure.state
    running = before == measures.RUNNING and kind.holds
    moved = effects.apply(case, measure, "resume", at) if running else {}
    measure.state, measure.is_open, measure.ended_at = state, False, at
    measure.save(update_fields=["state", "is_open", "ended_at"])
    journal.append(
        act=measures.ended_act(kind),
        actor=actor,
        subject=case,
        area=case.area_now,
        before={"measure_state": before},
        after={"measure": str(measure.id), "kind": measure.kind, "measure_state": state, **moved},
        at=at,
    )
