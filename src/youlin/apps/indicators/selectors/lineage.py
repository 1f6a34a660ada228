"""The rows behind a figure, as far as the reader’s duties let them be opened, and whether they come to its number."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import CaseRow
from youlin.apps.indicators import declarations, permission, selectors, tracing
from youlin.apps.indicators.asking import Asked
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.naming import Named
from youlin.apps.indicators.periods import Period
from youlin.apps.indicators.selectors.rows import Figure
from youlin.apps.indicators.tracing import Found, Traced, Wanted, Which
from youlin.kernel import clock, datasets
from youlin.kernel.actors import Actor
from youlin.kernel.datasets import Names
from youlin.kernel.errors import NotFound
from youlin.kernel.languages import in_language
from youlin.kernel.tables import harmless

PAGE = 50
EXPORTED_MOST = 10_000
"""Rows that one table takes along."""


@dataclass(frozen=True)
class Row:
    """One row behind a figure. `case` is None where the row belongs to none, or to one beyond the reader's duties."""

    case: CaseRow | None
    hidden: bool
    above: bool
    area: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Behind:
    """The rows behind a figure, one page of them.

    `total` counts the rows of the part that is looked at, `above` and `below` all of them. `cases` says how many of the
    rows belong to cases that the reader may open, `hidden` how many do not; None beyond the rows that were looked at.
    `counted` is what the figure says of the part, None where rows are not what it counts (sums, medians).
    """

    figure: Figure
    dataset: str
    dataset_code: str
    by: str
    which: Which
    total: int
    above: int
    below: int
    counted: float | None
    seen: int | None
    hidden: int | None
    rows: Sequence[Row]
    columns: Sequence[str]
    of_cases: bool
    made_of: Sequence[tuple[str, str]]
    page: int
    size: int

    @property
    def agrees(self) -> bool:
        """Whether there are as many rows as the figure says."""
        return self.counted is None or self.counted == self.total


def rows_behind(
    actor: Actor,
    *,
    area: str,
    code: str,
    period: Period,
    which: Which = "all",
    by: str = "",
    key: str = "",
    page: int = 1,
    size: int = PAGE,
) -> Behind:
    """A page of the rows behind a figure; `by` and `key` narrow to one value of a breakdown.

    Raises `NotAllowed` for areas the actor does not lead, `NotFound` for figures nobody declares.
    """
    definition, figure, asked = _asked(actor, area, code, period)
    by = by if by in definition.indicator.breakdowns else ""
    wanted = Wanted(which, by, key, (max(1, page) - 1) * size, size)
    found = tracing.rows(definition, asked, wanted)
    hidden = _hidden(actor, found, found.total(which))
    return Behind(
        figure=figure,
        dataset=_dataset_name(definition),
        dataset_code=definition.rule.dataset or "",
        by=by,
        which=which,
        total=found.total(which),
        above=found.above,
        below=found.below,
        counted=_counted(definition, _of_slice(actor, figure, area, period, by, key), which),
        seen=None if hidden is None else found.total(which) - hidden,
        hidden=hidden,
        rows=_rows(actor, found, definition, asked.district),
        columns=[in_language(one.name_zh, one.name_en) for one in found.columns],
        of_cases=found.of_cases,
        made_of=_made_of(asked.district, definition, period),
        page=max(1, page),
        size=size,
    )


def table(actor: Actor, **asked: Any) -> Iterator[str]:
    """The same as lines of CSV: what the reader may open alone, the latest ten thousand; no words of people.

    Raises as `rows_behind`, before the first line is read.
    """
    behind = rows_behind(actor, **asked, page=1, size=EXPORTED_MOST)
    return _lines(behind)


def _lines(behind: Behind) -> Iterator[str]:
    heading = [_("编号"), _("类别"), _("状态")] if behind.of_cases else []
    yield "\ufeff" + _line([*heading, _("区域"), _("计入分子"), *behind.columns])
    for row in behind.rows:
        if row.hidden:
            continue
        one = row.case
        told = [one.number, one.category_name, one.state_name] if one else [""] * len(heading)
        yield _line([*told, row.area, _("是") if row.above else _("否"), *row.cells])


def _line(cells: Sequence[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def _asked(actor: Actor, area: str, code: str, period: Period) -> tuple[Definition, Figure, Asked]:
    district = permission.demand(actor, area)
    known = declarations.in_force(district, min(period[1], clock.today()))
    if code not in known:
        raise NotFound(_("没有这个指标"))
    figure = selectors.figures(actor, area=area, codes=[code], period=period)[0]
    return known[code], figure, Asked(district, area, period)


def _of_slice(actor: Actor, figure: Figure, area: str, period: Period, by: str, key: str) -> Figure:
    """The figure of one value of a breakdown."""
    if not by:
        return figure
    slices = selectors.breakdown(actor, area=area, code=figure.code, period=period, by=by)
    mine = next((one for one in slices if one.key == key), None)
    return replace(figure, n=mine.n if mine else 0, d=mine.d if mine else figure.d and 0)


def _counted(definition: Definition, figure: Figure, which: Which) -> float | None:
    """How many rows the figure says there are of a part."""
    measure = definition.rule.measure
    if measure.share is not None and figure.d is not None:
        return {"all": figure.d, "numerator": figure.n, "rest": figure.d - figure.n}[which]
    if measure.count and which != "rest":
        return figure.n
    if measure.mean and which != "rest":
        return figure.d
    return None


def _hidden(actor: Actor, found: Found, total: int) -> int | None:
    """How many of the rows belong to cases that the actor may not know; None where there are too many to look."""
    if not found.of_cases:
        return 0
    if total > tracing.MOST_LOOKED_AT:
        return None
    known = cases.knowable(actor, sorted(set(found.cases)))
    return sum(one not in known for one in found.cases)


def _rows(actor: Actor, found: Found, definition: Definition, district: str) -> list[Row]:
    known = cases.cases_of(actor, {one.case for one in found.rows if one.case})
    named = Named(district)
    names = {one.name: named.of(definition.rule.dataset, one.name) for one in found.columns}
    return [_row(one, known, found, names) for one in found.rows]


def _row(
    one: Traced, known: Mapping[Any, CaseRow], found: Found, names: Mapping[str, Mapping[str, Names]]
) -> Row:
    case = known.get(one.case) if one.case else None
    if found.of_cases and case is None:
        return Row(None, True, one.above, "", ())
    cells = tuple(_said(names[column.name], one.values.get(column.name)) for column in found.columns)
    area = str(one.values.get("area") or "")
    return Row(case, False, one.above, areas.label(area) if area else "", cells)


def _said(names: Mapping[str, Names], value: Any) -> str:
    """A value as it is read: names of codes, yes and no, days."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    if str(value) in names:
        return in_language(*names[str(value)])
    return f"{value:g}" if isinstance(value, float) else str(value)


def _dataset_name(definition: Definition) -> str:
    if not definition.rule.dataset:
        return ""
    dataset = datasets.get(definition.rule.dataset)
    return in_language(dataset.name_zh, dataset.name_en)


def _made_of(district: str, definition: Definition, period: Period) -> list[tuple[str, str]]:
    """The indicators a derived one is made of: code and name."""
    others = definition.rule.measure.others()
    if not others:
        return []
    known = declarations.in_force(district, min(period[1], clock.today()))
    return [(code, known[code].title if code in known else code) for code in others]
