"""Subscriptions: who hears of what, and under which secret. The secret is shown when it is made, and kept sealed."""

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases.selectors import timeline
from youlin.apps.exchange import permission, signing
from youlin.apps.exchange.models import HookMessage, Subscription
from youlin.kernel import clock, ids, journal, outgoing
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

EVENTS = timeline.PUBLIC_ACTS | {"cases.published"}
"""What may be subscribed to: what the public may know to have happened, and that a case became public."""

PING = "exchange.ping"
MOST_PATTERNS = 20


def matching(patterns: Sequence[str]) -> list[str]:
    """The events that the patterns mean; `*` stands for any part of a name."""
    return sorted(act for act in EVENTS if any(fnmatchcase(act, one) for one in patterns))


@transaction.atomic
def subscribe(
    *, actor: Actor, district: str, name: str, url: str, acts: Sequence[str] = ("*",)
) -> tuple[Subscription, str]:
    """A new subscription to what happens from now on, and its secret."""
    permission.demand(actor, district)
    values = _checked(name, url, acts)
    secret = signing.new_secret()
    end = journal.end_of(district) or journal.START
    row = Subscription(district=district, secret=secret, epoch=end.epoch, seq=end.seq, **values)
    row.save(force_insert=True)
    journal.append(act="exchange.hook_added", actor=actor, subject=row, after=values, first=True)
    return row, secret


@transaction.atomic
def change_hook(
    *, actor: Actor, district: str, hook_id: UUID, name: str, url: str, acts: Sequence[str]
) -> Subscription:
    """Change name, address or events; what waits goes to the new address."""
    row = _mine(actor, district, hook_id)
    before = {"name": row.name, "url": row.url, "acts": row.acts}
    values = _checked(name, url, acts)
    for field, value in values.items():
        setattr(row, field, value)
    row.save(update_fields=list(values))
    journal.append(act="exchange.hook_changed", actor=actor, subject=row, before=before, after=values)
    return row


def pause_hook(*, actor: Actor, district: str, hook_id: UUID) -> Subscription:
    """Send nothing until it is resumed; nothing is lost meanwhile."""
    return _set_state(actor, district, hook_id, "paused", "exchange.hook_paused")


def resume_hook(*, actor: Actor, district: str, hook_id: UUID) -> Subscription:
    """Go on where it was paused, at once."""
    row = _set_state(actor, district, hook_id, "active", "exchange.hook_resumed")
    waiting = HookMessage.objects.filter(district=district, subscription=row, state="waiting")
    waiting.update(not_before=clock.now())
    return row


def retire_hook(*, actor: Actor, district: str, hook_id: UUID) -> Subscription:
    """End a subscription; what it was sent stays on record."""
    return _set_state(actor, district, hook_id, "retired", "exchange.hook_retired")


@transaction.atomic
def rotate_hook(*, actor: Actor, district: str, hook_id: UUID) -> tuple[Subscription, str]:
    """A new secret. For a day the old one signs as well, so that the receiver can change in peace."""
    row = _mine(actor, district, hook_id)
    row.previous_secret, row.secret, row.rotated_at = row.secret, signing.new_secret(), clock.now()
    row.save(update_fields=["previous_secret", "secret", "rotated_at"])
    journal.append(act="exchange.hook_rotated", actor=actor, subject=row, after={"name": row.name})
    return row, row.secret


@transaction.atomic
def test_hook(*, actor: Actor, district: str, hook_id: UUID) -> HookMessage:
    """Send an event that means nothing, so that both sides see whether it arrives."""
    row = _mine(actor, district, hook_id)
    if row.state != "active":
        raise Conflict(_("订阅没有启用"), remedy=_("先恢复再试"))
    now = clock.now()
    body = {"type": PING, "timestamp": now.isoformat(timespec="seconds"), "data": {"subscription": row.name}}
    message = HookMessage(
        district=district,
        subscription=row,
        entry=ids.uuid7(),
        epoch=row.epoch,
        seq=row.seq,
        act=PING,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    )
    message.save(force_insert=True)
    _wake()
    return message


@transaction.atomic
def replay(*, actor: Actor, district: str, message_id: UUID) -> HookMessage:
    """Send a given-up or delivered event again, under the same id."""
    permission.demand(actor, district)
    rows = HookMessage.objects.select_for_update(of=("self",)).select_related("subscription")
    row = rows.filter(district=district, id=message_id).first()
    if row is None:
        raise NotFound(_("没有这次投递"))
    if row.state not in ("dead", "delivered"):
        raise Conflict(_("它还在投递"))
    row.state, row.attempts, row.not_before, row.last_error = "waiting", 0, clock.now(), ""
    row.save(update_fields=["state", "attempts", "not_before", "last_error"])
    after = {"message": row.public_id, "event": row.act}
    journal.append(act="exchange.hook_replayed", actor=actor, subject=row.subscription, after=after)
    _wake()
    return row


def _wake() -> None:
    from youlin.apps.exchange.services.delivering import deliver_events

    deliver_events.enqueue()


@transaction.atomic
def _set_state(actor: Actor, district: str, hook_id: UUID, state: str, act: str) -> Subscription:
    row = _mine(actor, district, hook_id)
    if row.state != state:
        row.state = state
        row.failing_since = None if state == "active" else row.failing_since
        row.save(update_fields=["state", "failing_since"])
        journal.append(act=act, actor=actor, subject=row, after={"name": row.name})
    return row


def _mine(actor: Actor, district: str, hook_id: UUID) -> Subscription:
    permission.demand(actor, district)
    rows = Subscription.objects.select_for_update().filter(district=district, id=hook_id)
    row = rows.exclude(state="retired").first()
    if row is None:
        raise NotFound(_("没有这个订阅"))
    return row


def _checked(name: str, url: str, acts: Sequence[str]) -> dict[str, object]:
    problems: list[Problem] = []
    name, url = name.strip(), url.strip()
    patterns = list(dict.fromkeys(one.strip() for one in acts if one.strip()))
    if not 0 < len(name) <= 80:
        problems.append(Problem("name", _("名称应为 1 到 80 个字")))
    try:
        outgoing.target(url)
        if len(url) > 255:
            raise Invalid(_("地址太长"), field="url")
    except Invalid as error:
        problems += error.problems
    unknown = [one for one in patterns if not matching([one])]
    if not patterns or unknown or len(patterns) > MOST_PATTERNS:
        problems.append(
            Problem(
                "acts", _("没有这样的事件：%s") % "、".join(unknown or ["—"]), _("例如 * 或 cases.closed")
            )
        )
    if problems:
        raise Invalid(problems=problems)
    return {"name": name, "url": url, "acts": patterns}
