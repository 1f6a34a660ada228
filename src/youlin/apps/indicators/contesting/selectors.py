"""Figures that were contested, and those that are others since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from youlin.apps.cases import lookup
from youlin.apps.indicators import permission, saying
from youlin.apps.indicators.contesting import grounds
from youlin.apps.indicators.definitions import Unit
from youlin.apps.indicators.models import Contest, Restatement
from youlin.apps.indicators.periods import Period
from youlin.kernel.actors import Actor


@dataclass(frozen=True)
class Restated:
    """A figure that is another since an appeal was upheld: both values; `after` None until figures were refreshed."""

    indicator: str
    area: str
    first_day: date
    last_day: date
    version: int
    before: float | None
    after: float | None
    left_out: int
    kept: int
    why: str
    number: str
    decided_at: datetime
    recalculated_at: datetime | None

    def said(self, unit: Unit, decimals: int) -> tuple[str, str]:
        """Both values with their unit, a dash where there is none."""
        return saying.said(self.before, unit, decimals), saying.said(self.after, unit, decimals)


@dataclass(frozen=True)
class Lodged:
    """An appeal: which case it is, how it stands, how many cases it names, the value there was."""

    number: str
    state: str
    is_open: bool
    rows: int
    value: float | None
    first_day: date
    last_day: date
    at: datetime


def restatements(
    actor: Actor, *, area: str, codes: Collection[str], period: Period | None = None
) -> dict[str, list[Restated]]:
    """What was restated of these figures of an area, of one below it or above it, the latest first, by indicator.

    A stretch of days concerns a figure when it overlaps the one that was restated. One query.
    """
    district = permission.demand(actor, area)
    rows = Restatement.objects.filter(district=district, indicator__in=list(codes))
    if period is not None:
        rows = rows.filter(first_day__lte=period[1], last_day__gte=period[0])
    found: dict[str, list[Restated]] = {}
    for row in rows.order_by("-decided_at", "-id"):
        if row.area.startswith(area) or area.startswith(row.area):
            found.setdefault(row.indicator, []).append(_restated(row))
    return found


def lodged(actor: Actor, *, area: str, code: str) -> list[Lodged]:
    """The appeals against a figure of an area and those below it, the latest first."""
    district = permission.demand(actor, area)
    rows = Contest.objects.filter(district=district, indicator=code, area__startswith=area)
    return [_lodged(one) for one in rows.select_related("case__case_type").order_by("-created_at")[:50]]


def contestable(dataset: str) -> bool:
    """Whether figures of these rows can be contested at all; definitions are public."""
    return grounds.contestable(dataset)


def choices(actor: Actor, *, area: str, numbers: list[str]) -> list[str]:
    """The grounds on which these cases may be excluded. Raises `Invalid` for numbers that are none."""
    district = permission.demand(actor, area)
    return grounds.choices(grounds.cases_of(actor, district, area, numbers))


def _restated(row: Restatement) -> Restated:
    return Restated(
        indicator=row.indicator,
        area=row.area,
        first_day=row.first_day,
        last_day=row.last_day,
        version=row.version,
        before=row.before,
        after=row.after,
        left_out=row.left_out,
        kept=row.kept,
        why=row.why,
        number=row.number,
        decided_at=row.decided_at,
        recalculated_at=row.recalculated_at,
    )


def _lodged(one: Contest) -> Lodged:
    state = lookup.table_of(one.case.case_type).state(one.case.state)
    return Lodged(
        number=one.case.number,
        state=state.title(),
        is_open=one.case.is_open,
        rows=len(one.rows),
        value=one.value,
        first_day=one.first_day,
        last_day=one.last_day,
        at=one.created_at,
    )
