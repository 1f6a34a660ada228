"""Web push (RFC 8030, 8291, 8292): our VAPID key, and one message to one browser."""

import base64
import json
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from youlin.apps.notices.adapters import Refused
from youlin.apps.parties import services as parties
from youlin.kernel import keyfiles
from youlin.kernel.actors import SYSTEM

REFUSED = (400, 401, 403, 404, 410, 413)
"""Answers after which this subscription is of no use: gone, or made for another key."""

LIFETIME_SECONDS = 24 * 3600
TIMEOUT_SECONDS = 10


def public_key() -> str:
    """What a browser needs to subscribe (`applicationServerKey`): the point, uncompressed, base64url."""
    key = serialization.load_pem_private_key(_pem(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send(subscription: dict[str, Any], message: dict[str, Any]) -> None:
    """Encrypt and hand over a message. Raises `Refused` when the browser has unsubscribed."""
    try:
        webpush(
            subscription_info=subscription,
            data=json.dumps(message, ensure_ascii=False),
            vapid_private_key=_signer(str(_key_file())),
            vapid_claims={"sub": settings.PUSH_CONTACT},
            ttl=LIFETIME_SECONDS,
            timeout=TIMEOUT_SECONDS,
        )
    except WebPushException as error:
        if error.response is not None and error.response.status_code in REFUSED:
            raise Refused(f"push service answered {error.response.status_code}") from error
        raise


def forget(person_id: UUID, subscription: dict[str, Any]) -> None:
    """Drop a subscription that its push service does not know any more."""
    parties.remove_push(actor=SYSTEM, person_id=person_id, endpoint=subscription["endpoint"])


def _key_file() -> Path:
    return Path(settings.KEYS_FOLDER) / "vapid.key"


def _pem() -> bytes:
    return keyfiles.read_or_make(_key_file(), _new_key)


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@lru_cache(maxsize=4)
def _signer(file: str) -> Vapid02:
    return Vapid02.from_pem(_pem())
