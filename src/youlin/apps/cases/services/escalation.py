"""What is overdue climbs: every minute, one level up the area, with a message to who answers there."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup
from youlin.apps.cases.models import Case, CaseClock, CaseType, Category
from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import NotFound

_AT_ONCE = 200
"""Clocks looked at in one run of a district; the next minute goes on."""


@jobs.every(minutes=1, name="cases.escalate_overdue")
def escalate_overdue() -> int:
    """Tell the next level up about every clock that is overdue; the number told.

    A clock that stays overdue climbs once more every `settings.ESCALATE_AGAIN_HOURS`, until the top.
    """
    now = clock.now()
    told = 0
    for district in CaseType.objects.order_by("district").values_list("district", flat=True).distinct():
        for clock_id, case_id in _due(district, now):
            with transaction.atomic():
                told += _escalate(district, clock_id, case_id, now)
    return told


def _due(district: str, now: datetime) -> list[tuple[UUID, UUID]]:
    again = now - timedelta(hours=settings.ESCALATE_AGAIN_HOURS)
    rows = CaseClock.objects.filter(
        Q(escalated_at__isnull=True) | Q(escalated_at__lte=again),
        district=district,
        stopped_at__isnull=True,
        suspended_at__isnull=True,
        due_at__lt=now,
    )
    return list(rows.order_by("due_at", "id").values_list("id", "case_id")[:_AT_ONCE])


def _escalate(district: str, clock_id: UUID, case_id: UUID, now: datetime) -> int:
    """Climb one level for one clock; 1 when somebody was told."""
    case = lookup.locked(district, case_id)
    late = CaseClock.objects.filter(district=district, id=clock_id, stopped_at__isnull=True).first()
    if late is None:
        return 0
    late.escalated_at = now
    late.save(update_fields=["escalated_at"])
    if not case.is_open:
        return 0
    found = superior(case, now)
    if found is None:
        return 0
    level, answer = found
    assert answer.holder is not None
    Case.objects.filter(district=district, id=case.id).update(escalation=level)
    journal.append(
        act="cases.escalated",
        actor=SYSTEM,
        subject=case,
        area=case.area_now,
        before={"escalation": case.escalation},
        after={
            "escalation": level,
            "clock": late.name,
            "category": case.category,
            "due_at": late.due_at.isoformat(),
            "to": str(answer.holder.id),
        },
        personal={answer.holder.id: {"why": answer.path}},
        at=now,
    )
    _tell(case, late, answer, level)
    return 1


def superior(case: Case, at: datetime) -> tuple[int, duties.Answer] | None:
    """Who is to be told next, and at which level above the case's area; None at the top.

    A matter of the whole district climbs once, to the duties above the holder's. Levels at which the holder, or
    whoever was told last time, answers again are passed over.
    """
    duty = case.holder_duty or _category_duty(case)
    above = [code for code in areas.ancestors(case.area_now) if len(code) >= len(case.district)]
    passed = {case.holder_id}
    if 0 < case.escalation <= len(above):
        last = _who(case, duty, above[case.escalation - 1], at)
        passed |= {last.holder.id} if last and last.holder else set()
    for level, code in enumerate(above[case.escalation :], start=case.escalation + 1):
        answer = _who(case, duty, code, at)
        if answer is not None and answer.holder is not None and answer.holder.id not in passed:
            return level, answer
    return None if above or case.escalation else _above_the_district(case, duty, passed, at)


def _above_the_district(
    case: Case, duty: str, passed: set[UUID | None], at: datetime
) -> tuple[int, duties.Answer] | None:
    """No area is above a matter of the whole district: there the duties are asked that the holder's climbs to."""
    kinds = {kind.code: kind.climbs_to for kind in duties.kinds(case.district)}
    for higher in kinds.get(duty, []):
        answer = _who(case, higher, case.area_now, at)
        if answer is not None and answer.holder is not None and answer.holder.id not in passed:
            return 1, answer
    return None


def _who(case: Case, duty: str, area: str, at: datetime) -> duties.Answer | None:
    if not duty:
        return None
    try:
        answer = duties.who(kind=duty, area=area, at=at, category=case.category, district=case.district)
    except NotFound:
        return None
    kind = answer.assignment.kind if answer.assignment else None
    return None if case.confidential and kind is not None and not kind.confidential else answer


def _category_duty(case: Case) -> str:
    rows = Category.objects.filter(district=case.district, code=case.category)
    return rows.values_list("duty", flat=True).first() or ""


def _tell(case: Case, late: CaseClock, answer: duties.Answer, level: int) -> None:
    assert answer.holder is not None
    door = duties.door_of(district=case.district, kind=answer.kind)
    with translation.override(parties.language_of(answer.holder.id)):
        notices.notify(
            district=case.district,
            person_id=answer.holder.id,
            kind="cases.escalated",
            key=f"{late.id.hex}:{level}",
            title=_("案件 %(number)s 已逾期") % {"number": case.number},
            body="" if case.confidential else case.title,
            link=f"/{door}/case/{case.number}/",
            urgent=True,
            subject=case,
        )
