"""Delivering events: read from the journal in its order, one subscriber's one after another, at least once.

A subscriber that does not answer keeps its later events waiting behind the one that failed; after the last try
that one is given up (`dead`), kept for a replay, and the next goes. Calls run beside each other, writes do not.
"""

import json
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases.selectors import sharing
from youlin.apps.cases.selectors.rows import PublicCase
from youlin.apps.exchange import signing
from youlin.apps.exchange.models import HookMessage, Subscription
from youlin.apps.exchange.services import hooks
from youlin.apps.exchange.services.forwarding import public_link
from youlin.kernel import clock, jobs, journal, outgoing
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import YoulinError
from youlin.kernel.journal import JournalEntry, Position

log = logging.getLogger(__name__)

BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 30, 300, 1800, 7200, 18000, 36000, 36000))
"""Pauses after each failed try, about a day in all, as Standard Webhooks advises."""
CLAIM = timedelta(minutes=2)
BATCH = 200
MOST_WAITING = 500
"""Events prepared ahead for one subscriber; the journal keeps the others."""
BUDGET_SECONDS = 15.0
TIMEOUT_SECONDS = 8.0
AT_ONCE = 8
ROTATION = timedelta(days=1)
KEPT = timedelta(days=30)


class Call(NamedTuple):
    """One try, with everything it needs, so that it runs without a database."""

    message: HookMessage
    url: str
    secrets: tuple[str, ...]
    at: datetime


class Outcome(NamedTuple):
    """What came of a try."""

    status: int | None
    error: str
    wait: timedelta | None = None


@jobs.job(name="exchange.deliver_events", attempts=3)
def deliver_events() -> int:
    """Prepare what was journalled and send what is due, round by round, for a while; how many were tried."""
    tried, until = 0, time.monotonic() + BUDGET_SECONDS
    for district, id in Subscription.objects.filter(state="active").values_list("district", "id"):
        collect(district, id)
    while time.monotonic() < until:
        calls = [call for one in _due() if (call := _claim(*one)) is not None]
        if not calls:
            break
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            outcomes = list(pool.map(_call, calls))
        for call, outcome in zip(calls, outcomes, strict=True):
            _note(call.message, outcome)
        tried += len(calls)
    return tried


@jobs.every(minutes=1, name="exchange.deliver_all_due")
def deliver_all_due() -> int:
    """Deliver whatever has become due meanwhile: after a pause, after a crash."""
    return deliver_events()


@jobs.every(daily_at="03:50", name="exchange.forget_events")
def forget_events() -> int:
    """Delete events that were delivered or given up a month ago; how many."""
    old = HookMessage.objects.filter(state__in=["delivered", "dead"], made_at__lt=clock.now() - KEPT)
    deleted, _tables = old.delete()
    return deleted


@transaction.atomic
def collect(district: str, subscription_id: UUID) -> int:
    """Prepare the next events for a subscriber; how many. Its place in the journal moves with them."""
    rows = Subscription.objects.select_for_update(skip_locked=True)
    one = rows.filter(district=district, id=subscription_id, state="active").first()
    if one is None:
        return 0
    waiting = HookMessage.objects.filter(district=district, subscription=one, state="waiting").count()
    if waiting >= MOST_WAITING:
        return 0
    acts = hooks.matching(one.acts)
    entries, end = journal.read_batch(district, Position(one.epoch, one.seq), BATCH, acts=acts)
    made = _messages(one, entries)
    HookMessage.objects.bulk_create(made)
    if end != Position(one.epoch, one.seq):
        one.epoch, one.seq = end.epoch, end.seq
        one.save(update_fields=["epoch", "seq"])
    return len(made)


