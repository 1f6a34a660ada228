"""The published figures a programme is held to: `reference.yaml`, typed, with unit, qualifier, date and source."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from youlin.programmes import marks
from youlin.programmes.faults import Fault, Refused

FILE_NAME = "reference.yaml"
NEARLY = 0.95
"""How much of a round figure there must be at least to be “nearly” that figure; our reading, no source says."""


class Read(BaseModel):
    """Strict and closed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Figure(Read):
    """One published figure. `qualifier` says how it was published: as it is, as “more than”, or as “nearly”, which we
    read as less than the figure and at least `NEARLY` of it. `across`: the figure is the sum over all districts.
    `recount` is SQL over the exported rows, written apart from the indicator of the same code; it answers with one
    number."""

    name: str
    name_en: str
    value: Annotated[int, Field(ge=0)]
    unit: str
    qualifier: Literal["exact", "at_least", "nearly"]
    date: str
    note: str = ""
    across: bool = False
    recount: Annotated[str, Field(min_length=1)]

    def holds(self, counted: float) -> bool:
        """Whether what was counted agrees with what was published."""
        if self.qualifier == "nearly":
            return NEARLY * self.value <= counted < self.value
        return counted == self.value if self.qualifier == "exact" else counted >= self.value


class Reference(Read):
    """A whole file: where its figures come from, and each by its code."""

    source: str
    figures: dict[str, Figure]


def read(folder: Path) -> Reference:
    """The figures of the programme in `folder`. Raises `Refused` with file, line and column."""
    marked = marks.read(folder / FILE_NAME, f"{folder.name}/{FILE_NAME}")
    try:
        return Reference.model_validate(marked.data)
    except ValidationError as error:
        faults = [Fault(marked.place(tuple(one["loc"])), one["msg"], "") for one in error.errors()]
        raise Refused(faults) from None
