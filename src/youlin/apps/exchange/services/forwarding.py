"""Forwarding a case: asked for by a person or a rule, sent once, however often a connection breaks."""

import logging
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases.selectors import sharing
from youlin.apps.cases.services import outside
from youlin.apps.exchange import open311, permission
from youlin.apps.exchange.models import Forwarding, OutsideSystem
from youlin.apps.exchange.services import systems
from youlin.kernel import clock, jobs, journal, outgoing, rows
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
CLAIM = timedelta(minutes=5)
"""A worker that died while sending is taken over after this."""
PATIENCE = timedelta(minutes=15)
"""How long a doubtful request may take to show in the other side's lists before it is sent again."""
BUDGET_SECONDS = 10.0
"""For how long one job speaks to others, so that other work goes on."""

TROUBLE = (outgoing.NotSent, open311.Doubtful, open311.Busy)


def forward(
    *, actor: Actor, district: str, case_id: UUID, system: str, service: str = "", note: str = ""
) -> Forwarding:
    """Have a case sent to the outside system `system` (its code), once; the same again is what there is.

    `service` is the other side's code, by default what the system's table says for the case's category. Raises
    `NotFound` for a system or case that is not there, `NotAllowed`, `Conflict` for a confidential or closed case.
    """
    case = sharing.handed_over(district, case_id)
    if case is None or (actor.kind != "system" and not sharing.may_dispatch(actor, district, case_id)):
        raise NotAllowed(_("转送案件需要派遣的岗位"))
    found = OutsideSystem.objects.filter(district=district, code=system, retired_at=None).first()
    if found is None:
        raise NotFound(_("没有外部系统“%(code)s”") % {"code": system}, field="system")
    if case.confidential or not case.is_open:
        raise Conflict(_("保密的或已办结的案件不能转送"))
    service = service or service_for(found, case.category)
    if not service:
        raise Invalid(
            _("没有说明“%(category)s”对应对方的哪个类别") % {"category": case.category},
            field="service",
            remedy=_("选一个类别，或写进这个系统的类别对照"),
        )
    return _asked(actor, found, case, service[:128], note.strip()[:500])


@transaction.atomic
def _asked(
    actor: Actor, system: OutsideSystem, case: sharing.HandedOver, service: str, note: str
) -> Forwarding:
    row = Forwarding(
        district=case.district, system=system, case_id=case.id, service=service, not_before=clock.now()
    )
    if not rows.insert_if_new(row):
        return Forwarding.objects.get(district=case.district, case=case.id, system=system)
    _journal(row, actor, "exchange.forward_asked", {"to": system.name, "service": service}, note=note)
    send_due.enqueue()
    return row


@transaction.atomic
def retry_forwarding(*, actor: Actor, district: str, forwarding_id: UUID) -> Forwarding:
    """Send again at once what waits, or what was refused, after somebody put right why."""
    permission.demand(actor, district)
    row = _locked(district, forwarding_id)
    if row is None or row.state not in ("waiting", "refused"):
        raise Conflict(_("这件没有在等待转送"))
    row.state, row.not_before, row.attempts = "waiting", clock.now(), 0
    row.save(update_fields=["state", "not_before", "attempts"])
    _journal(row, actor, "exchange.forward_retried", {"to": row.system.name})
    send_due.enqueue()
    return row


def service_for(system: OutsideSystem, category: str) -> str:
    """The other side's service for a category: its own line, else that of the nearest class above, else `*`."""
    code = category
    while code:
        if code in system.services:
            return str(system.services[code])
        code = code.rpartition(".")[0]
    return str(system.services.get("*", ""))


@jobs.job(name="exchange.send_due", attempts=3)
def send_due() -> int:
    """Send what is due, for a while; how many were tried. A system that is not there is left after one try."""
    tried, until = 0, time.monotonic() + BUDGET_SECONDS
    silent: set[UUID] = set()
    due = Forwarding.objects.filter(state__in=["waiting", "asking"], not_before__lte=clock.now())
    for district, id, system in due.order_by("not_before").values_list("district", "id", "system")[:200]:
        if time.monotonic() > until:
            break
        if system not in silent:
            tried += 1
            if not _try(district, id):
                silent.add(system)
    return tried


@jobs.every(minutes=1, name="exchange.send_all_due")
def send_all_due() -> int:
    """Send whatever has become due meanwhile: after a pause, after a crash."""
    return send_due()


def _try(district: str, id: UUID) -> bool:
    """One attempt; whether the other side is there."""
    claimed = _claim(district, id)
    if claimed is None:
        return True
    row, doubtful_before = claimed
    try:
        _speak(row, known_doubtful=doubtful_before)
    except open311.Refused as error:
        _refused(row, str(error))
    except TROUBLE as error:
        log.warning("forwarding %s to %s failed: %s", row.id, row.system.code, error)
        sure = not isinstance(error, open311.Doubtful)
        _later(row, str(error), undo_doubt=sure and not doubtful_before, wait=getattr(error, "wait", None))
        return isinstance(error, open311.Busy)
    systems.answered(row.system)
    return True


