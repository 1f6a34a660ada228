"""Machine clients: keys for the open doors (Open311, JSON API). A key is shown once and kept as a digest."""

import hashlib
import secrets

from django.db import transaction

from youlin.apps.parties import permission
from youlin.apps.parties.models import ApiClient, Organisation
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor


def issue_key(
    *, actor: Actor, district: str, name: str, organisation: Organisation | None = None, key: str = ""
) -> tuple[ApiClient, str]:
    """Make a client of `district` and its key. The key (43 characters) is returned once and never kept.

    Needs `person.manage` over the district. `key` may be given for a demonstration; the same key again
    returns the client that has it.
    """
    permission.demand(actor, "person.manage", district=district)
    key = key or secrets.token_urlsafe(32)
    with transaction.atomic():
        client, made = ApiClient.objects.get_or_create(
            district=district,
            key_digest=_digest(key),
            defaults={"name": name, "organisation": organisation},
        )
        if made:
            journal.append(act="parties.key_issued", actor=actor, subject=client, after={"name": name})
    return client, key


def revoke_key(*, actor: Actor, client: ApiClient) -> None:
    """End a client's key; what it sent stays."""
    permission.demand(actor, "person.manage", district=client.district)
    with transaction.atomic():
        ApiClient.objects.filter(district=client.district, id=client.id).update(revoked_at=clock.now())
        journal.append(act="parties.key_revoked", actor=actor, subject=client)


def client_of(key: str) -> ApiClient | None:
    """The living client that holds `key`, or None."""
    return ApiClient.objects.filter(key_digest=_digest(key), revoked_at=None).first() if key else None


def actor_of(client: ApiClient) -> Actor:
    """The client as one who acts."""
    return Actor("client", client_id=client.id, via="api", label=client.name)


def _digest(key: str) -> str:
    return hashlib.sha256(f"youlin-api-key:{key}".encode()).hexdigest()
