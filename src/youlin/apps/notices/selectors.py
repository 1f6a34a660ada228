"""Reads of notices: everybody sees their own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Min, Q

from youlin.apps.duties import selectors as duties
from youlin.apps.notices import quiet
from youlin.apps.notices.channels import CHANNELS
from youlin.apps.notices.models import Delivery, Notice, Preference
from youlin.apps.notices.web_push import public_key
from youlin.kernel import clock
from youlin.kernel.actors import Actor

__all__ = [
    "ChannelState",
    "channel_states",
    "inbox",
    "preference",
    "public_key",
    "quiet_among",
    "unread_count",
]

LATELY = timedelta(days=7)
"""How far back a channel's failures are counted."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel does: `failing` messages wait after a failed try, `given_up` were given up lately."""

    channel: str
    name: str
    sent_at: datetime | None
    failing: int
    failing_since: datetime | None
    given_up: int
    last_error: str


def channel_states(district: str = "") -> list[ChannelState]:
    """Every channel out of the house and how it does, for operators: nobody's address, nobody's words."""
    return [_channel_state(channel, str(name), district) for channel, name in CHANNELS.items()]


def _channel_state(channel: str, name: str, district: str) -> ChannelState:
    """A message fails while it waits for another try and none went through since."""
    rows = Delivery.objects.filter(channel=channel, **({"district": district} if district else {}))
    sent_at = rows.aggregate(at=Max("sent_at"))["at"]
    waiting = Q(state="waiting", attempts__gt=0)
    found = rows.filter(notice__created_at__gte=clock.now() - LATELY).aggregate(
        failing=Count("id", filter=waiting),
        since=Min("notice__created_at", filter=waiting),
        given_up=Count("id", filter=Q(state="failed")),
    )
    failed = rows.filter(waiting | Q(state="failed")).order_by("-not_before")
    return ChannelState(
        channel,
        name,
        sent_at,
        found["failing"],
        found["since"],
        found["given_up"],
        failed.values_list("last_error", flat=True).first() or "",
    )


def inbox(actor: Actor, *, limit: int = 50, before: UUID | None = None, unread: bool = False) -> list[Notice]:
    """The actor's notices, newest first; those older than the notice `before` for the next page."""
    found = _own(actor)
    if unread:
        found = found.filter(read_at__isnull=True)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])


def unread_count(actor: Actor) -> int:
    """How many of the actor's notices are unread."""
    return _own(actor).filter(read_at__isnull=True).count()


def preference(actor: Actor, *, district: str) -> Preference | None:
    """What the actor chose, or None while all is as the house does it."""
    return Preference.objects.filter(district=district, person=actor.person_id).first()


def _own(actor: Actor) -> models.QuerySet[Notice]:
    if actor.person_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(district__in=duties.all_districts(), person=actor.person_id)


def quiet_among(district: str, person_ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Of these people those whom a message that is not urgent would not ring at a moment. One query."""
    chosen = Preference.objects.filter(district=district, person__in=set(person_ids)).exclude(quiet_hours="")
    own = dict(chosen.values_list("person_id", "quiet_hours"))
    return {one for one in person_ids if quiet.end_of_quiet(own.get(one, settings.QUIET_HOURS), at) > at}
