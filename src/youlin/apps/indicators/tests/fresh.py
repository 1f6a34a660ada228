"""Figures in tests: the programme's indicators declared, rows exported and figures refreshed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.cast import DISTRICT
from youlin.apps.indicators import declarations, reading, refreshing
from youlin.apps.indicators.asking import Asked, of_nothing
from youlin.apps.indicators.definitions import Indicator
from youlin.apps.indicators.periods import Period
from youlin.kernel import datasets
from youlin.kernel.actors import SYSTEM

RATES = (
    "response_rate", "resolution_rate", "satisfaction_rate", "handling_rate", "on_time_handling_rate", "closing_rate",
    "on_time_closing_rate", "on_time_filing_rate", "accurate_dispatch_rate", "valid_report_rate",
    "on_time_verification_rate", "unreached_rate", "rework_rate", "extension_rate", "arrival_rate",
)  # fmt: skip
CITY = Path(__file__).resolve().parents[3] / "programmes" / "city_management" / "indicators.yaml"


def declared(district: str = DISTRICT, more: Mapping[str, Any] | None = None) -> None:
    """The indicators of city management, and others given as data, in force in a district."""
    data = {**yaml.safe_load(CITY.read_text(encoding="utf-8"))["indicators"], **(more or {})}
    declarations.declare(
        actor=SYSTEM,
        district=district,
        programme="city_management",
        declared={
            code: Indicator.model_validate(one).model_dump(mode="json", exclude_none=True)
            | {"position": place}
            for place, (code, one) in enumerate(data.items())
        },
    )


def refreshed(district: str = DISTRICT, *, whole: bool = True, codes: Sequence[str] = RATES) -> None:
    """Rows exported as they are now (`whole`: also what tests changed past the services), figures refreshed."""
    if not declarations.standing(district):
        declared(district)
    used = [
        one for code, one in declarations.in_force(district).items() if code in codes and one.rule.dataset
    ]
    datasets.export(district, sorted({str(one.rule.dataset) for one in used}), whole=whole)
    refreshing.refresh(district, only={one.group for one in used})


def figures(
    codes: Sequence[str] = RATES, *, area: str = DISTRICT, period: Period, district: str = DISTRICT
) -> dict[str, tuple[float, float | None]]:
    """Numerator and denominator of figures, refreshed now."""
    refreshed(district, codes=codes)
    found = reading.numbers(Asked(district, area, period), codes)
    known = declarations.in_force(district, period[1])
    parts = {code: one.get(("", None, ""), of_nothing(known[code])) for code, one in found.items()}
    return {code: (one.n, one.d) for code, one in parts.items()}
