"""Asking outside systems how the cases they took are getting on; what changed is journalled on the case."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases.selectors import sharing
from youlin.apps.cases.services import outside
from youlin.apps.exchange import open311
from youlin.apps.exchange.models import Forwarding, OutsideSystem
from youlin.apps.exchange.services import systems
from youlin.apps.notices import services as notices
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM

log = logging.getLogger(__name__)

TOGETHER = 200
BUDGET_SECONDS = 10.0
DAILY = timedelta(days=1)
"""How often what is closed over there is looked at, while it may still be reopened."""


@jobs.every(minutes=1, name="exchange.poll_due")
def poll_due() -> int:
    """Ask for what is due, system by system, for a while; how many changed."""
    changed, until = 0, time.monotonic() + BUDGET_SECONDS
    due = Forwarding.objects.filter(state__in=["open", "closed"], not_before__lte=clock.now())
    for district, system in due.order_by().values_list("district", "system").distinct():
        if time.monotonic() > until:
            break
        some = due.filter(district=district, system=system).select_related("system").order_by("not_before")
        changed += _ask(list(some[:TOGETHER]))
    return changed


def poll_system(system: OutsideSystem) -> int:
    """Ask one system for everything it has of ours, due or not; how many changed."""
    held = Forwarding.objects.filter(
        district=system.district, system=system, state__in=["open", "closed"]
    ).select_related("system")
    found = list(held.order_by("not_before"))
    return sum(_ask(found[start : start + TOGETHER]) for start in range(0, len(found), TOGETHER))


def _ask(some: Sequence[Forwarding]) -> int:
    if not some:
        return 0
    system = some[0].system
    try:
        remote = open311.states(systems.server_of(system), [row.number for row in some])
    except Exception as error:  # whatever is wrong over there is theirs, and told on the system
        log.warning("asking %s failed: %s", system.code, error)
        systems.failed(system, str(error) or type(error).__name__)
        _put_off(some, timedelta(minutes=max(system.poll_minutes, 5)))
        return 0
    systems.answered(system)
    return sum(_take(row, remote.get(row.number)) for row in some)


def _put_off(some: Sequence[Forwarding], pause: timedelta) -> None:
    ids = [row.id for row in some]
    Forwarding.objects.filter(district=some[0].district, id__in=ids).update(not_before=clock.now() + pause)


@transaction.atomic
def _take(seen: Forwarding, remote: open311.Remote | None) -> bool:
    """Note how one stands; whether that is new."""
    rows = Forwarding.objects.select_for_update(of=("self",)).select_related("system")
    row = rows.filter(district=seen.district, id=seen.id, state__in=["open", "closed"]).first()
    if row is None:
        return False
    now = clock.now()
    row.polled_at, before = now, {"status": row.state, "notes": row.status_notes}
    row.last_error = "" if remote else _("对方没有给出这件的状态")
    if remote is not None:
        row.state, row.status_notes, row.remote_updated_at = remote.status, remote.notes, remote.updated
        row.closed_at = (row.closed_at or now) if remote.status == "closed" else None
    row.not_before = _next(row)
    row.save()
    after = {"status": row.state, "notes": row.status_notes}
    if after == before:
        return False
    _tell(row, before, after)
    return True


def _next(row: Forwarding) -> datetime:
    """Open ones as often as is agreed, closed ones daily, and never again once they cannot be reopened."""
    if row.closed_at is None:
        return clock.now() + timedelta(minutes=row.system.poll_minutes)
    over = clock.now() - row.closed_at > timedelta(days=settings.REOPEN_DAYS)
    return clock.now() + (timedelta(days=36500) if over else DAILY)


def _tell(row: Forwarding, before: dict[str, str], after: dict[str, str]) -> None:
    """On the case's timeline, and to whoever holds it."""
    told = {"to": row.system.name, "number": row.number, **after}
    case = outside.note_outside(
        actor=SYSTEM,
        district=row.district,
        case_id=row.case_id,
        act="exchange.status_changed",
        before=before,
        after=told,
        note=_("%(system)s：%(status)s %(notes)s")
        % {
            "system": row.system.name,
            "status": _("已办结") if row.state == "closed" else _("办理中"),
            "notes": row.status_notes,
        },
    )
    entry = journal.append(
        act="exchange.status_changed", actor=SYSTEM, subject=row, before=before, after=told
    )
    holder = sharing.handed_over(row.district, row.case_id)
    if holder is None or holder.holder_id is None or before["status"] == after["status"]:
        return
    notices.notify(
        district=row.district,
        person_id=holder.holder_id,
        kind="exchange.status",
        key=f"exchange:{entry.id.hex}",
        title=_("%(number)s：%(system)s有进展") % {"number": case.number, "system": row.system.name},
        body=after["notes"],
        link=f"/desk/case/{case.number}/",
        subject=case,
    )
