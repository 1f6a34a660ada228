"""What a case page shows of a way across a district line."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A hand-over as the district that asked sees it; of what is done over there only the state."""

    to_name: str
    to_number: str
    state: str
    state_name: str
    reason: str
    asked_at: datetime
    delivered: bool
    answered_at: datetime | None
    answer: str
    state_there: str


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done in the district a case came from."""

    at: datetime | None
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Received:
    """A hand-over as the district that was asked sees it, with what was done and promised before."""

    from_name: str
    from_number: str
    state: str
    state_name: str
    reason: str
    arrived_at: datetime
    promised_at: datetime | None
    decision: str
    history: tuple[Done, ...]
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen when a case is handed over: codes with their names; `guess` is where its point lies."""

    districts: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    guess: str