def body_of(entry: JournalEntry, case: PublicCase) -> str:
    """An event: what happened, when, and the case as the public sees it now. Nobody's name, nobody's words."""
    moments = ("reported_at", "updated_at", "due_at", "closed_at")
    plain = ("number", "district", "title", "category", "category_name", "state", "state_name", "is_open",
             "outcome", "area", "area_path", "address", "lon", "lat", "approximate")  # fmt: skip
    data = {name: getattr(case, name) for name in plain}
    for name in moments:
        moment = getattr(case, name)
        data[name] = moment.isoformat(timespec="seconds") if moment else None
    data |= {"url": public_link(case.number), "is_demo": case.is_demo}
    event = {"type": entry.act, "timestamp": entry.at.isoformat(timespec="seconds"), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _messages(one: Subscription, entries: Sequence[JournalEntry]) -> list[HookMessage]:
    """An event for each entry about a case that the public may see."""
    about = {entry.subject_id for entry in entries if entry.subject_kind == "cases.case"}
    known = sharing.public_by_id(one.district, about) if about else {}
    return [
        HookMessage(
            district=one.district,
            subscription=one,
            entry=entry.id,
            epoch=entry.epoch,
            seq=entry.seq,
            act=entry.act,
            body=body_of(entry, known[entry.subject_id]),
        )
        for entry in entries
        if entry.subject_id in known
    ]


def _due() -> list[tuple[str, UUID]]:
    """The first waiting event of every active subscriber, if it is due: nothing overtakes it."""
    found = []
    for district, id in Subscription.objects.filter(state="active").values_list("district", "id"):
        waiting = HookMessage.objects.filter(district=district, subscription=id, state="waiting")
        head = waiting.order_by("epoch", "seq", "id").values_list("id", "not_before").first()
        if head is not None and head[1] <= clock.now():
            found.append((district, head[0]))
    return found


@transaction.atomic
def _claim(district: str, id: UUID) -> Call | None:
    rows = HookMessage.objects.select_for_update(of=("self",)).select_related("subscription")
    row = rows.filter(district=district, id=id, state="waiting", not_before__lte=clock.now()).first()
    if row is None:
        return None
    row.attempts += 1
    row.not_before = clock.now() + CLAIM
    row.save(update_fields=["attempts", "not_before"])
    one = row.subscription
    recent = one.rotated_at is not None and clock.now() - one.rotated_at < ROTATION
    secrets = (one.secret, one.previous_secret) if recent and one.previous_secret else (one.secret,)
    return Call(row, one.url, secrets, clock.now())


def _call(call: Call) -> Outcome:
    """Send one event. Touches no database: it runs in a thread."""
    body = call.message.body.encode()
    headers = signing.headers(call.secrets, call.message.public_id, call.at, body)
    try:
        answer = outgoing.call("POST", call.url, body=body, headers=headers, timeout=TIMEOUT_SECONDS)
    except (outgoing.NotSent, outgoing.NotAnswered, YoulinError) as error:
        return Outcome(None, str(error))
    later = answer.headers.get("retry-after", "")
    wait = timedelta(seconds=min(int(later), 3600)) if later.isascii() and later.isdigit() else None
    good = 200 <= answer.status < 300
    return Outcome(answer.status, "" if good else _("应答 %d") % answer.status, wait)


@transaction.atomic
def _note(message: HookMessage, outcome: Outcome) -> None:
    rows = Subscription.objects.select_for_update().filter(district=message.district)
    one = rows.get(id=message.subscription_id)
    message.status, message.last_error = outcome.status, outcome.error[:255]
    if not outcome.error:
        message.state, message.delivered_at = "delivered", clock.now()
        one.delivered_at, one.failing_since, one.last_error = clock.now(), None, ""
    else:
        log.warning("event %s to %s failed: %s", message.public_id, one.name, outcome.error)
        _later(message, outcome.wait)
        one.failing_since, one.last_error = one.failing_since or clock.now(), outcome.error[:255]
        if outcome.status == 410:
            one.state = "gone"
            journal.append(act="exchange.hook_gone", actor=SYSTEM, subject=one, after={"name": one.name})
    message.save(update_fields=["status", "last_error", "state", "delivered_at", "not_before"])
    one.save(update_fields=["delivered_at", "failing_since", "last_error", "state"])


def _later(message: HookMessage, wait: timedelta | None) -> None:
    if message.attempts > len(BACK_OFF):
        message.state = "dead"
        return
    message.not_before = clock.now() + (wait or BACK_OFF[message.attempts - 1])
