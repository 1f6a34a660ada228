"""The same figures as indicators tell them: exported rows, compiled definitions, kept and read like any other."""

from datetime import date

from youlin.apps.cases.imports.tallies import Figures, Group
from youlin.apps.indicators import reading, services
from youlin.apps.indicators.asking import NOTHING, Asked
from youlin.apps.indicators.definitions import Grain
from youlin.apps.indicators.periods import Period
from youlin.programmes.demo_chicago import DISTRICT

PERIOD: Period = (date(2010, 1, 1), date(2013, 12, 31))
CODES = ("requests", "requests_open", "requests_closed", "days_to_close")
_SHAPES: tuple[tuple[Grain, str], ...] = (
    ("month", "category"),
    ("month", ""),
    ("whole", "category"),
    ("whole", ""),
)


def figures() -> dict[Group, Figures]:
    """Counts and medians by month and category, for every month, every category, and the whole."""
    services.refresh(DISTRICT)
    found: dict[Group, Figures] = {}
    for grain, by in _SHAPES:
        told = reading.numbers(Asked(DISTRICT, DISTRICT, PERIOD, grain=grain, by=by), CODES)
        for key in told["requests"]:
            _area, start, kind = key
            of = [told[code].get(key, NOTHING) for code in CODES]
            group = (f"{start:%Y-%m}" if start else "", kind)
            found[group] = Figures(int(of[0].n), int(of[1].n), int(of[2].n), of[3].value)
    return found
