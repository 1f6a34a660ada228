"""Signed web hooks by Standard Webhooks (github.com/standard-webhooks/standard-webhooks, 1.0.0): HMAC-SHA256 over
`id.timestamp.body`; a secret is `whsec_` and 24 to 64 bytes in base64; several signatures stand side by side.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, id: str, at: datetime, body: bytes) -> str:
    """One signature, `v1,…`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    statement = f"{id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, statement, "sha256")).decode()


def headers(signers: Iterable[str], id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers a receiver verifies by."""
    return {
        "content-type": "application/json",
        "user-agent": "Youlin-Webhooks",
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signature(secret, id, at, body) for secret in signers),
    }
