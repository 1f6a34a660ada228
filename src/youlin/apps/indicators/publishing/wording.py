"""A rule as one reads it aloud: what is counted, of which rows, by what it is divided, and when it counts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.indicators.definitions import Definition, Measure, Part, Version, Where
from youlin.apps.indicators.naming import Named
from youlin.kernel import datasets
from youlin.kernel.datasets import Names
from youlin.kernel.languages import in_language, listed

AREAS = {
    "district": _lazy("区县"),
    "street": _lazy("街道"),
    "community": _lazy("社区"),
    "grid": _lazy("网格"),
}
"""What the columns are called that every dataset with areas has besides (`definitions.LEVELS`)."""
SIGNS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}


def formula(rule: Version, others: Mapping[str, str], named: Named) -> str:
    """The formula of one version in the reader's language.

    `others`: names of the indicators that this one is made of; `named`: what codes are called where it is told.
    """
    measure = rule.measure
    if measure.others():
        return _derived(measure, others)
    words = _measured(rule, named)
    if rule.scale != 1:
        words = _("%(formula)s ÷ %(scale)s") % {"formula": words, "scale": f"{rule.scale:g}"}
    if rule.stock:
        return _("%(formula)s；按期末在内的计") % {"formula": words}
    if rule.time:
        return _("%(formula)s；按“%(moment)s”计入当期") % {
            "formula": words,
            "moment": _column(rule, rule.time),
        }
    return words


def dataset_name(name: str | None) -> str:
    """What a dataset is called."""
    found = _dataset(name)
    return in_language(found.name_zh, found.name_en) if found else (name or "")


def column_name(definition: Definition, name: str) -> str:
    """What a column of the definition's dataset is called."""
    return _column(definition.rule, name)


def _measured(rule: Version, named: Named) -> str:
    measure, rows = rule.measure, _rows(rule, rule.where, named)
    if measure.share is not None:
        return _("%(part)s ÷ %(whole)s") % {
            "part": _rows(rule, {**rule.where, **measure.share}, named),
            "whole": rows,
        }
    if measure.ratio:
        sides = [_side(rule, one, named) for one in (measure.ratio.numerator, measure.ratio.denominator)]
        return _("%(part)s ÷ %(whole)s") % {"part": sides[0], "whole": sides[1]}
    if measure.coverage:
        return _("有记录的 ÷ 全部的（%(rows)s）") % {"rows": rows}
    if measure.quantile:
        told = {
            "column": _column(rule, measure.quantile.of),
            "at": f"{measure.quantile.at:.0%}",
            "rows": rows,
        }
        return _("%(column)s的 %(at)s 分位数（%(rows)s）") % told
    patterns = {
        "sum": _("%(column)s之和（%(rows)s）"),
        "mean": _("%(column)s的平均数（%(rows)s）"),
        "median": _("%(column)s的中位数（%(rows)s）"),
        "distinct": _("不同%(column)s的个数（%(rows)s）"),
    }
    if measure.kind in patterns:
        return patterns[measure.kind] % {
            "column": _column(rule, getattr(measure, measure.kind)),
            "rows": rows,
        }
    return _("%(rows)s的数量") % {"rows": rows}


def _derived(measure: Measure, names: Mapping[str, str]) -> str:
    others = [names.get(code, code) for code in measure.others()]
    if measure.per:
        what = _("人口") if measure.per.population == "population" else _("户数")
        told = {"of": others[0], "population": what, "each": measure.per.each}
        return _("“%(of)s” ÷ %(population)s × %(each)s") % told
    if measure.growth:
        over = _("上年同期") if measure.growth.over == "year" else _("上月")
        told = {"of": others[0], "over": over}
        return (_("“%(of)s” ÷ %(over)s") if measure.growth.ratio else _("“%(of)s” ÷ %(over)s − 1")) % told
    return _("“%(part)s” ÷ “%(whole)s”") % {"part": others[0], "whole": others[1]}


def _side(rule: Version, part: Part, named: Named) -> str:
    rows = _rows(rule, {**rule.where, **part.where}, named)
    if part.sum:
        return _("%(column)s之和（%(rows)s）") % {"column": _column(rule, part.sum), "rows": rows}
    if part.distinct:
        return _("不同%(column)s的个数（%(rows)s）") % {"column": _column(rule, part.distinct), "rows": rows}
    return rows


def _rows(rule: Version, where: Where, named: Named) -> str:
    name = dataset_name(rule.dataset)
    if not where:
        return name
    told = listed(_condition(rule, column, wanted, named) for column, wanted in where.items())
    return _("%(dataset)s［%(conditions)s］") % {"dataset": name, "conditions": told}


def _condition(rule: Version, column: str, wanted: Any, named: Named) -> str:
    name, known = _column(rule, column), named.of(rule.dataset, column)
    if not isinstance(wanted, Mapping):
        return f"{name} = {_values(known, wanted)}"
    return listed(_comparison(name, operator, value, known) for operator, value in wanted.items())


def _comparison(name: str, operator: str, value: Any, known: Mapping[str, Names]) -> str:
    if operator == "null":
        return (_("“%(column)s”为空") if value else _("“%(column)s”有值")) % {"column": name}
    if operator == "not":
        return f"{name} ≠ {_values(known, value)}"
    if operator == "begins":
        above = _value(known, value.rstrip("."))
        return _("%(column)s属于“%(value)s”") % {"column": name, "value": above}
    return f"{name} {SIGNS[operator]} {value}"


def _values(known: Mapping[str, Names], wanted: Any) -> str:
    return " / ".join(_value(known, one) for one in (wanted if isinstance(wanted, list) else [wanted]))


def _value(known: Mapping[str, Names], value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value == "" and value not in known:
        return _("空")
    return in_language(*known[str(value)]) if str(value) in known else str(value)


def _column(rule: Version, name: str) -> str:
    found = _dataset(rule.dataset)
    if found is None or name not in _names(found):
        return str(AREAS.get(name, name))
    column = found.column(name)
    return in_language(column.name_zh, column.name_en)


def _names(found: datasets.Dataset) -> set[str]:
    return {one.name for one in found.columns}


def _dataset(name: str | None) -> datasets.Dataset | None:
    try:
        return datasets.get(name) if name else None
    except KeyError:
        return None
