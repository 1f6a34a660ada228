"""One data key for each person: what is sealed with it is gone for ever once the key is destroyed.

A key is read from the database at every use (one query for a whole batch), so no process opens what
another has erased. Only the costly part, unwrapping, is remembered, under the wrapped text itself.
"""

import base64
import json
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from youlin.kernel import clock
from youlin.kernel.crypto import keyring
from youlin.kernel.errors import Conflict

_NONCE_BYTES = 12
_BATCH = 500


class PersonErased(Conflict):
    """The person's data were erased: nothing more about them may be written down."""

    def default(self) -> str:
        return _("此人的个人信息已删除，不能再记录")


def seal(person_id: UUID, data: dict[str, Any]) -> str:
    """`data` (JSON) under the person's own key, which is made on first use. Raises `PersonErased`."""
    return seal_many([(person_id, data)])[0]


def seal_many(items: Sequence[tuple[UUID, dict[str, Any]]]) -> list[str]:
    """The same for many, in a handful of queries; answers in the order given."""
    keys = _keys_for_sealing({person_id for person_id, _data in items})
    return [_seal(keys[person_id], person_id, data) for person_id, data in items]


def unseal(person_id: UUID, sealed: str) -> dict[str, Any] | None:
    """What was sealed, or None when the person has been erased. Raises `Unreadable` when it was changed."""
    return unseal_many([(person_id, sealed)])[0]


def unseal_many(items: Sequence[tuple[UUID, str]]) -> list[dict[str, Any] | None]:
    """The same for many, with one query for every 500 persons; answers in the order given."""
    found = _rows(person_id for person_id, _sealed in items)
    keys = {row.person_id: _unwrap(row.wrapped) for row in found if row.destroyed_at is None}
    return [
        _open(keys[person_id], person_id, sealed) if person_id in keys else None
        for person_id, sealed in items
    ]


def erase_person_key(person_id: UUID) -> None:
    """Destroy the key of a person: all that was sealed with it, in journal and backups of it, stays shut.

    A person without a key gets a destroyed one, so that nothing is sealed for them later.
    """
    from youlin.kernel.crypto.models import PersonKey

    gone = {"wrapped": "", "destroyed_at": clock.now()}
    if not PersonKey.objects.filter(person_id=person_id, destroyed_at__isnull=True).update(**gone):
        PersonKey.objects.get_or_create(person_id=person_id, defaults=gone)
    _unwrap.cache_clear()


def is_erased(person_id: UUID) -> bool:
    """Whether the person's key has been destroyed."""
    from youlin.kernel.crypto.models import PersonKey

    return PersonKey.objects.filter(person_id=person_id, destroyed_at__isnull=False).exists()


def _keys_for_sealing(people: set[UUID]) -> dict[UUID, bytes]:
    from youlin.kernel.crypto.models import PersonKey

    rows = {row.person_id: row for row in _rows(people)}
    missing = sorted(people - rows.keys())
    if missing:
        made = [PersonKey(person_id=person_id, wrapped=_new_wrapped_key()) for person_id in missing]
        PersonKey.objects.bulk_create(made, ignore_conflicts=True, batch_size=_BATCH)
        rows |= {row.person_id: row for row in _rows(missing)}
    if any(row.destroyed_at for row in rows.values()):
        raise PersonErased()
    return {person_id: _unwrap(row.wrapped) for person_id, row in rows.items()}


def _rows(people: Iterable[UUID]) -> list[Any]:
    from youlin.kernel.crypto.models import PersonKey

    wanted = list(dict.fromkeys(people))
    found: list[Any] = []
    for start in range(0, len(wanted), _BATCH):
        found += PersonKey.objects.filter(person_id__in=wanted[start : start + _BATCH])
    return found


def _new_wrapped_key() -> str:
    return keyring.encrypt(base64.b64encode(AESGCM.generate_key(256)).decode())


@lru_cache(maxsize=10_000)
def _unwrap(wrapped: str) -> bytes:
    return base64.b64decode(keyring.decrypt(wrapped))


def _seal(key: bytes, person_id: UUID, data: dict[str, Any]) -> str:
    plain = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    nonce = os.urandom(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain.encode(), person_id.bytes)).decode()


def _open(key: bytes, person_id: UUID, sealed: str) -> dict[str, Any]:
    try:
        raw = base64.b64decode(sealed, validate=True)
        plain = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], person_id.bytes)
    except (InvalidTag, ValueError) as error:
        raise keyring.Unreadable() from error
    data: dict[str, Any] = json.loads(plain)
    return data
