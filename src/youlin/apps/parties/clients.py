"""Machine clients: keys for the open doors (Open311, JSON API). A key is shown once and kept as a digest."""

import hashlib
import secrets
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import permission
from youlin.apps.parties.models import ApiClient, Organisation
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

NAME_LENGTH = 128


def issue_key(
    *, actor: Actor, district: str, name: str, organisation: Organisation | None = None, key: str = ""
) -> tuple[ApiClient, str]:
    """Make a client of `district` and its key. The key (43 characters) is returned once and never kept.

    Needs `person.manage` over the district. `key` may be given for a demonstration; the same key again
    returns the client that has it. Raises `Invalid` for a name that is blank or too long.
    """
    permission.demand(actor, "person.manage", district=district)
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise Invalid(
            _("名称应为 1 到 %(n)d 个字") % {"n": NAME_LENGTH},
            field="name",
            remedy=_("写清谁在用，例如“市政小程序”"),
        )
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
    """End a client's key; what it sent stays. Ending it twice is ending it once."""
    permission.demand(actor, "person.manage", district=client.district)
    with transaction.atomic():
        living = ApiClient.objects.filter(district=client.district, id=client.id, revoked_at=None)
        if living.update(revoked_at=clock.now()):
            journal.append(act="parties.key_revoked", actor=actor, subject=client)


def issued(*, actor: Actor, district: str = "") -> list[ApiClient]:
    """The clients whose keys the actor may manage, of one district or of all, the newest first."""
    found = ApiClient.objects.filter(district=district) if district else ApiClient.objects.all()
    rows = found.select_related("organisation").order_by("district", "-created_at", "id")
    return [row for row in rows if permission.may(actor, "person.manage", district=row.district)]


def client_with(*, actor: Actor, id: UUID) -> ApiClient:
    """One client by its id. Raises `NotFound`, also for one that is not the actor's to manage."""
    found = ApiClient.objects.filter(id=id).first()
    if found is None or not permission.may(actor, "person.manage", district=found.district):
        raise NotFound(_("没有这个接口密钥"), field="id")
    return found


def client_of(key: str) -> ApiClient | None:
    """The living client that holds `key`, or None."""
    return ApiClient.objects.filter(key_digest=_digest(key), revoked_at=None).first() if key else None


def actor_of(client: ApiClient) -> Actor:
    """The client as one who acts."""
    return Actor("client", client_id=client.id, via="api", label=client.name)


def _digest(key: str) -> str:
    return hashlib.sha256(f"youlin-api-key:{key}".encode()).hexdigest()
