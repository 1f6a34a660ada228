"""What is expected of a figure from this week or month on, as it was computed behind the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, forecasting, foreseeing, permission
from youlin.apps.indicators.definitions import Grain
from youlin.apps.indicators.forecasting import Ahead
from youlin.kernel.actors import Actor

SHOWN = 4
"""Steps that a page shows; what is farther off is told by the year as a whole."""
LEVELS = (profiles.DISTRICT, profiles.STREET)


@dataclass(frozen=True)
class Step:
    """One week or month: its first day, what is expected and between what it lies in four of five futures."""

    start: date
    ahead: Ahead


@dataclass(frozen=True)
class Outlook:
    """The weeks or months from the present one on, the year as it will be (of months), and how that was found.

    Without steps `how` says why there are none. Values are raw: a rate is 0 to 1.
    """

    by: foreseeing.Step
    steps: Sequence[Step]
    year: Ahead | None
    how: str


def outlook(actor: Actor, *, area: str, code: str, grain: Grain) -> Outlook | None:
    """What is expected of a figure of a district or street, by weeks where a trend is cut into weeks, else by months.

    None where nothing was computed: of other levels, of figures that are derived of others, and before the first run.
    """
    district = permission.demand(actor, area)
    definition = declarations.in_force(district).get(code)
    if definition is None or areas.level(area) not in LEVELS or not foreseeing.foreseeable(definition):
        return None
    by: foreseeing.Step = "week" if grain == "week" else "month"
    found = foreseeing.expected(district, area, definition, by)
    if found is None:
        return None
    told = found.forecast
    days = foreseeing.starts(by, found.start, len(told.steps))
    steps = [Step(day, one) for day, one in zip(days, told.steps, strict=True)][:SHOWN]
    return Outlook(by, steps, told.whole, forecasting.in_words(told))
