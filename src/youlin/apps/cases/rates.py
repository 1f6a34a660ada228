"""Rates are data: definitions in `definitions/rates.yaml`, compiled to aggregates of the ORM.

A definition names a dataset, what belongs to it, numerator and denominator. The same definitions will be read
by indicators over exported data; here they answer for the live tables. An empty denominator gives no value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from django.db.models import Case as Case_
from django.db.models import Count, DateTimeField, Exists, F, Model, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Least, Substr, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.cases.models import Case, CaseClock, FollowUpRound, Measure
from youlin.kernel import clock
from youlin.kernel.errors import Invalid, Problem
from youlin.kernel.languages import in_language

SHIPPED = Path(__file__).parent / "definitions" / "rates.yaml"

Period = tuple[date, date]
"""Two local dates, both included."""


@dataclass(frozen=True)
class Dataset:
    """A table that definitions may speak of: the fields it lends under their public names."""

    model: type[Model]
    area: str
    confidential: str
    fields: Mapping[str, str]

    def rows(self) -> QuerySet[Any]:
        """All rows, with the computed fields."""
        found: QuerySet[Any] = _OPEN[self.model]()
        return found


def _cases() -> QuerySet[Case]:
    late = CaseClock.objects.filter(district=OuterRef("district"), case=OuterRef("pk"), outcome="late")
    return Case.objects.annotate(was_late=Exists(late))


def _clocks() -> QuerySet[CaseClock]:
    """`decided_at`: when it was settled whether the promise is kept: at the deed, at the latest when due.

    A clock that stands still has settled nothing yet.
    """
    settled = Least(Coalesce(F("stopped_at"), F("due_at")), F("due_at"))
    still = When(stopped_at__isnull=True, suspended_at__isnull=False, then=None)
    return CaseClock.objects.annotate(decided_at=Case_(still, default=settled, output_field=DateTimeField()))


def _measures() -> QuerySet[Measure]:
    """What is done beside the workflow, one row for each unit that is called."""
    return Measure.objects.all()


def _rounds() -> QuerySet[FollowUpRound]:
    """Rounds of calling back; one that is not over has no `settled_at`."""
    return FollowUpRound.objects.all()


_OPEN: dict[type[Model], Any] = {
    Case: _cases,
    CaseClock: _clocks,
    FollowUpRound: _rounds,
    Measure: _measures,
}
_PLAIN = (
    "reported_at", "filed_at", "dispatched_at", "handled_at", "verified_at", "closed_at", "answered_at",
    "outcome", "is_open", "sent_back", "reworked", "reopened", "excluded", "solved", "satisfied", "channel",
    "category", "was_late",
)  # fmt: skip

DATASETS = {
    "cases.cases": Dataset(
        Case,
        "area_now",
        "confidential",
        {**{name: name for name in _PLAIN}, "set_aside": "answer_set_aside"},
    ),
    "cases.clocks": Dataset(
        CaseClock,
        "case__area_now",
        "case__confidential",
        {
            "clock": "name",
            "outcome": "outcome",
            "started_at": "started_at",
            "due_at": "due_at",
            "stopped_at": "stopped_at",
            "decided_at": "decided_at",
            "extensions": "extensions",
            "excluded": "case__excluded",
            "category": "case__category",
        },
    ),
    "cases.measures": Dataset(
        Measure,
        "case__area_now",
        "case__confidential",
        {
            "kind": "kind",
            "state": "state",
            "outcome": "outcome",
            "until": "until",
            "requested_at": "requested_at",
            "excluded": "case__excluded",
            "category": "case__category",
        },
    ),
    "cases.follow_up_rounds": Dataset(
        FollowUpRound,
        "case__area_now",
        "case__confidential",
        {
            "state": "state",
            "attempts": "attempts",
            "settled_at": "settled_at",
            "excluded": "case__excluded",
            "category": "case__category",
        },
    ),
}


@dataclass(frozen=True)
class Definition:
    """One version of one rate."""

    code: str
    version: int
    valid_from: date
    name: str
    name_en: str
    direction: Literal["up", "down"]
    dataset: str
    period: str
    filter: Q
    numerator: Q
    denominator: Q
    source: str
    unit: str = "percent"

    def title(self) -> str:
        """The name in the language of the request."""
        return in_language(self.name, self.name_en)


class Ratio(NamedTuple):
    """A fraction of counts; `value` is 0 to 1, or None when there is nothing to divide by."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


