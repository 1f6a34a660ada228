"""How well duplicates are found in a file of past requests whose staff marked them, honestly."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from youlin.apps.cases.duplicates import training
from youlin.apps.cases.duplicates.history import History
from youlin.apps.cases.duplicates.scorer import (
    Filing,
    Weights,
    is_open,
    metres,
    plain_address,
)
from youlin.apps.cases.imports.rows import Request
from youlin.kernel.errors import Invalid

CURVE = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05)


@dataclass(frozen=True)
class Score:
    """Hits and misses against the staff's marks."""

    hits: int
    false_alarms: int
    missed: int

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.false_alarms)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.false_alarms + self.missed)


@dataclass(frozen=True)
class Report:
    """The evaluation of one file: tuned on the years before `year`, reported on `year`."""

    year: int
    tuned_on: int
    reported_on: int
    weights: Weights
    tuned: Score
    reported: Score
    curve: list[tuple[float, Score]]
    days_only: Score
    same_category_50_m_12_weeks: Score
    same_address_open_earlier_day: Score
    same_address_open: Score

    def figures(self) -> dict[str, Any]:
        """What `weights.json` keeps of it."""
        named = {
            "tuned": self.tuned,
            "reported": self.reported,
            "days_only": self.days_only,
            "same_category_50_m_12_weeks": self.same_category_50_m_12_weeks,
            "same_address_open_earlier_day": self.same_address_open_earlier_day,
            "same_address_open": self.same_address_open,
        }
        return {
            name: asdict(s) | {k: round(getattr(s, k), 4) for k in ("precision", "recall", "f1")}
            for name, s in named.items()
        }


def filing(request: Request, zone: ZoneInfo, unspecified: str | None = None) -> Filing:
    """A row of a file as the scorer sees it; `unspecified` is the category that says nothing."""
    closed = request.closed_at
    return Filing(
        key=f"{request.key}/{request.line}",
        sequence=f"{len(request.number):03}{request.number}",
        day=request.reported_at.astimezone(zone).toordinal(),
        closed_day=closed.astimezone(zone).toordinal() if closed else None,
        category="" if request.category == unspecified else request.category,
        address=plain_address(request.address),
        text=request.description,
        lon=request.lon,
        lat=request.lat,
    )


def evaluate(
    requests: Iterable[Request], zone: ZoneInfo, *, year: int, unspecified: str | None = None
) -> Report:
    """Learn and tune on the years before `year`; report `year` beside simple rules.

    Raises `Invalid` where there is nothing to learn from, or nothing to report.
    """
    filings: list[Filing] = []
    marks: dict[str, bool] = {}
    for request in requests:
        filings.append(filing(request, zone, unspecified))
        marks[filings[-1].key] = request.duplicate
    before, of_year = _split(training.cases(filings, marks), year)
    if not any(case.duplicate and case.pairs for case in before) or not of_year:
        raise Invalid(
            _("%(year)d 年之前没有可以学习的重复标记，或当年没有记录。") % {"year": year},
            field="year",
            remedy=_("请换一个年份，或检查对应文件的 statuses。"),
        )
    weights = training.fit(before)
    days_before, days_of_year = _split(training.cases(filings, marks, days_only=True), year)
    days_weights = training.fit(days_before)
    rules = _rules(filings, marks, year)
    return Report(
        year=year,
        tuned_on=len(before),
        reported_on=len(of_year),
        weights=weights,
        tuned=judge(before, weights, weights.threshold),
        reported=judge(of_year, weights, weights.threshold),
        curve=[(threshold, judge(of_year, weights, threshold)) for threshold in CURVE],
        days_only=judge(days_of_year, days_weights, days_weights.threshold),
        same_category_50_m_12_weeks=rules[0],
        same_address_open_earlier_day=rules[1],
        same_address_open=rules[2],
    )


def judge(cases: Sequence[training.Case], weights: Weights, threshold: float) -> Score:
    """Call a duplicate what reaches `threshold`, and compare with the marks."""
    called = [training.best_pair(case, weights)[1] >= threshold for case in cases]
    return _score(called, [case.duplicate for case in cases])


def _split(cases: list[training.Case], year: int) -> tuple[list[training.Case], list[training.Case]]:
    return [c for c in cases if c.year < year], [c for c in cases if c.year == year]


def _score(called: Sequence[bool], marks: Sequence[bool]) -> Score:
    pairs = list(zip(called, marks, strict=True))
    return Score(pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True)))


def _same_category_near(new: Filing, old: Filing) -> bool:
    if new.category != old.category or new.day - old.day > 84:
        return False
    distance = metres(new, old)
    return distance is not None and distance <= 50


def _same_address_open(new: Filing, old: Filing) -> bool:
    return new.address != "" and new.address == old.address and is_open(old, new)


def _rules(filings: Sequence[Filing], marks: dict[str, bool], year: int) -> list[Score]:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    of_year = [f for f in filings if first <= f.day <= last]
    wanted = [marks[f.key] for f in of_year]
    history = History(filings)
    earlier_day = History(filings, days_only=True)
    rules: list[tuple[History, Callable[[Filing, Filing], bool]]] = [
        (history, _same_category_near),
        (earlier_day, _same_address_open),
        (history, _same_address_open),
    ]
    return [
        _score([any(rule(f, old) for old in seen.candidates(f)) for f in of_year], wanted)
        for seen, rule in rules
    ]
