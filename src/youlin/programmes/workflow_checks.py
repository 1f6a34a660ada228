"""A workflow read as a graph: every state reachable, every open state leads on, every word known."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from youlin.programmes import schema
from youlin.programmes.faults import Fault
from youlin.programmes.findings import limit, unknown
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_
from youlin.programmes.vocabulary import Vocabulary


def check(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    """All that is wrong with the workflows of the programme's own case types."""
    for code, case_type in programme.declarations.case_types.items():
        at: Path_ = ("case_types", code, "workflow")
        yield from _words(programme, at, case_type.workflow, vocabulary)
        yield from _steps(programme, at, case_type.workflow)
        yield from _reach(programme, at, case_type.workflow)


def _words(
    programme: Programme, at: Path_, workflow: schema.Workflow, vocabulary: Vocabulary
) -> Iterator[Fault]:
    states = workflow.states
    yield from unknown(programme, (*at, "initial"), _("状态"), workflow.initial, states)
    for code, act in workflow.acts.items():
        place: Path_ = (*at, "acts", code)
        for index, state in enumerate(act.from_):
            yield from unknown(programme, (*place, "from", index), _("状态"), state, states)
        if act.to is not None:
            yield from unknown(programme, (*place, "to"), _("状态"), act.to, states)
        yield from unknown(programme, (*place, "verb"), _("动作"), act.verb, vocabulary.verbs)
    for code, declared in states.items():
        clock = declared.clock
        if clock and not clock.limit.startswith("category:"):
            yield from limit(programme, (*at, "states", code, "clock", "limit"), clock.limit)


def _steps(programme: Programme, at: Path_, workflow: schema.Workflow) -> Iterator[Fault]:
    if workflow.steps_en and len(workflow.steps_en) != len(workflow.steps):
        message = _("steps_en 与 steps 的数目不同。")
        yield Fault(programme.source.place((*at, "steps_en")), message, _("请逐步对应。"))
    for code, state in workflow.states.items():
        if state.step is not None and not 1 <= state.step <= len(workflow.steps):
            message = _("没有第 %(step)d 步。") % {"step": state.step}
            remedy = _("steps 里有 %(count)d 步，从 1 数起。") % {"count": len(workflow.steps)}
            yield Fault(programme.source.place((*at, "states", code, "step")), message, remedy)


def _reach(programme: Programme, at: Path_, workflow: schema.Workflow) -> Iterator[Fault]:
    reached = {workflow.initial}
    while True:
        more = {act.to for act in workflow.acts.values() if act.to and reached.intersection(act.from_)}
        if more <= reached:
            break
        reached |= more
    for code, state in workflow.states.items():
        place = programme.source.key_place((*at, "states", code))
        if code not in reached:
            message = _("没有动作能到达状态“%(code)s”。") % {"code": code}
            yield Fault(place, message, _("请补一个 to: %(code)s 的动作，或删去它。") % {"code": code})
        if state.open and not any(code in act.from_ and act.to for act in workflow.acts.values()):
            message = _("未结的状态“%(code)s”没有出路。") % {"code": code}
            yield Fault(place, message, _("请补一个从它出发的动作，或标明 open: false。"))