@cache
def shipped() -> tuple[Definition, ...]:
    """The definitions that come with the platform, all versions."""
    return read(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")), place=SHIPPED.name)


def in_force(day: date, definitions: Sequence[Definition] | None = None) -> tuple[Definition, ...]:
    """The version of each rate that holds on a day, in the order of the file."""
    newest: dict[str, Definition] = {}
    for one in shipped() if definitions is None else definitions:
        known = newest.get(one.code)
        if one.valid_from <= day and (known is None or known.version < one.version):
            newest[one.code] = one
    return tuple(newest.values())


def read(data: Mapping[str, Any], *, place: str = "") -> tuple[Definition, ...]:
    """Definitions from their data; raises `Invalid` with the path of everything that is wrong."""
    problems: list[Problem] = []
    found = []
    for number, raw in enumerate(data.get("definitions") or ()):
        where = f"{place}: definitions[{number}]"
        try:
            found.append(_definition(raw, where))
        except KeyError as error:
            problems.append(Problem(where, _("缺少 %(key)s") % {"key": error}))
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(problems=problems)
    return tuple(found)


def evaluate(definition: Definition, *, area: str, shards: Sequence[str], period: Period) -> Ratio:
    """The rate of an area (and all below it) over a period. One query."""
    return by_area(definition, area=area, shards=shards, period=period, width=len(area)).get(
        area, Ratio(0, 0)
    )


def by_area(
    definition: Definition, *, area: str, shards: Sequence[str], period: Period, width: int
) -> dict[str, Ratio]:
    """The rate of each area whose code has `width` characters under `area`, by code. One query.

    `shards` are the districts in which rows of the area were born. Only what is settled by now counts;
    confidential cases never do.
    """
    dataset = DATASETS[definition.dataset]
    counted = _counted(definition, Substr(dataset.area, 1, width), area=area, shards=shards, period=period)
    return {str(group): ratio for group, ratio in counted.items()}


def by_day(definition: Definition, *, area: str, shards: Sequence[str], period: Period) -> dict[date, Ratio]:
    """The rate of an area on each local day of the period that has any. One query."""
    moment = DATASETS[definition.dataset].fields[definition.period]
    day = TruncDate(moment, tzinfo=timezone.get_default_timezone())
    counted = _counted(definition, day, area=area, shards=shards, period=period)
    return {group: ratio for group, ratio in counted.items() if isinstance(group, date)}


def _counted(
    definition: Definition, group: Any, *, area: str, shards: Sequence[str], period: Period
) -> dict[Any, Ratio]:
    """Numerator and denominator by any expression."""
    dataset = DATASETS[definition.dataset]
    first, last = moments(period)
    moment = dataset.fields[definition.period]
    rows = dataset.rows().filter(
        definition.filter,
        district__in=shards,
        **{
            f"{dataset.area}__startswith": area,
            dataset.confidential: False,
            f"{moment}__gte": first,
            f"{moment}__lt": min(last, clock.now()),
        },
    )
    counted = (
        rows.values(group=group)
        .order_by("group")
        .annotate(
            denominator=Count("pk", filter=definition.denominator),
            numerator=Count("pk", filter=definition.denominator & definition.numerator),
        )
    )
    return {row["group"]: Ratio(row["numerator"], row["denominator"]) for row in counted}


def moments(period: Period) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the first moment after the last."""
    zone = timezone.get_default_timezone()
    first, last = period
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def _definition(raw: Mapping[str, Any], where: str) -> Definition:
    dataset = raw["dataset"]
    if dataset not in DATASETS:
        known = "、".join(DATASETS)
        raise Invalid(
            _("没有数据集“%(name)s”") % {"name": dataset},
            field=f"{where}.dataset",
            remedy=_("可用：%(names)s") % {"names": known},
        )
    fields = DATASETS[dataset].fields
    if raw["period"] not in fields:
        raise _unknown_field(raw["period"], fields, f"{where}.period")
    ratio = raw["ratio"]
    return Definition(
        code=raw["code"],
        version=raw["version"],
        valid_from=raw["valid_from"],
        name=raw["name"],
        name_en=raw["name_en"],
        direction=raw["direction"],
        dataset=dataset,
        period=raw["period"],
        filter=_condition(raw["filter"], fields, f"{where}.filter"),
        numerator=_condition(ratio["numerator"], fields, f"{where}.ratio.numerator"),
        denominator=_condition(ratio["denominator"], fields, f"{where}.ratio.denominator"),
        source=raw["source"],
        unit=raw.get("unit", "percent"),
    )


def _condition(data: Mapping[str, Any], fields: Mapping[str, str], where: str) -> Q:
    """`{field: value | [values] | {not|null|at_least|at_most: …}}`, all of which must hold.

    `not` also holds where there is no value at all.
    """
    found = Q()
    for name, wanted in data.items():
        if name not in fields:
            raise _unknown_field(name, fields, f"{where}.{name}")
        found &= _comparison(fields[name], wanted, f"{where}.{name}")
    return found


def _comparison(column: str, wanted: Any, where: str) -> Q:
    if isinstance(wanted, list):
        return Q(**{f"{column}__in": wanted})
    if not isinstance(wanted, Mapping):
        return Q(**{column: wanted})
    lookups = {"null": "isnull", "at_least": "gte", "at_most": "lte"}
    found = Q()
    for operator, value in wanted.items():
        if operator == "not":
            found &= ~_comparison(column, value, where)
        elif operator in lookups:
            found &= Q(**{f"{column}__{lookups[operator]}": value})
        else:
            raise Invalid(
                _("不认识比较方式“%(name)s”") % {"name": operator},
                field=where,
                remedy=_("可用：%(names)s") % {"names": "、".join(["not", *lookups])},
            )
    return found


def _unknown_field(name: str, fields: Mapping[str, str], where: str) -> Invalid:
    return Invalid(
        _("数据集里没有字段“%(name)s”") % {"name": name},
        field=where,
        remedy=_("可用：%(names)s") % {"names": "、".join(fields)},
    )
