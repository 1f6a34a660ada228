"""What a case page shows of what is done beside the workflow."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from youlin.apps.cases.selectors.rows.choices import Choice
from youlin.apps.cases.words import Light


@dataclass(frozen=True, slots=True)
class MeasureStep:
    """A step that the reader may take now. `note` is "optional" or "required"."""

    code: str
    name: str
    note: str
    asks_until: bool
    danger: bool


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure with its words, its days and what the reader may do about it."""

    id: UUID
    kind: str
    kind_name: str
    state: str
    state_name: str
    is_open: bool
    reason: str
    choice: str
    plan: str
    until: datetime | None
    due_before: datetime | None
    requested_by: str
    requested_at: datetime
    decider: str
    decided_by: str
    decided_at: datetime | None
    decision: str
    assignee: str
    unit: str
    arrived_at: datetime | None
    outcome: str
    result: str
    steps: tuple[MeasureStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Beginning:
    """A kind of measure that the reader may begin now, and what its form asks. `latest` is the last day."""

    kind: str
    name: str
    note_label: str
    until_label: str = ""
    until_required: bool = False
    latest: date | None = None
    limit: str = ""
    plan: bool = False
    evidence: bool = False
    choices: tuple[str, ...] = ()
    people: tuple[Choice, ...] = ()
    calls: bool = False


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a case that was split, or the whole of one."""

    number: str
    title: str
    state_name: str
    is_open: bool
    light: Light
