"""Figures for leaders."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One area with its counts, for the cockpit."""

    code: str
    name: str
    level: str
    open: int
    late: int
    soon: int
    reported: int
    closed: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """Reports and closings of one local day."""

    day: date
    reported: int
    closed: int
