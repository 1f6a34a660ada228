"""The laws every table must keep: no dead end, no state nobody reaches, nobody verifies their own work."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from youlin.apps.cases.workflow.table import Act, State, Workflow

Fault = tuple[str, str, str]
"""Path, message, remedy."""


def by_source(states: Mapping[str, State], acts: Mapping[str, Act]) -> dict[str, tuple[Act, ...]]:
    """The acts possible in each state, the primary ones first, else as declared."""
    return {
        code: tuple(
            sorted((act for act in acts.values() if code in act.sources), key=lambda act: not act.primary)
        )
        for code in states
    }


def broken(table: Workflow) -> Iterator[Fault]:
    """What is wrong with a table that reads well."""
    yield from _unreached(table)
    yield from _dead_ends(table)
    yield from _own_work(table)
    yield from _ambiguous(table)
    yield from _stuck_machine(table)
    yield from _clocks(table)
    yield from _parts(table)
    yield from _leaving(table)


def reachable(table: Workflow, start: str) -> set[str]:
    """Every state that acts can lead to from `start`, `start` included."""
    seen, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        for act in table.available(state):
            target = act.target(state)
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _unreached(table: Workflow) -> Iterator[Fault]:
    found = reachable(table, table.initial)
    for code in table.states:
        if code not in found:
            yield (
                f"states.{code}",
                _("从起始状态走不到这里"),
                _("删去这个状态，或补一个以它为 to 的动作"),
            )


def _dead_ends(table: Workflow) -> Iterator[Fault]:
    if all(state.open for state in table.states.values()):
        yield "states", _("没有结束状态，案件永远结不了"), _("给结束的状态写 open: false")
        return
    for code, state in table.states.items():
        if state.open and all(table.state(end).open for end in reachable(table, code)):
            yield f"states.{code}", _("从这里走不到任何结束状态"), _("补一个通向结案的动作")


def _own_work(table: Workflow) -> Iterator[Fault]:
    """核查 is done by another person than 处置; a table that says otherwise is refused."""
    for code, act in table.acts.items():
        if "verified_at" in act.sets and act.actor != "not_handler":
            yield (
                f"acts.{code}.actor",
                _("核查必须由处置人以外的人来做"),
                _("写 actor: not_handler"),
            )


def _ambiguous(table: Workflow) -> Iterator[Fault]:
    for code in table.states:
        acts = table.available(code)
        for role in {act.role for act in acts if act.role}:
            if sum(act.role == role for act in acts) > 1:
                yield f"states.{code}", _("有两个动作的 role 都是 %(role)s") % {"role": role}, _("只留一个")
        if sum(act.automatic for act in acts) > 1:
            yield f"states.{code}", _("有两个自动动作，系统不知道做哪个"), _("只给一个写 automatic: true")


def _stuck_machine(table: Workflow) -> Iterator[Fault]:
    """Automatic acts must come to rest."""
    for start in table.states:
        seen, state = set(), start
        while (act := table.automatic(state)) is not None:
            if state in seen:
                yield f"acts.{act.code}.automatic", _("自动动作绕成了圈"), _("去掉其中一个 automatic")
                return
            seen.add(state)
            state = act.target(state)


def _clocks(table: Workflow) -> Iterator[Fault]:
    """A closed state has no promise left; one name means one limit, else nobody knows which one ran."""
    limits: dict[str, tuple[str, str]] = {}
    for code, state in table.states.items():
        if state.clocks and not state.open:
            yield f"states.{code}.clock", _("结束状态不能再计时"), _("删去 clock")
        for clock in state.clocks:
            known = limits.setdefault(clock.name, (clock.limit, clock.default))
            if known != (clock.limit, clock.default):
                yield (
                    f"states.{code}.clock",
                    _("时钟 %(name)s 在别的状态写了不同的时限") % {"name": clock.name},
                    _("同名的时钟用同一个时限，或者换一个名字"),
                )


def _parts(table: Workflow) -> Iterator[Fault]:
    """What is split must come together again, whether its parts were solved or not."""
    for code, act in table.acts.items():
        if act.role != "split":
            continue
        for role in ("gather", "take_back"):
            if any(table.role(role, act.target(state)) is None for state in act.sources):
                yield (
                    f"acts.{code}.to",
                    _("分办以后没有 role: %(role)s 的动作，各件办结后案件走不下去") % {"role": role},
                    _("给分办后的状态补上 gather 和 take_back 两个动作"),
                )


def _leaving(table: Workflow) -> Iterator[Fault]:
    """What another district took over is over here, counts in no rate here, and can be sent back as it comes."""
    for code, act in table.acts.items():
        if act.role != "hand_over":
            continue
        if act.to is None or table.state(act.to).open:
            yield f"acts.{code}.to", _("移交外区以后本区不再办理"), _("写一个 open: false 的状态")
        if not act.excludes or act.clocks != "void":
            yield (
                f"acts.{code}.excludes",
                _("外区接收的件不计入本区各项比率"),
                _("写 excludes: true 和 clocks: void"),
            )
        if table.initial not in act.sources:
            yield f"acts.{code}.from", _("起始状态也要能移交，外区来件才能退回"), _("把 initial 写进 from")
