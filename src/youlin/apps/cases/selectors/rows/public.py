"""Cases as anybody, and those who reported, may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from youlin.apps.cases.attributes import Answered
from youlin.apps.cases.selectors.rows.lists import Cluster
from youlin.apps.cases.selectors.rows.page import Answer, Photo, Step
from youlin.apps.cases.words import Light


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
    thumb_urls: tuple[str, ...] = ()
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicMap:
    """What a live map shows the public of a part of the district: cases, or clusters where there are too many."""

    rows: tuple[PublicCase, ...]
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class PublicTimelineEntry:
    """One step as the public may know it: what happened and when, never who."""

    at: datetime
    what: str
    text: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What the handler asks the reporter, and until when the case waits for the answer."""

    text: str
    at: datetime
    until: datetime | None


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
    question: Question | None = None
    merged_from: str = ""
    moved_from: str = ""
    moving_to: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicCasePage:
    """A public case with what happened to it. `merged_from` is the number asked for, where it was merged into it.

    `moved_from` and `moved_to` are the numbers before and after a district line, `moving_to` who is being asked.
    """

    case: PublicCase
    timeline: tuple[PublicTimelineEntry, ...]
    steps: tuple[Step, ...]
    merged_from: str = ""
    moved_from: str = ""
    moved_to: str = ""
    moving_to: str = ""


@dataclass(frozen=True, slots=True)
class MyCase:
    """A case the signed-in person reported or joined."""

    case: PublicCase
    kind: Literal["reporter", "me_too"]
    light: Light
    may_rate: bool
