"""The shapes of the JSON API: what comes in and what goes out."""

from datetime import datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from django.utils.functional import Promise
from ninja import Field
from pydantic import BaseModel, ConfigDict

PLAIN = r"^[^\x00]*$"
"""Any text without NUL, which no database keeps."""

Status = Literal["open", "closed", "all"]
Plain = Annotated[str, Field(pattern=PLAIN)]
FieldName = Annotated[str, Field(pattern=r"^[a-z_]{1,64}$")]
Photos = Annotated[list[UUID], Field(max_length=9, description="Ids that `/photos` answered.")]


AnswerText = Annotated[str, Field(pattern=PLAIN, max_length=2100)]
Answers = Annotated[
    dict[Annotated[str, Field(pattern=r"^[^\x00\[\]]{1,200}$")], AnswerText | list[AnswerText]],
    Field(max_length=100, json_schema_extra={"additionalProperties": False}),
]


def in_language(words: Promise) -> str:
    """Words that the OpenAPI document shows in the language of whoever asks for it."""
    return cast(str, words)


def is_open(status: Status) -> bool | None:
    """What lists are asked for: True for open, False for closed, None for all cases."""
    return None if status == "all" else status == "open"


class Taken(BaseModel):
    """What comes in: an object with these fields and no others, so that a slip in a name is told."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What goes out: read from the attributes of what a selector answered, and nothing called or looked up on the way."""

    model_config = ConfigDict(from_attributes=True)


class ProblemShape(Told):
    field: str | None = None
    message: str
    remedy: str = ""


class ErrorShape(Told):
    status: int
    title: str
    problems: list[ProblemShape]


class AreaShape(Told):
    code: str
    name: str
    level: str


class LocatedShape(AreaShape):
    district: str
    path: str


class AnswerValueShape(Told):
    key: str
    name: str


class QuestionShape(Told):
    code: str
    name: str
    hint: str
    datatype: str = Field(description="As in GeoReport v2.")
    variable: bool = Field(description="False for what is only told and never answered.")
    required: bool
    order: int
    values: list[AnswerValueShape]


class AnswerShape(Told):
    code: str
    name: str
    value: str = Field(description="In words.", validation_alias="text")


class CategoryShape(Told):
    code: str
    name: str
    description: str
    parent: str
    case_type: str
    reportable: bool
    is_leaf: bool
    attributes: list[QuestionShape] = Field(description="What a report of it is asked besides.")


class SuggestionShape(Told):
    code: str
    name: str
    score: int
    words: list[str]


class PublicCaseShape(Told):
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
    answers: list[AnswerShape] = Field(description="Those that are public.")


class PublicPageShape(Told):
    rows: list[PublicCaseShape]
    number: int
    size: int
    total: int
    total_is_capped: bool


class StepShape(Told):
    at: datetime
    what: str
    text: str = ""


class PublicCasePageShape(Told):
    case: PublicCaseShape
    timeline: list[StepShape]
    merged_from: str = Field("", description="The number asked for, where it was merged into this case.")


class ReportShape(Taken):
    category: Plain = Field(max_length=128)
    text: Plain = Field("", max_length=4000)
    district: Plain = Field("", max_length=12)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    address: Plain = Field("", max_length=255)
    area: Plain = Field("", max_length=24, description="An area code, where there is no point.")
    contact: Plain = Field("", max_length=120)
    anonymous: bool = False
    photos: Photos = []
    attributes: Answers = Field({}, description="Answers to the questions of the category, by code.")


class PhotosShape(Told):
    photos: list[UUID]


class ReceiptShape(Told):
    number: str
    token: str = Field(description="Opens the tracking page; shown once.")
    track_path: str


class JoinShape(Taken):
    contact: Plain = Field("", max_length=120)
    note: Plain = Field("", max_length=2000)


class RatingShape(Taken):
    token: Plain = Field(max_length=128)
    solved: bool
    stars: int = Field(ge=1, le=5)
    comment: Plain = Field("", max_length=2000)


class ReopenShape(Taken):
    token: Plain = Field(max_length=128)
    reason: Plain = Field(max_length=2000)


class TrackShape(Told):
    case: PublicCaseShape
    timeline: list[StepShape]
    light: str
    may_rate: bool
    may_reopen: bool
    reopen_until: datetime | None


class CaseRowShape(Told):
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


class CasePageListShape(Told):
    rows: list[CaseRowShape]
    number: int
    size: int
    total: int
    total_is_capped: bool


class ChoiceShape(Told):
    value: str
    label: str


class FieldShape(Told):
    name: str
    label: str
    required: bool
    choices: list[ChoiceShape]


class ActShape(Told):
    code: str
    name: str
    primary: bool
    note: Literal["none", "optional", "required"]
    photos: int = Field(description="The least number of photos.")
    asks_person: bool
    people: list[ChoiceShape] = Field(description="Whom `to_person` may name.")
    asks_category: bool
    fields: list[FieldShape] = Field(description="What goes into `fields`.")
    allowed: bool
    why_not: str


class TimelineShape(Told):
    at: datetime
    who: str
    what: str
    text: str
    why: list[str]


class CaseShape(Told):
    row: CaseRowShape
    description: str
    timeline: list[TimelineShape]
    acts: list[ActShape]
    why_holder: list[str]
    answers: list[AnswerShape] = Field(validation_alias="questions")


class ActInShape(Taken):
    note: Plain = Field("", max_length=2000)
    version: int | None = Field(None, description="The version read before; another one answers 409.")
    to_person: UUID | None = None
    to_category: Plain | None = Field(None, max_length=128)
    photos: Photos = []
    fields: dict[FieldName, bool | Annotated[str, Field(pattern=PLAIN, max_length=2000)]] = Field(
        default={},
        max_length=20,
        description="What the act's form asks besides, as `acts` names it.",
        json_schema_extra={"additionalProperties": False},
    )
