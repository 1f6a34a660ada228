"""Lists of cases and categories, and what narrows them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from youlin.apps.cases.attributes import Question
from youlin.apps.cases.selectors.rows.choices import Choice
from youlin.apps.cases.words import Light

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a list of cases shows. Empty values do not filter; codes are prefixes.

    `district` narrows to one district, `open` None means open and closed alike. `light` and `overdue` look at
    the running clock, `text` searches number, title, description and address. `archived` shows old closed
    cases too; words, numbers and dates find them anyway. `due_days` 1 means due by the end of today.
    `mark` is one of `measures.MARKS` (督办, 缓办, 挂账 …), `to_decide` what waits for the asker's decision, `called`
    where they were called to (吹哨), `parent` the parts of the case with this number, `unit` what an organisation leads.
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
    mark: str = ""
    to_decide: bool = False
    called: bool = False
    parent: str = ""
    unit: UUID | None = None
    channel: str = ""
    reported_from: date | None = None
    reported_to: date | None = None
    bbox: Box | None = None
    archived: bool = False
    due_days: int = 0
    order: Literal["due", "newest", "oldest", "updated", "closed"] = "due"

    @property
    def by_place_alone(self) -> bool:
        """Whether they ask for open cases by nothing but where these lie and whether they are late."""
        by_place = CaseFilters(
            district=self.district, area=self.area, bbox=self.bbox, overdue=self.overdue, order=self.order
        )
        return self == by_place


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list. `area_path` reads from the street down; `holder_label` is empty when unassigned.

    `at_once` is the actor's next act as its holder, where it asks for nothing.
    """

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
    marks: tuple[str, ...] = ()
    at_once: Choice | None = None


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
class Cluster:
    """Cases of one cell of the map: how many, how many of them late, and their middle."""

    id: str
    lon: float
    lat: float
    number: int
    late: int


@dataclass(frozen=True, slots=True)
class MapView:
    """What a live map shows of a part of the district: points, or clusters where there are too many."""

    points: tuple[MapPoint, ...]
    clusters: tuple[Cluster, ...]


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
    attributes: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category offered for a text; `words` are those it was recognised by, `score` is 0–100."""

    code: str
    name: str
    score: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The sidebar's numbers, over everything the actor may read; `MOST` + 1 means "more than `MOST`"."""

    MOST: ClassVar[int] = 999

    open: int = 0
    late: int = 0
    soon: int = 0
    mine: int = 0
    mine_late: int = 0
    unassigned: int = 0
    possible_duplicates: int = 0
