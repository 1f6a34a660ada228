"""Web push (RFC 8030, 8291, 8292): our VAPID key, and one message to one browser."""

import base64
import json
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from youlin.apps.notices.adapters import Refused
from youlin.apps.parties import services as parties
from youlin.kernel import clock, keyfiles, outgoing
from youlin.kernel.actors import SYSTEM

REFUSED = (400, 401, 403, 404, 410, 413)
"""Answers after which this subscription is of no use: gone, or made for another key."""

LIFETIME_SECONDS, SIGNED_SECONDS = 24 * 3600, 12 * 3600
ENCODING = "aes128gcm"


def public_key() -> str:
    """What a browser needs to subscribe (`applicationServerKey`): the point, uncompressed, base64url."""
    key = serialization.load_pem_private_key(_pem(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send(subscription: dict[str, Any], message: dict[str, Any]) -> None:
    """Encrypt and hand over a message. Raises `Refused` when the browser has unsubscribed, else may be tried again."""
    endpoint = subscription["endpoint"]
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": ENCODING,
        "TTL": str(LIFETIME_SECONDS),
        **_signer(str(_key_file())).sign(_claims(endpoint)),
    }
    body = _sealed(subscription["keys"], json.dumps(message, ensure_ascii=False).encode())
    answer = outgoing.call("POST", endpoint, body=body, headers=headers)
    if answer.status in REFUSED:
        raise Refused(f"push service answered {answer.status}")
    if answer.status > HTTPStatus.ACCEPTED:
        raise RuntimeError(f"push service answered {answer.status}")


def _sealed(keys: dict[str, str], content: bytes) -> bytes:
    """The message as only this browser can read it (RFC 8291)."""
    point, secret = (_bytes(keys[name]) for name in ("p256dh", "auth"))
    ours = ec.generate_private_key(ec.SECP256R1())
    sealed: bytes = http_ece.encrypt(
        content, private_key=ours, dh=point, auth_secret=secret, version=ENCODING
    )
    return sealed


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _claims(endpoint: str) -> dict[str, Any]:
    """What we sign: who we are, for which push service, until when."""
    parts = urlsplit(endpoint)
    return {
        "sub": settings.PUSH_CONTACT,
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(clock.now().timestamp()) + SIGNED_SECONDS,
    }


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
