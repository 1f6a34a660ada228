"""The words of a programme for what is appraised: `scorecards`, typed. Anything else is refused.

A target of an indicator stands with the indicator itself (`target`); what a district decides for an area and a period
is kept in the district and is no part of a programme.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from youlin.apps.indicators.definitions import Code, Declared

Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
WHOLE = 100
"""What the weights of a scorecard sum to."""


class ScoreItem(Declared):
    """One item: an indicator, its weight, from which value to which it gives points.

    `floor` gives nothing, `target` the whole weight, between them in proportion; a floor above the target says that
    less is better. Without `target` the one in force for the area counts. `cap`: how much of the weight there is at
    most. `adjust`: a breakdown of the indicator whose mix is made alike before comparing. `least`: the denominator
    below which no points are given. Shares are 0 to 1.
    """

    indicator: Code
    weight: Annotated[float, Field(gt=0, le=WHOLE)]
    floor: float
    target: float | None = None
    cap: Annotated[float, Field(ge=1, le=2)] = 1.0
    adjust: Code | Literal[""] = ""
    least: Annotated[int, Field(ge=1)] = 5

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "ScoreItem":
        if self.target is not None and self.target == self.floor:
            raise ValueError("`floor` and `target` must differ")
        return self


class Scorecard(Declared):
    """What a year, half-year or quarter of streets or departments is appraised by. Never of single persons."""

    name: Name
    name_en: Name
    of: Literal["street", "department"]
    period: Literal["year", "half", "quarter"] = "year"
    items: Annotated[list[ScoreItem], Field(min_length=1)]
    source: str = ""
    source_en: str = ""
    description: str = ""
    description_en: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "Scorecard":
        codes = [one.indicator for one in self.items]
        if len(set(codes)) != len(codes):
            raise ValueError("each indicator stands in a scorecard once")
        if abs(sum(one.weight for one in self.items) - WHOLE) > 1e-9:
            raise ValueError(f"the weights must sum to {WHOLE}")
        return self
