"""The transition table as types: states, acts, clocks. Pure data, made by `reading.parse` alone."""

from dataclasses import dataclass, field
from typing import Literal

from youlin.kernel.languages import in_language

NoteRule = Literal["none", "optional", "required"]
ActorRule = Literal["any", "holder", "not_handler", "reporter"]
Role = Literal[
    "", "follow_up", "rate", "reopen", "duplicate", "split", "gather", "take_back", "unreachable", "hand_over"
]  # fmt: skip

NAMED_DAY = "attribute:"
"""How a clock's limit begins that ends on a day which the case itself names, in an answer of its category."""

TIMES = ("filed_at", "dispatched_at", "handled_at", "verified_at", "closed_at")
"""The times of a case that an act may stamp (`sets`) or take back (`clears`)."""

COUNTERS = ("sent_back", "reworked", "reopened")
"""The counters of a case that an act may raise (`counts`)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise that runs while consecutive states name it.

    `limit` is a limit in words ("4 工作时"), `category:<name>`, the category's own, or `attribute:<code>`, the
    moment that the case names in an answer; `default` stands in where category or case say nothing. Without either no
    clock runs.
    """

    name: str
    limit: str
    default: str = ""
    label: str = ""
    label_en: str = ""

    def title(self) -> str:
        return in_language(self.label or self.name, self.label_en)


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can stand; `step` is the number of its step from 1, None outside the steps."""

    code: str
    name: str
    name_en: str = ""
    step: int | None = None
    open: bool = True
    clocks: tuple[Clock, ...] = ()

    def title(self) -> str:
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Field:
    """One more thing an act asks for; kept with the act in the journal."""

    name: str
    label: str
    label_en: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()

    def title(self) -> str:
        return in_language(self.label, self.label_en)


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the table. `to` None keeps the state; `verb` is "" only for acts of the reporter.

    `assigns` says whose turn it is afterwards: `holder` (unchanged), `actor`, `route`, `chosen`, `handler`,
    `none`, `reporter`, `duty:<code>` (who holds that duty for the case's area, never the handler) or
    `unit:<code>` (who holds that duty for the case's lead unit there).
    `clocks` "void" makes the clocks it stops not count, unless they are late already.
    """

    code: str
    name: str
    sources: tuple[str, ...]
    to: str | None
    verb: str
    name_en: str = ""
    actor: ActorRule = "any"
    note: NoteRule = "optional"
    photos: int = 0
    sets: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    counts: str = ""
    assigns: str = "holder"
    outcome: str = ""
    clocks: Literal["kept", "void"] = "kept"
    role: Role = ""
    records: str = "acted"
    recategorises: bool = False
    excludes: bool = False
    automatic: bool = False
    primary: bool = False
    danger: bool = False
    fields: tuple[Field, ...] = ()

    def title(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def journal_act(self) -> str:
        return f"cases.{self.records}"

    @property
    def asks_person(self) -> bool:
        return self.assigns == "chosen"

    def target(self, state: str) -> str:
        """The state after this act done in `state`."""
        return self.to or state


@dataclass(frozen=True, slots=True)
class Measure:
    """Which kind of measure (`cases/measures.py`) may begin in which states, and how far it may go.

    `limit` is the most it may last or move a deadline, `times` how often a case may have it (0: no bound);
    a category may say otherwise. `clock` is the promise that an extension moves, `decides` the duty that is
    asked to decide, `duties` those that may be called, `choices` the reasons to choose from.
    """

    kind: str
    sources: tuple[str, ...]
    limit: str = ""
    times: int = 0
    clock: str = ""
    decides: str = ""
    duties: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole table. `states` and `acts` keep the order in which they were declared."""

    initial: str
    steps: tuple[str, ...]
    steps_en: tuple[str, ...]
    states: dict[str, State]
    acts: dict[str, Act]
    by_source: dict[str, tuple[Act, ...]] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)

    def state(self, code: str) -> State:
        """The state of this code; one the table no longer knows is shown by its code, closed to every act."""
        return self.states.get(code) or State(code=code, name=code)

    def available(self, state: str) -> tuple[Act, ...]:
        """The acts that the table allows in `state`, the primary ones first."""
        return self.by_source.get(state, ())

    def automatic(self, state: str) -> Act | None:
        """The act that the system does by itself in `state`, if any."""
        return next((act for act in self.available(state) if act.automatic), None)

    def role(self, role: str, state: str) -> Act | None:
        """The act with this role in `state`, if any."""
        return next((act for act in self.available(state) if act.role == role), None)

    def step_names(self) -> tuple[str, ...]:
        """The steps' names in the language of the request."""
        english = self.steps_en if len(self.steps_en) == len(self.steps) else self.steps
        return tuple(in_language(name, name_en) for name, name_en in zip(self.steps, english, strict=True))

    def step_of(self, state: str) -> int:
        """The number of the step `state` belongs to; 0 outside the steps."""
        return self.state(state).step or 0
