"""What the types cannot see of indicators: datasets and columns that are none, values a column never has, circles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.indicators.definitions import LEVELS, OPERATORS, Indicator, Version, columns_of
from youlin.kernel import datasets
from youlin.programmes.faults import Fault
from youlin.programmes.findings import unknown
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_


@dataclass(frozen=True)
class _Level:
    """A level of areas as a column: a code."""

    name: str
    kind: str = "code"
    values: Mapping[str, Any] = field(default_factory=dict)


NUMBERS = ("count", "number")


def check(programme: Programme) -> Iterator[Fault]:
    """A fault for each thing of an indicator that could not be computed."""
    known = programme.all_declared("indicators")
    for code, indicator in programme.declarations.indicators.items():
        for index, rule in enumerate(indicator.versions):
            at: Path_ = ("indicators", code, "versions", index)
            yield from _derived(programme, at, code, rule, known)
            if rule.dataset:
                yield from _dataset(programme, at, indicator, rule)


def _derived(
    programme: Programme, at: Path_, code: str, rule: Version, known: Mapping[str, Indicator]
) -> Iterator[Fault]:
    for other in rule.measure.others():
        yield from unknown(programme, (*at, "measure"), _("指标"), other, known)
        if code in _reached(other, known):
            message = _("指标“%(code)s”绕了一圈由自己算出。") % {"code": code}
            yield Fault(programme.source.place((*at, "measure")), message, _("请改由别的指标算出。"))


def _reached(code: str, known: Mapping[str, Indicator]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found.add(here)
        if here in known:
            waiting += [other for rule in known[here].versions for other in rule.measure.others()]
    return found


def _dataset(programme: Programme, at: Path_, indicator: Indicator, rule: Version) -> Iterator[Fault]:
    sets = {one.name: one for one in datasets.all()}
    yield from unknown(programme, (*at, "dataset"), _("数据集"), str(rule.dataset), sets)
    held = sets.get(str(rule.dataset))
    if held is None:
        return
    columns: dict[str, Any] = {column.name: column for column in held.columns}
    columns |= {level: _Level(level) for level in LEVELS if held.area}
    for path, name in columns_of(rule):
        yield from unknown(programme, (*at, *path), _("字段"), name, columns)
    for index, name in enumerate(indicator.breakdowns):
        place = ("indicators", at[1], "breakdowns", index)
        yield from unknown(programme, place, _("字段"), name, columns)
    for path, name in columns_of(rule):
        timed = path[0] in ("time", "stock")
        if timed and name in columns and columns[name].kind not in ("moment", "day"):
            message = _("“%(name)s”不是时刻，不能用来分期。") % {"name": name}
            yield Fault(programme.source.place((*at, *path)), message, _("请写一个时刻或日期字段。"))
    yield from _conditions(programme, at, rule, columns)
    yield from _numbers(programme, at, rule, columns)
    if rule.measure.coverage and rule.measure.coverage.of:
        yield from unknown(
            programme, (*at, "measure", "coverage", "of"), _("数据集"), rule.measure.coverage.of, sets
        )


def _numbers(programme: Programme, at: Path_, rule: Version, columns: Mapping[str, Any]) -> Iterator[Fault]:
    for path, name in columns_of(rule):
        added = path[0] == "measure" and path[-1] in ("sum", "mean", "median", "of")
        if added and name in columns and columns[name].kind not in NUMBERS:
            message = _("“%(name)s”不是数，不能相加或取中位数。") % {"name": name}
            yield Fault(programme.source.place((*at, *path)), message, _("请写一个数字字段。"))


def _conditions(
    programme: Programme, at: Path_, rule: Version, columns: Mapping[str, Any]
) -> Iterator[Fault]:
    wheres: list[tuple[Path_, Mapping[str, Any]]] = [((*at, "where"), rule.where)]
    if rule.measure.share:
        wheres.append(((*at, "measure", "share"), rule.measure.share))
    if rule.measure.ratio:
        for side in ("numerator", "denominator"):
            wheres.append(((*at, "measure", "ratio", side, "where"), getattr(rule.measure.ratio, side).where))
    for place, where in wheres:
        for name, wanted in where.items():
            if name in columns:
                yield from _wanted(programme, (*place, name), columns[name], wanted)


def _wanted(programme: Programme, at: Path_, column: Any, wanted: Any) -> Iterator[Fault]:
    if isinstance(wanted, Mapping):
        for operator, value in wanted.items():
            yield from unknown(programme, (*at, operator), _("比较方式"), operator, frozenset(OPERATORS))
            if operator not in ("null", "begins"):
                yield from _wanted(programme, at, column, value)
        return
    for value in wanted if isinstance(wanted, list) else [wanted]:
        if column.values and isinstance(value, str):
            yield from unknown(programme, at, _("取值"), value, column.values)
        if not isinstance(value, _types(column.kind)) or (isinstance(value, bool) and column.kind != "bool"):
            message = _("“%(name)s”不会是“%(value)s”。") % {"name": column.name, "value": value}
            yield Fault(programme.source.place(at), message, _("请写这种字段的值。"))


def _types(kind: str) -> tuple[type, ...]:
    return {"bool": (bool,), "count": (int,), "number": (int, float)}.get(kind, (str,))
