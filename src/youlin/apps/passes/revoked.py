"""The signed list of revoked codes: a Token Status List of the IETF (draft-ietf-oauth-status-list), one bit a code.

A code's place in the list follows from its number: the last `BITS` bits of the first four bytes of its SHA-256. Numbers
are drawn until that place is free, so nothing but the number need stand in a code.
"""

import base64
import hashlib
import json
import zlib
from datetime import datetime, timedelta

from joserfc import jws

from youlin.apps.passes import keys
from youlin.apps.passes.codes import ALG
from youlin.apps.passes.models import Pass
from youlin.kernel import clock
from youlin.kernel.kept import Kept

BITS = 20
SIZE = 1 << BITS
"""Codes that a district can have at one time."""
TYPE = "statuslist+jwt"
ROUND = 300
"""The list says a moment rounded down to so many seconds: who asks again within them is told that nothing is new."""
LASTS = timedelta(days=14)

_kept: Kept[str] = Kept(seconds=ROUND, most=64)


def slot_of(body: str) -> int:
    """The place of a code in the list, from its number without the prefix."""
    return int.from_bytes(hashlib.sha256(body.encode()).digest()[:4]) % SIZE


def signed(district: str, address: str) -> str:
    """The list as a compact JWS; `address` is where it is published."""
    now = clock.now()
    issued = int(now.timestamp()) // ROUND * ROUND
    slots = _slots(district, now)
    kid = keys.signer(district).kid
    key = (district, address, issued, kid, hash(tuple(slots)))
    found = _kept.get(key)
    if found is None:
        found = _signed(district, address, issued, slots)
        _kept.put(key, found)
    return found


def packed(slots: list[int]) -> str:
    """The bits, the least significant first in each byte, in zlib's format and base64url."""
    bits = bytearray(SIZE // 8)
    for slot in slots:
        bits[slot >> 3] |= 1 << (slot & 7)
    return base64.urlsafe_b64encode(zlib.compress(bytes(bits), 9)).rstrip(b"=").decode()


def _slots(district: str, now: datetime) -> list[int]:
    """Revoked codes that would else hold."""
    rows = Pass.objects.filter(district=district, revoked_at__isnull=False, valid_to__gt=now)
    return sorted(rows.values_list("slot", flat=True))


def _signed(district: str, address: str, issued: int, slots: list[int]) -> str:
    said = {
        "sub": address,
        "iat": issued,
        "exp": issued + int(LASTS.total_seconds()),
        "ttl": ROUND,
        "status_list": {"bits": 1, "lst": packed(slots)},
    }
    kid, key = keys.signer(district)
    payload = json.dumps(said, separators=(",", ":")).encode()
    return jws.serialize_compact({"alg": ALG, "kid": kid, "typ": TYPE}, payload, key, algorithms=[ALG])