@transaction.atomic
def _claim(district: str, id: UUID) -> tuple[Forwarding, bool] | None:
    """Take a due row for this worker; whether an earlier request may have arrived. From now on this one may."""
    row = _locked(district, id)
    if row is None or row.state not in ("waiting", "asking") or row.not_before > clock.now():
        return None
    doubtful = row.doubtful_since is not None
    row.doubtful_since = row.doubtful_since or clock.now()
    row.attempts += 1
    row.not_before = clock.now() + CLAIM
    row.save(update_fields=["doubtful_since", "attempts", "not_before"])
    return row, doubtful


def _speak(row: Forwarding, *, known_doubtful: bool) -> None:
    server = systems.server_of(row.system)
    if row.state == "asking":
        number = open311.number_behind(server, row.token)
        return _acknowledged(row, number) if number else _later(row, _("对方还没有给出编号"))
    case = sharing.handed_over(row.district, row.case_id)
    assert case is not None and row.doubtful_since is not None
    if known_doubtful and not row.system.keyed:
        number = open311.look_up(
            server,
            reference=reference_of(case),
            service=row.service,
            since=row.doubtful_since,
            until=clock.now(),
        )
        if number:
            return _acknowledged(row, number)
        if clock.now() - row.doubtful_since < PATIENCE:
            return _later(row, _("上次转送没有回音，正在对方那里查找"))
    sent = open311.submit(server, _fields(row, case), key=f"youlin-{row.id}")
    return _acknowledged(row, sent.number) if sent.number else _token(row, sent.token)


def reference_of(case: sharing.HandedOver) -> str:
    """By which words a request of ours is found again at the other side."""
    return f"youlin:{case.district}:{case.number}"


def _fields(row: Forwarding, case: sharing.HandedOver) -> dict[str, str]:
    """The request: matter and place, our reference, nobody's name or number."""
    words = "\n".join(part for part in (case.description or case.title, f"[{reference_of(case)}]") if part)
    point = case.lon is not None and case.lat is not None
    return {
        "service_code": row.service,
        "description": words[-4000:],
        "lat": str(case.lat) if point else "",
        "long": str(case.lon) if point else "",
        "address_string": case.address or ("" if point else case.title),
        "external_reference": reference_of(case),
    }


@transaction.atomic
def _acknowledged(row: Forwarding, number: str) -> None:
    row.state, row.number, row.last_error = "open", number[:64], ""
    row.acknowledged_at, row.doubtful_since = clock.now(), None
    row.not_before = clock.now() + timedelta(minutes=row.system.poll_minutes)
    row.save()
    _journal(row, SYSTEM, "exchange.acknowledged", {"to": row.system.name, "number": row.number})


def _token(row: Forwarding, token: str) -> None:
    row.state, row.token, row.last_error, row.doubtful_since = "asking", token[:128], "", None
    row.attempts, row.not_before = 0, clock.now() + FIRST_PAUSE
    row.save()


@transaction.atomic
def _refused(row: Forwarding, words: str) -> None:
    row.state, row.last_error, row.doubtful_since = "refused", words[:255], None
    row.save()
    _journal(row, SYSTEM, "exchange.refused", {"to": row.system.name}, note=words[:500])


def _later(row: Forwarding, words: str, *, undo_doubt: bool = False, wait: timedelta | None = None) -> None:
    pause = wait or min(FIRST_PAUSE * (1 << min(row.attempts - 1, 16)), LONGEST_PAUSE)
    row.last_error, row.not_before = words[:255], clock.now() + pause
    if undo_doubt:
        row.doubtful_since = None
    row.save(update_fields=["last_error", "not_before", "doubtful_since"])
    systems.failed(row.system, words)


def _locked(district: str, id: UUID) -> Forwarding | None:
    found = Forwarding.objects.select_for_update(of=("self",)).select_related("system")
    return found.filter(district=district, id=id).first()


def _journal(row: Forwarding, actor: Actor, act: str, after: dict[str, Any], *, note: str = "") -> None:
    """On the forwarding's own history and, for its timeline, on the case."""
    outside.note_outside(
        actor=actor, district=row.district, case_id=row.case_id, act=act, after=after, note=note
    )
    journal.append(act=act, actor=actor, subject=row, after={**after, "state": row.state}, note=note)


def public_link(number: str) -> str:
    """The address of a public case of ours, "" while this installation has no public address."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/case/{number}/" if settings.PUBLIC_URL else ""
