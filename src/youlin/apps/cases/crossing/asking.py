"""Asking another district to take a case over."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup, measures, permission, texts
from youlin.apps.cases.crossing import clockwork, delivering, places, standing
from youlin.apps.cases.models import Case, Crossing, Measure
from youlin.apps.cases.services.measures import effects
from youlin.apps.duties.selectors import Access
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.kernel.idempotency import once

REASON_LENGTH = 2000


def hand_over(
    *,
    actor: Actor,
    case_id: UUID,
    to_district: str,
    reason: str,
    idempotency_key: str,
    category: str = "",
    expected_version: int | None = None,
) -> Case:
    """Ask another district of the installation to take the case over; its clock stands still until it answers.

    `category` is the other district's, by default what it calls the same matter. Raises `NotFound` when the actor
    may not know the case, `NotAllowed` with the reason, `Conflict` when the case has moved on or has something
    open that must be ended first, `Invalid` with every field that is wrong.
    """
    district, reason = lookup.district_of(case_id), reason.strip()
    payload = {"case": str(case_id), "to": to_district, "category": category, "reason": reason}
    with once(
        district=district, actor=actor, act="cases.hand_over", key=idempotency_key, payload=payload
    ) as ask:
        case = lookup.locked(district, case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        if ask.prior is not None:
            return case
        effects.check_version(case, expected_version)
        _check(access, case)
        matter = _asked(case, to_district, category, reason)
        crossing = _put_out(actor, case, to_district, matter, texts.without_personal(reason), clock.now())
        ask.save({"crossing": str(crossing.id), "version": case.version})
    return case


def _check(access: Access, case: Case) -> None:
    """The case must be able to leave, by its table and by what stands open on it."""
    if why := standing.why_still(case):
        raise Conflict(why, remedy=_("请看最新状态"))
    declared = clockwork.way_out(case)
    if declared is None:
        state = lookup.table_of(case.case_type).state(case.state).title()
        raise Conflict(_("案件现在是“%(state)s”，不能移交外区") % {"state": state})
    if why := permission.why_not(access, case, declared):
        raise NotAllowed(why)
    if case.parent_id is not None:
        raise Conflict(_("这是分办出来的一件，不能单独移交外区"), remedy=_("请移交原案件，或作废这一件"))
    if Case.objects.filter(district=case.district, parent=case, is_open=True).exists():
        raise Conflict(_("分办的各件还没有办结，不能移交外区"), remedy=_("请先办结或作废各分办件"))
    kinds = Measure.objects.filter(district=case.district, case=case, is_open=True).values_list(
        "kind", flat=True
    )
    if found := list(dict.fromkeys(str(measures.KINDS[one].name) for one in kinds if one in measures.KINDS)):
        raise Conflict(
            _("案件还有没了结的措施：%(kinds)s") % {"kinds": "、".join(found)},
            remedy=_("请先撤回或办完，再移交外区"),
        )


def _asked(case: Case, to_district: str, category: str, reason: str) -> str:
    """The other district's category, if everything that was asked makes sense."""
    problems, matter = [], ""
    if to_district not in {one.district for one in places.destinations(case.district)}:
        problems.append(Problem("to_district", _("没有选移交到哪个区"), _("从本平台服务的其他区里选一个")))
    else:
        matter = _matter(to_district, category, case)
        if not matter:
            problems.append(_no_matter(to_district, case))
    if not reason:
        problems.append(Problem("reason", _("没有写为什么移交"), _("写明位置或职责在哪里，写一两句话")))
    if len(reason) > REASON_LENGTH:
        problems.append(Problem("reason", _("说明超过 %(n)d 字") % {"n": REASON_LENGTH}))
    if problems:
        raise Invalid(problems=problems)
    return matter


def _matter(to_district: str, category: str, case: Case) -> str:
    if not category:
        return places.matter(to_district, case.category, confidential=case.confidential)
    known = {one.code for one in places.matters(to_district, confidential=case.confidential)}
    return category if category in known else ""


def _no_matter(to_district: str, case: Case) -> Problem:
    name = {"name": areas.short_name(to_district)}
    if case.confidential:
        words = _("%(name)s没有可受理保密案件的类别，不能移交") % name
        return Problem("category", words, _("请由本区保密专员线下联系对方"))
    return Problem("category", _("%(name)s没有对应的类别") % name, _("请选一个对方的类别"))


def _put_out(actor: Actor, case: Case, to_district: str, matter: str, reason: str, now: datetime) -> Crossing:
    crossing = Crossing.objects.create(
        district=case.district,
        case=case,
        to_district=to_district,
        to_category=matter,
        reason=reason,
        asked_by_id=actor.person_id,
        asked_at=now,
        promised_at=case.due_at,
        not_before=now,
    )
    clockwork.hold(case, now)
    clockwork.mark(case, standing.OUT)
    case.version, case.updated_at = case.version + 1, max(now, case.updated_at)
    case.save(update_fields=["marks", "version", "updated_at", "light_at", "due_at"])
    journal.append(
        act="cases.crossing_asked",
        actor=actor,
        subject=case,
        area=case.area_now,
        after={
            "crossing": str(crossing.id),
            "to_district": to_district,
            "category": matter,
            "clocks": "hold",
        },
        note=reason,
        at=now,
    )
    delivering.deliver_due.enqueue()
    return crossing
