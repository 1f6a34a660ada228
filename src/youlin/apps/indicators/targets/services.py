"""Every write of targets: proposed, approved or refused by somebody else, replaced by a later version."""

import math
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations
from youlin.apps.indicators.models import Target
from youlin.apps.indicators.models.target import APPROVED, PERIODS, PROPOSED, REFUSED, REPLACED
from youlin.apps.indicators.targets import permission, spans
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

LONGEST_REASON, LONGEST_SOURCE = 500, 200


@transaction.atomic
def propose(
    *,
    actor: Actor,
    district: str,
    indicator: str,
    area: str,
    period_kind: str,
    period_start: date,
    value: float,
    reason: str,
    source: str = "",
    is_demo: bool = False,
) -> Target:
    """Propose a target: `value` in the unit of the indicator (a share as 0 to 1) for the period beginning that day.

    A proposal of one's own that still waits is replaced. Raises `NotAllowed`, `Conflict` where somebody else's waits,
    `Invalid` naming everything that is wrong.
    """
    permission.demand_propose(actor, district, area)
    reason, source = reason.strip(), source.strip()
    problems = _wrong(district, indicator, area, period_kind, period_start, value, reason, source)
    if problems:
        raise Invalid(problems=problems)
    key = {
        "district": district,
        "indicator": indicator,
        "area": area,
        "period_kind": period_kind,
        "period_start": period_start,
    }
    rows = list(Target.objects.select_for_update().filter(**key).order_by("version"))
    waiting = next((one for one in rows if one.state == PROPOSED), None)
    if waiting is not None:
        if waiting.proposed_by_id != actor.person_id:
            raise Conflict(_("已有同事提出，待批准"), remedy=_("请等批准人决定，或与提出人商量"))
        _replace(actor, waiting)
    standing = next((one for one in rows if one.state == APPROVED), None)
    if standing is not None and standing.value == value:
        raise Invalid(_("与现行目标相同"), field="value")
    made = Target.objects.create(
        **key,
        value=value,
        version=(rows[-1].version if rows else 0) + 1,
        reason=reason,
        source=source,
        proposed_by_id=actor.person_id,
        proposed_at=clock.now(),
        is_demo=is_demo,
    )
    _journal("indicators.target_proposed", actor, made, note=reason)
    return made


@transaction.atomic
def approve(*, actor: Actor, district: str, target_id: UUID, decision: str = "") -> Target:
    """A proposed target holds from now on; the version before it is replaced.

    Raises `NotFound`, `NotAllowed` for whoever proposed it or has no such duty, `Conflict` where it waits no more.
    """
    target = _waiting(actor, district, target_id)
    standing = Target.objects.select_for_update().filter(
        district=district,
        indicator=target.indicator,
        area=target.area,
        period_kind=target.period_kind,
        period_start=target.period_start,
        state=APPROVED,
    )
    for before in standing:
        _replace(actor, before)
    return _decided(actor, target, APPROVED, decision)


@transaction.atomic
def refuse(*, actor: Actor, district: str, target_id: UUID, decision: str) -> Target:
    """A proposed target does not come to hold; whoever refuses says why."""
    target = _waiting(actor, district, target_id)
    if not decision.strip():
        raise Invalid(_("请写明不批准的理由"), field="decision")
    return _decided(actor, target, REFUSED, decision)


@transaction.atomic
def replace(
    *, actor: Actor, district: str, target_id: UUID, value: float, reason: str, source: str = ""
) -> Target:
    """Propose another value in place of a target that holds; until it is approved the old one goes on holding.

    Raises `Conflict` where that target holds no more.
    """
    target = Target.objects.select_for_update().filter(district=district, id=target_id).first()
    if target is None:
        raise NotFound()
    if target.state != APPROVED:
        raise Conflict(_("这个目标已不是现行目标"), remedy=_("请看最新版本"))
    return propose(
        actor=actor,
        district=district,
        indicator=target.indicator,
        area=target.area,
        period_kind=target.period_kind,
        period_start=target.period_start,
        value=value,
        reason=reason,
        source=source or target.source,
        is_demo=target.is_demo,
    )


def _waiting(actor: Actor, district: str, target_id: UUID) -> Target:
    target = Target.objects.select_for_update().filter(district=district, id=target_id).first()
    if target is None:
        raise NotFound()
    permission.demand_decide(actor, district, target.area, target.proposed_by_id)
    if target.state != PROPOSED:
        raise Conflict(_("这个目标已经有了决定"), remedy=_("请看最新状态"))
    return target


def _decided(actor: Actor, target: Target, state: str, decision: str) -> Target:
    decision = decision.strip()
    if len(decision) > LONGEST_REASON:
        raise Invalid(_("最多 %(n)d 字") % {"n": LONGEST_REASON}, field="decision")
    target.state, target.decision = state, decision
    target.decided_by_id, target.decided_at = actor.person_id, clock.now()
    target.save(update_fields=["state", "decision", "decided_by", "decided_at"])
    _journal(f"indicators.target_{state}", actor, target, before=PROPOSED, note=decision)
    return target


def _replace(actor: Actor, target: Target) -> None:
    before, target.state, target.replaced_at = target.state, REPLACED, clock.now()
    target.save(update_fields=["state", "replaced_at"])
    _journal("indicators.target_replaced", actor, target, before=before)


def _wrong(
    district: str, indicator: str, area: str, kind: str, start: date, value: float, reason: str, source: str
) -> list[Problem]:
    """What keeps a target from being proposed, field by field."""
    problems = []
    definition = declarations.in_force(district).get(indicator)
    if definition is None:
        problems.append(Problem("indicator", _("没有这个指标"), _("请从列表中选")))
    elif definition.indicator.direction == "none":
        problems.append(Problem("indicator", _("这个指标不分好坏，不设目标")))
    if not area.startswith(district) or not areas.live(area):
        problems.append(Problem("area", _("没有这个区域"), _("请从列表中选")))
    if kind not in PERIODS:
        problems.append(Problem("period_kind", _("请选年、半年、季度或月")))
    elif start != spans.start_of(kind, start):
        problems.append(Problem("period_start", _("要从一个周期的第一天起")))
    share = definition is not None and definition.indicator.unit == "percent"
    if not math.isfinite(value) or (share and not 0 <= value <= 1):
        problems.append(Problem("value", _("目标值不对"), _("百分比在 0 到 100 之间") if share else ""))
    if not reason:
        problems.append(Problem("reason", _("请写明理由"), _("例如依据哪份文件、去年是多少")))
    for field, text, most in (("reason", reason, LONGEST_REASON), ("source", source, LONGEST_SOURCE)):
        if len(text) > most:
            problems.append(Problem(field, _("最多 %(n)d 字") % {"n": most}))
    return problems


def _journal(act: str, actor: Actor, target: Target, *, before: str = "", note: str = "") -> None:
    after: dict[str, Any] = {
        "state": target.state,
        "indicator": target.indicator,
        "period": f"{target.period_kind} {target.period_start.isoformat()}",
        "value": target.value,
        "version": target.version,
    }
    journal.append(
        act=act,
        actor=actor,
        subject=target,
        area=target.area,
        before={"state": before} if before else None,
        after=after,
        note=note,
    )
