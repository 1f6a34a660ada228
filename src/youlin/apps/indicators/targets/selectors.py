"""Targets as they are read: what is in force for areas and periods, what waits, what has been."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.indicators import declarations
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.models import Target
from youlin.apps.indicators.models.target import APPROVED, PERIODS, PROPOSED, REPLACED, STATES
from youlin.apps.indicators.targets import permission, spans
from youlin.apps.parties import selectors as parties
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

Origin = Literal["own", "above", "programme"]


@dataclass(frozen=True)
class InForce:
    """The target that a figure is held against, and where it comes from.

    `own`: set for the area itself. `above`: set for an area above it. `programme`: nobody set one, the programme's own.
    """

    value: float
    origin: Origin
    area: str = ""
    version: int = 0
    target_id: UUID | None = None

    @property
    def mark(self) -> str:
        """Beside the target: 西城区的目标; "" where it is the area's own."""
        if self.origin == "above":
            return _("%(area)s的目标") % {"area": areas.short_name(self.area)}
        return _("方案的参考目标") if self.origin == "programme" else ""


@dataclass(frozen=True)
class Row:
    """One version of a target as a page shows it. `decides` says whether the actor approves or refuses it."""

    target: Target
    name: str
    unit: str
    decimals: int
    area_name: str
    period: str
    state: str
    proposer: str
    decider: str
    decides: bool
    proposes: bool


@dataclass(frozen=True)
class Listed:
    """A page of targets, and how many there are in all."""

    rows: list[Row]
    total: int


def in_force(
    district: str,
    wanted: Collection[str],
    definitions: Mapping[str, Definition],
    period: spans.Span,
    *,
    at: datetime | None = None,
) -> dict[str, dict[str, InForce]]:
    """The targets of areas over a period, by area and indicator. One query; no target, no entry.

    A target holds for every stretch of days within its period; of several the nearest area's, then the shortest
    period's. What adds up (a count, a sum) has only targets of its own area and of exactly this period: a part of a
    year or of a district owes no whole. `at` tells what was in force at an earlier moment.
    """
    codes = [code for code, one in definitions.items() if one.indicator.direction != "none"]
    found = _standing(district, wanted, codes, period, at)
    return {area: _of_area(area, codes, definitions, period, found) for area in wanted}


def listed(
    actor: Actor,
    district: str,
    *,
    area: str = "",
    period: tuple[str, date] | None = None,
    state: str = "",
    page: int = 1,
    size: int = 50,
) -> Listed:
    """The targets of a district that the actor may see, what waits first. `area` takes what lies under it."""
    rows = _seen(actor, district)
    if area:
        rows = rows.filter(area__startswith=area)
    if period is not None:
        rows = rows.filter(period_kind=period[0], period_start=period[1])
    rows = rows.filter(state=state) if state in STATES else rows.exclude(state=REPLACED)
    total = rows.count()
    first = max(0, (page - 1) * size)
    ordered = rows.order_by("-period_start", "area", "indicator", "-version")
    return Listed(_rows(actor, district, ordered[first : first + size]), total)


def waiting(actor: Actor, district: str) -> int:
    """How many proposals the actor can decide on."""
    access = duties.access(actor)
    rows = _seen(actor, district).filter(state=PROPOSED)
    return sum(permission.may_decide(access, one.district, one.area, one.proposed_by_id) for one in rows)


def one(actor: Actor, target_id: UUID) -> Row:
    """One target, of any district. Raises `NotFound` for what the actor may not see."""
    every = permission.districts(actor)
    found = Target.objects.filter(permission.seen(actor), district__in=every, id=target_id).first()
    if found is None:
        raise NotFound()
    return _rows(actor, found.district, [found])[0]


def history(actor: Actor, target: Target) -> list[Row]:
    """All versions of a target, the newest first."""
    rows = _seen(actor, target.district).filter(
        indicator=target.indicator,
        area=target.area,
        period_kind=target.period_kind,
        period_start=target.period_start,
    )
    return _rows(actor, target.district, rows.order_by("-version"))


def periods(actor: Actor, district: str) -> list[tuple[str, date, str]]:
    """The periods for which there are targets: kind, first day, in words; the latest first."""
    rows = _seen(actor, district).values_list("period_kind", "period_start").distinct()
    found = sorted(rows, key=lambda one: (one[1], spans.MONTHS[one[0]]), reverse=True)
    return [(kind, start, spans.in_words(kind, start)) for kind, start in found]


