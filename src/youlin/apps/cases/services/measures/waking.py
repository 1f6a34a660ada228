"""What time does: deferrals and pauses end by themselves, and whoever owes an answer is reminded once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from youlin.apps.cases import lookup, measures
from youlin.apps.cases.models import CaseType, Measure
from youlin.apps.cases.services.measures import effects, settling, telling
from youlin.kernel import clock, jobs
from youlin.kernel.actors import SYSTEM

_AT_ONCE = 200
"""Measures looked at in one run of a district; the next minute goes on."""


@jobs.every(minutes=1, name="cases.wake_measures")
def wake_measures() -> int:
    """Wake every measure whose time has come; how many.

    A clock that stood still runs on from the moment at which it should have, however late this job is.
    """
    now = clock.now()
    woken = 0
    for district in CaseType.objects.order_by("district").values_list("district", flat=True).distinct():
        for measure_id, case_id in _due(district, now):
            with transaction.atomic():
                woken += _wake(district, measure_id, case_id, now)
    return woken


def _due(district: str, now: datetime) -> list[tuple[UUID, UUID]]:
    rows = Measure.objects.filter(
        district=district,
        is_open=True,
        until__lte=now,
        kind__in=list(measures.KINDS),
        reminded_at__isnull=True,
    )
    return list(rows.order_by("until", "id").values_list("id", "case_id")[:_AT_ONCE])


def _wake(district: str, measure_id: UUID, case_id: UUID, now: datetime) -> int:
    case = lookup.locked(district, case_id)
    measure = Measure.objects.filter(
        district=district, id=measure_id, is_open=True, until__lte=now, reminded_at__isnull=True
    ).first()
    if measure is None or measure.until is None:
        return 0
    kind = measures.KINDS[measure.kind]
    if kind.woken and measure.state == measures.RUNNING:
        settling.end(case, measure, kind.woken, actor=SYSTEM, at=measure.until)
        effects.mark(case, now)
    elif kind.holds and measure.state == measures.ASKED:
        settling.end(case, measure, "lapsed", actor=SYSTEM, at=now)
        effects.mark(case, now)
    else:
        Measure.objects.filter(district=district, id=measure.id).update(reminded_at=now)
    telling.woken(case, kind, measure)
    return 1
