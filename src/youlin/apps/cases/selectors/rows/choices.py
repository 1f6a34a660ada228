"""One thing that can be chosen in a form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen in an act's form."""

    value: str
    label: str
