"""How a person wants to be told."""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.notices import channels as known_channels
from youlin.apps.notices import quiet
from youlin.apps.notices.models import Preference
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Person
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed


@transaction.atomic
def set_preference(
    *,
    actor: Actor,
    district: str,
    channels: dict[str, list[str]] | None = None,
    quiet_hours: str | None = None,
) -> Preference:
    """The actor's own channels by kind of notice (`"*"`: all, `"urgent"`) and quiet hours; None: as it is."""
    person_id = _own(actor)
    preference, _created = Preference.objects.select_for_update().get_or_create(
        district=district, person_id=person_id
    )
    if channels is not None:
        preference.channels = known_channels.checked(channels)
    if quiet_hours is not None:
        preference.quiet_hours = quiet.checked(quiet_hours)
    preference.save(update_fields=["channels", "quiet_hours"])
    journal.append(
        act="notices.preference_changed",
        actor=actor,
        subject=preference,
        personal={person_id: {"channels": preference.channels, "quiet_hours": preference.quiet_hours}},
    )
    return preference


def subscribe_push(*, actor: Actor, subscription: dict[str, Any], label: str = "") -> UUID:
    """Keep a browser's push subscription (the JSON of `PushSubscription`) for the actor; its contact's id.

    Only the push services of browsers (`YOULIN_PUSH_HOSTS`) are written to: anybody may name any address.
    """
    person_id = _own(actor)
    value = json.dumps(checked_subscription(subscription), sort_keys=True)
    person = Person(id=person_id)
    point = parties.add_contact(actor=actor, person=person, kind="push", value=value, label=label[:64])
    return point.id


def unsubscribe_push(*, actor: Actor, endpoint: str) -> int:
    """Forget the actor's subscriptions to an endpoint; how many there were."""
    return parties.remove_push(actor=actor, person_id=_own(actor), endpoint=endpoint)


def checked_subscription(subscription: dict[str, Any]) -> dict[str, Any]:
    """The parts of a subscription that are needed to send. Raises `Invalid` for anything else."""
    endpoint, keys = subscription.get("endpoint"), subscription.get("keys")
    if not isinstance(endpoint, str) or not isinstance(keys, dict):
        raise Invalid(_("推送订阅的内容不完整"), field="subscription")
    if not all(isinstance(keys.get(name), str) and keys[name] for name in ("p256dh", "auth")):
        raise Invalid(_("推送订阅缺少密钥"), field="subscription")
    address = urlsplit(endpoint)
    host = address.hostname or ""
    if address.scheme != "https" or not any(_matches(host, pattern) for pattern in settings.PUSH_HOSTS):
        raise Invalid(_("不支持这个推送服务：%(host)s") % {"host": host}, field="subscription")
    return {"endpoint": endpoint, "keys": {name: keys[name] for name in ("p256dh", "auth")}}


def _matches(host: str, pattern: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _own(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotAllowed(_("请先登录"))
    return actor.person_id
