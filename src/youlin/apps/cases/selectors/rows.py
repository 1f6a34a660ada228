"""What the selectors of cases return: plain, immutable rows, already cut to what the asker may see.

Times are aware and in UTC; names are in the language of the request. Nothing here reads the database.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from youlin.apps.cases.words import Light


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a list of cases shows. Empty values do not filter; codes are prefixes.

    `district` narrows to one district, `open` None means open and closed alike. `light` and `overdue` look at
    the running clock, `text` searches number, title, description and address.
    """

    district: str = ""
    open: bool | None = True
    states: tuple[str, ...] = ()
    light: Light | Literal[""] = ""
    category: str = ""
    area: str = ""
    text: str = ""
    holder: UUID | None = None
    mine: bool = False
    overdue: bool = False
    unassigned: bool = False
    possible_duplicates: bool = False
    channel: str = ""
    reported_from: date | None = None
    reported_to: date | None = None
    bbox: tuple[float, float, float, float] | None = None
    order: Literal["due", "newest", "oldest", "updated"] = "due"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list. `area_path` reads from the street down; `holder_label` is empty when unassigned."""

    id: UUID
    district: str
    number: str
    title: str
    category: str
    category_name: str
    case_type: str
    state: str
    state_name: str
    step: int
    steps: int
    is_open: bool
    area: str
    area_path: str
    address: str
    lon: float | None
    lat: float | None
    light: Light
    light_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    holder_id: UUID | None
    holder_label: str
    mine: bool
    reported_at: datetime
    updated_at: datetime
    channel: str
    me_too: int
    reopened: int
    escalation: int
    confidential: bool
    is_demo: bool
    outcome: str
    version: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `total` stops counting at `TOTAL_CAP`; then `total_is_capped` is true."""

    rows: tuple[CaseRow, ...]
    number: int
    size: int
    total: int
    total_is_capped: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def next_number(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def previous_number(self) -> int | None:
        return self.number - 1 if self.number > 1 else None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo or sound of a case; `kind` is "photo" or "audio", `step` the state it was taken in."""

    id: UUID
    kind: str
    thumb_url: str
    full_url: str
    step: str
    at: datetime
    public: bool


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
class Choice:
    """One thing that can be chosen in an act's form."""

    value: str
    label: str


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
    why_holder: tuple[str, ...]
    handler_label: str = ""
    lead_unit: str = ""
    duplicate_of: str = ""
    may_unmask: bool = False

    @property
    def case(self) -> CaseRow:
        return self.row


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as anybody may see it: nobody's data, the place coarse where its category asks."""

    id: UUID
    district: str
    number: str
    title: str
    description: str
    category: str
    category_name: str
    state: str
    state_name: str
    step: int
    steps: int
    is_open: bool
    outcome: str
    area: str
    area_path: str
    address: str
    lon: float | None
    lat: float | None
    approximate: bool
    reported_at: datetime
    updated_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    me_too: int
    is_demo: bool
    photo_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page of public cases, newest first."""

    rows: tuple[PublicCase, ...]
    number: int
    size: int
    total: int
    total_is_capped: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def next_number(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def previous_number(self) -> int | None:
        return self.number - 1 if self.number > 1 else None


@dataclass(frozen=True, slots=True)
class PublicTimelineEntry:
    """One step as the public may know it: what happened and when, never who."""

    at: datetime
    what: str
    text: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """What the reporter sees behind number and token, or signed in. `light` is of the promise to them."""

    case: PublicCase
    timeline: tuple[PublicTimelineEntry, ...]
    steps: tuple[Step, ...]
    photos: tuple[Photo, ...]
    light: Light
    contact_masked: str
    kind: Literal["reporter", "me_too"]
    may_rate: bool
    may_reopen: bool
    reopen_until: datetime | None
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class PublicCasePage:
    """A public case with what happened to it."""

    case: PublicCase
    timeline: tuple[PublicTimelineEntry, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class MyCase:
    """A case the signed-in person reported or joined."""

    case: PublicCase
    kind: Literal["reporter", "me_too"]
    light: Light
    may_rate: bool


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A case on the desk's or cockpit's map."""

    number: str
    lon: float
    lat: float
    light: Light
    title: str
    category: str


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category that can be chosen; `parent` is the code one step up, "" at the top."""

    code: str
    name: str
    description: str
    parent: str
    official_code: str
    case_type: str
    reportable: bool
    is_leaf: bool
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category offered for a text; `words` are those it was recognised by, `score` is 0–100."""

    code: str
    name: str
    score: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The sidebar's numbers, over everything the actor may read."""

    open: int = 0
    late: int = 0
    soon: int = 0
    mine: int = 0
    mine_late: int = 0
    unassigned: int = 0
    possible_duplicates: int = 0
    by_state: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate of one area over one period. `value` is 0–1, or None where there is nothing to divide by."""

    code: str
    name: str
    value: float | None
    numerator: int
    denominator: int
    unit: str
    direction: Literal["up", "down"]
    source: str
    version: int


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One area with its counts and rates, for the cockpit. `rates` is keyed by the rate's code."""

    code: str
    name: str
    level: str
    open: int
    late: int
    soon: int
    reported: int
    closed: int
    rates: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class DayCount:
    """Reports and closings of one local day."""

    day: date
    reported: int
    closed: int
