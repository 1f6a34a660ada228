"""Figures for leaders."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


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