def proposable(actor: Actor, district: str) -> tuple[list[Definition], list[tuple[str, str]]]:
    """What the actor can propose for: the indicators that may have a target, and the areas, down to communities."""
    access = duties.access(actor)
    codes = [
        code
        for level in ("district", "street", "community")
        for code in areas.subtree(district, level=level).values_list("code", flat=True)
        if permission.may_propose(access, district, code)
    ]
    chosen = [one for one in declarations.in_force(district).values() if one.indicator.direction != "none"]
    return chosen, [(code, areas.local_path(code) or areas.short_name(code)) for code in sorted(codes)]


def _standing(
    district: str, wanted: Collection[str], codes: Collection[str], period: spans.Span, at: datetime | None
) -> dict[tuple[str, str], list[Target]]:
    above = {code for area in wanted for code in (area, *areas.ancestors(area))}
    spanning = Q(pk__in=[])
    for kind, start in spans.holding(period).items():
        spanning |= Q(period_kind=kind, period_start=start)
    held = Q(state=APPROVED)
    if at is not None:
        held = Q(state__in=[APPROVED, REPLACED], decided_at__lte=at) & (
            Q(replaced_at=None) | Q(replaced_at__gt=at)
        )
    rows = Target.objects.filter(spanning, held, district=district, area__in=above, indicator__in=list(codes))
    found = defaultdict(list)
    for row in rows:
        found[row.area, row.indicator].append(row)
    return found


def _of_area(
    area: str,
    codes: Iterable[str],
    definitions: Mapping[str, Definition],
    period: spans.Span,
    found: Mapping[tuple[str, str], list[Target]],
) -> dict[str, InForce]:
    chain = [area, *areas.ancestors(area)]
    result = {}
    for code in codes:
        definition = definitions[code]
        whole = adds_up(definition)
        for level in chain[:1] if whole else chain:
            rows = sorted(found.get((level, code), ()), key=lambda one: spans.MONTHS[one.period_kind])
            if whole:
                rows = [one for one in rows if spans.span(one.period_kind, one.period_start) == period]
            if rows:
                origin: Origin = "own" if level == area else "above"
                result[code] = InForce(rows[0].value, origin, level, rows[0].version, rows[0].id)
                break
        else:
            if definition.indicator.target is not None and not whole:
                result[code] = InForce(definition.indicator.target, "programme")
    return result


def adds_up(definition: Definition) -> bool:
    """Whether a figure of a whole is the sum of those of its parts, so that no part owes the whole's target."""
    measure = definition.rule.measure
    return measure.kind in ("count", "sum", "distinct") and definition.rule.stock is None


def _seen(actor: Actor, district: str) -> QuerySet[Target]:
    if district not in permission.districts(actor):
        raise NotFound()
    return Target.objects.filter(permission.seen(actor), district=district)


def _rows(actor: Actor, district: str, rows: Iterable[Target]) -> list[Row]:
    found = list(rows)
    access = duties.access(actor)
    defined = declarations.in_force(district)
    people = {one for row in found for one in (row.proposed_by_id, row.decided_by_id) if one is not None}
    names = parties.person_labels(people, viewer=actor) if people else {}
    return [_row(access, one, defined.get(one.indicator), names) for one in found]


def _row(access: duties.Access, one: Target, definition: Definition | None, names: Mapping[UUID, str]) -> Row:
    open_now = one.state == PROPOSED
    return Row(
        target=one,
        name=definition.title if definition else one.indicator,
        unit=definition.indicator.unit if definition else "",
        decimals=definition.indicator.decimals if definition else 2,
        area_name=areas.local_path(one.area) or areas.short_name(one.area),
        period=spans.in_words(one.period_kind, one.period_start),
        state=str(STATES[one.state]),
        proposer=names.get(one.proposed_by_id, "") if one.proposed_by_id else _("系统"),
        decider=names.get(one.decided_by_id, "") if one.decided_by_id else "",
        decides=open_now and permission.may_decide(access, one.district, one.area, one.proposed_by_id),
        proposes=definition is not None and permission.may_propose(access, one.district, one.area),
    )


KINDS = PERIODS
"""The kinds of periods with their names, for forms."""
