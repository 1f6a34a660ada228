"""Measures: what is done to a case beside its workflow, as a table of kinds and steps. Pure data.

延期, 缓办, 等待诉求人, 挂账, 吹哨报到, 督办, 剔除 and 申诉 are all measures: somebody begins one, others take its steps,
and each step may move the case's clocks. A case type declares which it allows and how far (`workflow.measures`).
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

ASKED, RUNNING = "asked", "running"

APPROVE, SUPERVISE, WHISTLE = "case.approve", "case.supervise", "case.whistle"

Who = Literal["holder", "handler", "supervisor", "caller", "requester", "decider", "assignee", "reporter"]
"""Who takes a step: the case's holder, who handled it, who holds `case.supervise` or `case.whistle`, who asked,
who decides (never who asked, holds or handled), who was called, who reported."""

Effect = Literal["", "hold", "resume", "extend", "exclude", "include", "set_aside"]
"""What a step does to the case: clocks stand still or run on, a deadline moves, rates leave it out."""

Note = Literal["optional", "required"]


@dataclass(frozen=True)
class Step:
    """One row of a kind's table: from `sources` to `to` by `who`; `says` is where its words are kept."""

    code: str
    name: "StrOrPromise"
    sources: tuple[str, ...]
    to: str
    who: tuple[Who, ...]
    note: Note = "optional"
    effect: Effect = ""
    says: Literal["reason", "decision", "result"] = "decision"
    asks_until: bool = False
    ends: bool = True
    danger: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind: who begins it, what it asks, the states it is in, and when the case's going on ends it.

    `ends_with`: `move` (any change of state), `leave` (a state it is not declared for), `never`. A kind with
    `decided` waits for somebody else's word first. `until` says what the date it asks for means.
    """

    code: str
    name: "StrOrPromise"
    begins: "StrOrPromise"
    by: tuple[Who, ...]
    states: dict[str, "StrOrPromise"]
    first: str
    steps: tuple[Step, ...]
    ends_with: Literal["move", "leave", "never"] = "leave"
    decided: bool = False
    effect: Effect = ""
    note: "StrOrPromise" = gettext_lazy("理由")
    until: "StrOrPromise" = ""
    until_required: bool = True
    plan: bool = False
    calls: bool = False
    evidence: bool = False
    marks: dict[str, str] = field(default_factory=dict)
    woken: str = ""

    def step(self, code: str) -> Step | None:
        """The step with this code, if the kind has it."""
        return next((step for step in self.steps if step.code == code), None)

    @property
    def holds(self) -> bool:
        """Whether clocks stand still while it runs."""
        return self.effect == "hold" or any(step.effect == "hold" for step in self.steps)


def _decided(granted: str, effect: Effect, *, ends: bool) -> tuple[Step, ...]:
    """The three ways out of asking: granted, refused, taken back."""
    return (
        Step("approve", gettext_lazy("批准"), (ASKED,), granted, ("decider",),
             effect=effect, ends=ends),
        Step("refuse", gettext_lazy("不批准"), (ASKED,), "refused", ("decider",),
             note="required", danger=True),
        Step("withdraw", gettext_lazy("撤回申请"), (ASKED,), "withdrawn", ("requester", "holder")),
    )  # fmt: skip


_ENDS: dict[str, "StrOrPromise"] = {
    ASKED: gettext_lazy("待批准"),
    "refused": gettext_lazy("未批准"),
    "withdrawn": gettext_lazy("已撤回"),
    "lapsed": gettext_lazy("已失效"),
}
_RESUME = Step(
    "resume", gettext_lazy("恢复办理"), (RUNNING,), "ended", ("holder", "decider"),
    effect="resume",
)  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "extension", gettext_lazy("延期"), gettext_lazy("申请延期"),
            ("holder",), {**_ENDS, "granted": gettext_lazy("已延期")}, ASKED,
            _decided("granted", "extend", ends=True), decided=True, until=gettext_lazy("延到哪一天"),
            marks={ASKED: "asked"},
        ),
        Kind(
            "deferral", gettext_lazy("缓办"), gettext_lazy("申请缓办"),
            ("holder",),
            {**_ENDS, RUNNING: gettext_lazy("缓办中"), "ended": gettext_lazy("已恢复")}, ASKED,
            (*_decided(RUNNING, "hold", ends=False), _RESUME), ends_with="move", decided=True,
            until=gettext_lazy("缓到哪一天"), marks={ASKED: "asked", RUNNING: "deferred"}, woken="ended",
        ),
        Kind(
            "pause", gettext_lazy("等诉求人"), gettext_lazy("问诉求人"),
            ("holder",),
            {RUNNING: gettext_lazy("等诉求人答复"), "answered": gettext_lazy("已答复"),
             "ended": gettext_lazy("已恢复"), "lapsed": gettext_lazy("到期未答复")}, RUNNING,
            (
                Step("answer", gettext_lazy("答复"), (RUNNING,), "answered",
                     ("reporter",), note="required", effect="resume", says="result"),
                _RESUME,
            ),
            ends_with="move", effect="hold", note=gettext_lazy("要问诉求人什么"),
            until=gettext_lazy("等到哪一天"), until_required=False, marks={RUNNING: "paused"}, woken="lapsed",
        ),
        Kind(
            "carry_over", gettext_lazy("挂账"), gettext_lazy("申请挂账"),
            ("holder",),
            {**_ENDS, RUNNING: gettext_lazy("挂账中"), "ended": gettext_lazy("已销账")}, ASKED,
            (
                *_decided(RUNNING, "hold", ends=False),
                Step("review", gettext_lazy("复核"), (RUNNING,), RUNNING,
                     ("holder", "decider"), note="required", says="result", asks_until=True, ends=False),
                Step("clear", gettext_lazy("销账"), (RUNNING,), "ended",
                     ("holder", "decider"), note="required", effect="resume", says="result"),
            ),
            ends_with="move", decided=True, until=gettext_lazy("下次复核"), plan=True,
            marks={ASKED: "asked", RUNNING: "carried"},
        ),
        Kind(
            "whistle", gettext_lazy("吹哨"), gettext_lazy("吹哨"),
            ("holder", "caller"),
            {"called": gettext_lazy("待报到"), "arrived": gettext_lazy("已报到"),
             "reported": gettext_lazy("已反馈"), "declined": gettext_lazy("不属职责"),
             "released": gettext_lazy("已解除")}, "called",
            (
                Step("arrive", gettext_lazy("报到"), ("called",), "arrived",
                     ("assignee",), says="result", ends=False),
                Step("report", gettext_lazy("反馈结果"), ("arrived",),
                     "reported", ("assignee",), note="required", says="result"),
                Step("decline", gettext_lazy("不属职责"), ("called",), "declined",
                     ("assignee",), note="required", says="result", danger=True),
                Step("release", gettext_lazy("解除"), ("called", "arrived"),
                     "released", ("requester", "holder")),
            ),
            note=gettext_lazy("请他们来做什么"), until_required=False, calls=True,
            marks={"called": "whistle", "arrived": "whistle"},
        ),
        Kind(
            "supervision", gettext_lazy("督办"), gettext_lazy("督办"),
            ("supervisor",),
            {"standing": gettext_lazy("待回复"), "answered": gettext_lazy("已回复"),
             "lifted": gettext_lazy("已解除")}, "standing",
            (
                Step("answer", gettext_lazy("回复督办"), ("standing",), "answered",
                     ("holder", "handler"), note="required", says="result", ends=False),
                Step("return", gettext_lazy("退回再办"), ("answered",),
                     "standing", ("supervisor",), note="required", asks_until=True, ends=False),
                Step("lift", gettext_lazy("解除督办"), ("standing", "answered"),
                     "lifted", ("supervisor",)),
            ),
            ends_with="never", note=gettext_lazy("督办要求"), until=gettext_lazy("要求完成"),
            marks={"standing": "supervised", "answered": "supervised"},
        ),
        Kind(
            "exclusion", gettext_lazy("剔除"), gettext_lazy("申请剔除"),
            ("holder", "handler"),
            {**_ENDS, "granted": gettext_lazy("已剔除"), "revoked": gettext_lazy("已撤销")}, ASKED,
            (
                *_decided("granted", "exclude", ends=True),
                Step("revoke", gettext_lazy("撤销剔除"), ("granted",), "revoked",
                     ("decider",), note="required", effect="include", danger=True),
            ),
            ends_with="never", decided=True, evidence=True, marks={ASKED: "asked"},
        ),
        Kind(
            "appeal", gettext_lazy("申诉"), gettext_lazy("对评价申诉"),
            ("holder", "handler"),
            {**_ENDS, "granted": gettext_lazy("申诉成立")}, ASKED, _decided("granted", "set_aside", ends=True),
            ends_with="never", decided=True, evidence=True, marks={ASKED: "asked"},
        ),
    )
}  # fmt: skip
"""All kinds by code. Their order is that of the buttons."""

ENDED_BY_THE_CASE: dict[str, str] = {
    ASKED: "lapsed",
    RUNNING: "ended",
    "called": "released",
    "arrived": "released",
}
"""What a measure becomes when the case goes on without it."""

MARKS: dict[str, "StrOrPromise"] = {
    "supervised": gettext_lazy("督办"),
    "asked": gettext_lazy("待批"),
    "deferred": gettext_lazy("缓办"),
    "paused": gettext_lazy("等诉求人"),
    "carried": gettext_lazy("挂账"),
    "whistle": gettext_lazy("吹哨"),
    "divided": gettext_lazy("分办"),
    "crossing": gettext_lazy("移交外区"),
    "arrived": gettext_lazy("外区来件"),
}
"""What a list shows beside a case, in this order."""


def mark_name(mark: str) -> str:
    """A mark in words; one that nobody knows is shown as it is."""
    return str(MARKS.get(mark, mark))


_RECORDED = {
    "approve": "granted", "refuse": "refused", "withdraw": "withdrawn", "resume": "resumed",
    "answer": "answered", "review": "reviewed", "clear": "cleared", "arrive": "arrived", "report": "reported",
    "decline": "declined", "release": "released", "return": "returned", "lift": "lifted", "revoke": "revoked",
}  # fmt: skip
"""How the journal calls a step."""


def journal_act(kind: Kind, step: Step | None = None) -> str:
    """The act of the journal for a step, or for the beginning: `cases.extension_asked`."""
    if step is not None:
        return f"cases.{kind.code}_{_RECORDED[step.code]}"
    return f"cases.{kind.code}_{kind.first if kind.first in (ASKED, 'called') else 'begun'}"


def ended_act(kind: Kind) -> str:
    """The act of the journal when the system ends or wakes a measure."""
    return f"cases.{kind.code}_ended"


def marks_of(standing: "list[tuple[str, str]]", *, divided: bool = False) -> str:
    """The marks of a case whose open measures have these kinds and states, as `Case.marks` keeps them."""
    found = {KINDS[kind].marks.get(state, "") for kind, state in standing if kind in KINDS}
    found |= {"divided"} if divided else set()
    return " ".join(mark for mark in MARKS if mark in found)
