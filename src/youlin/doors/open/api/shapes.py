"""The shapes of the JSON API: what comes in and what goes out."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema


class ProblemShape(Schema):
    field: str | None = None
    message: str
    remedy: str = ""


class ErrorShape(Schema):
    status: int
    title: str
    problems: list[ProblemShape]


class AreaShape(Schema):
    code: str
    name: str
    level: str


class LocatedShape(AreaShape):
    district: str
    path: str


class CategoryShape(Schema):
    code: str
    name: str
    description: str
    parent: str
    case_type: str
    reportable: bool
    is_leaf: bool


class SuggestionShape(Schema):
    code: str
    name: str
    score: int
    words: list[str]


class PublicCaseShape(Schema):
    number: str
    district: str
    title: str
    description: str
    category: str
    category_name: str
    state: str
    state_name: str
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
    photo_urls: list[str]


class PublicPageShape(Schema):
    rows: list[PublicCaseShape]
    number: int
    size: int
    total: int
    total_is_capped: bool


class StepShape(Schema):
    at: datetime
    what: str
    text: str = ""


class PublicCasePageShape(Schema):
    case: PublicCaseShape
    timeline: list[StepShape]


class ReportShape(Schema):
    category: str = Field(max_length=128)
    text: str = Field("", max_length=5000)
    district: str = Field("", max_length=12)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    address: str = Field("", max_length=255)
    area: str = Field("", max_length=24)
    contact: str = Field("", max_length=128)
    anonymous: bool = False


class ReceiptShape(Schema):
    number: str
    token: str = Field(description="Opens the tracking page; shown once.")
    track_path: str


class JoinShape(Schema):
    contact: str = Field("", max_length=128)
    note: str = Field("", max_length=2000)


class RatingShape(Schema):
    token: str = Field(max_length=128)
    solved: bool
    stars: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=2000)


class ReopenShape(Schema):
    token: str = Field(max_length=128)
    reason: str = Field(max_length=2000)


class TrackShape(Schema):
    case: PublicCaseShape
    timeline: list[StepShape]
    light: str
    may_rate: bool
    may_reopen: bool
    reopen_until: datetime | None


class CaseRowShape(Schema):
    id: UUID
    number: str
    title: str
    category: str
    category_name: str
    case_type: str
    state: str
    state_name: str
    is_open: bool
    area: str
    area_path: str
    address: str
    lon: float | None
    lat: float | None
    light: str
    due_at: datetime | None
    holder_label: str
    mine: bool
    reported_at: datetime
    updated_at: datetime
    version: int


class CasePageListShape(Schema):
    rows: list[CaseRowShape]
    number: int
    size: int
    total: int
    total_is_capped: bool


class ActShape(Schema):
    code: str
    name: str
    primary: bool
    note: str
    photos: int
    allowed: bool
    why_not: str


class TimelineShape(Schema):
    at: datetime
    who: str
    what: str
    text: str
    why: list[str]


class CaseShape(Schema):
    row: CaseRowShape
    description: str
    timeline: list[TimelineShape]
    acts: list[ActShape]
    why_holder: list[str]


class ActInShape(Schema):
    note: str = Field("", max_length=2000)
    version: int | None = Field(None, description="The version read before; another one answers 409.")
    to_person: UUID | None = None
    to_category: str | None = Field(None, max_length=128)
