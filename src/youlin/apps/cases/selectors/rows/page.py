"""What a case page of the desk or the field shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from youlin.apps.cases.attributes import Answered
from youlin.apps.cases.selectors.rows.choices import Choice
from youlin.apps.cases.selectors.rows.crossing import Received, Sent
from youlin.apps.cases.selectors.rows.lists import CaseRow
from youlin.apps.cases.selectors.rows.measures import Beginning, MeasureRow, PartRow
from youlin.apps.cases.words import Light


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo or sound of a case; `kind` is "photo" or "audio", `step` the state it was taken in.

    `stands_for` is the photo that a blurred copy shows in its place.
    """

    id: UUID
    kind: str
    thumb_url: str
    full_url: str
    step: str
    at: datetime
    public: bool
    stands_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. `why` explains a choice the system made, step by step ("为什么是他?")."""

    at: datetime
    who: str
    what: str
    text: str
    act: str
    photos: tuple[Photo, ...] = ()
    why: tuple[str, ...] = ()
    by_system: bool = False


@dataclass(frozen=True, slots=True)
class ActField:
    """One more field an act's form asks for."""

    name: str
    label: str
    required: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class AvailableAct:
    """An act the actor may do now, or (with `why_not`) one that a rule keeps from them at this moment.

    `asks_person` and `asks_category` say that the form must offer `people` or a category. `photos` is the
    least number of photos; `note` is "none", "optional" or "required".
    """

    code: str
    name: str
    primary: bool
    danger: bool
    role: str
    note: Literal["none", "optional", "required"]
    photos: int
    asks_person: bool = False
    asks_category: bool = False
    asks_duplicate: bool = False
    people: tuple[Choice, ...] = ()
    fields: tuple[ActField, ...] = ()
    to_state: str = ""
    to_state_name: str = ""
    why_not: str = ""

    @property
    def allowed(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Step:
    """One of the workflow's steps as the case has gone through it."""

    number: int
    name: str
    position: Literal["done", "current", "ahead"]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One promise in time. `outcome`: "" while it runs, then "kept", "late" or "void" (does not count)."""

    name: str
    label: str
    limit: str
    started_at: datetime
    amber_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    outcome: str
    light: Light
    first_due_at: datetime | None = None
    suspended_at: datetime | None = None
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class ReporterRow:
    """Somebody who reported, as far as the reader may know: masked, or hidden when protected."""

    kind: Literal["reporter", "me_too"]
    label: str
    contact: str
    note: str
    protected: bool
    at: datetime
    id: UUID
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The reporter's word: by a follow-up call or by rating. None where not asked or not answered."""

    at: datetime
    kind: Literal["call", "rating"]
    reached: bool
    solved: bool | None
    satisfied: bool | None
    stars: int | None
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Nearby:
    """An open public case close to a point, for "is it this one?", as the public sees it."""

    number: str
    title: str
    category: str
    category_name: str
    state_name: str
    metres: int
    lon: float
    lat: float
    reported_at: datetime
    me_too: int
    thumb_url: str = ""


@dataclass(frozen=True, slots=True)
class Likely:
    """An earlier case that this one probably repeats; `percent` by the scorecard, with its reasons in words."""

    number: str
    title: str
    percent: int
    reasons: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything a case page of the desk or the field shows to this actor."""

    row: CaseRow
    description: str
    channel_name: str
    external_number: str
    workflow: dict[str, object]
    timeline: tuple[TimelineEntry, ...]
    acts: tuple[AvailableAct, ...]
    steps: tuple[Step, ...]
    clocks: tuple[ClockRow, ...]
    photos: tuple[Photo, ...]
    reporters: tuple[ReporterRow, ...]
    reporters_count: int
    answers: tuple[Answer, ...]
    nearby: tuple[Nearby, ...]
    likely: tuple[Likely, ...]
    why_holder: tuple[str, ...]
    handler_label: str = ""
    lead_unit: str = ""
    duplicate_of: str = ""
    questions: tuple[Answered, ...] = ()
    may_unmask: bool = False
    measures: tuple[MeasureRow, ...] = ()
    beginnings: tuple[Beginning, ...] = ()
    parts: tuple[PartRow, ...] = ()
    whole: str = ""
    merged: tuple[str, ...] = ()
    may_split: bool = False
    may_merge: bool = False
    may_unmerge: bool = False
    may_hand_over: bool = False
    sent: tuple[Sent, ...] = ()
    received: Received | None = None

    @property
    def case(self) -> CaseRow:
        return self.row
