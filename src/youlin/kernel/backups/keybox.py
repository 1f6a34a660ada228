"""The key folder as one file that only a passphrase opens: scrypt (N = 2^17, r = 8, p = 1), then AES-256-GCM."""

import base64
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid

SHORTEST = 12
_ABOUT = b"youlin keys 1"
_COST = 2**17


def check(passphrase: str) -> None:
    """Raises `Invalid` for a passphrase that is too short to protect anything."""
    if len(passphrase) < SHORTEST:
        message = _("口令太短，至少 %(count)s 个字符") % {"count": SHORTEST}
        raise Invalid(message, field="passphrase", remedy=_("请用几个不相干的词，并与备份分开保管"))


def close(content: dict[str, bytes], passphrase: str) -> bytes:
    """Files by name, sealed. Raises `Invalid` for a passphrase that is too short."""
    check(passphrase)
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = json.dumps({name: _text(data) for name, data in content.items()}).encode()
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, _ABOUT)
    box = {"about": _ABOUT.decode(), "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)}
    return json.dumps(box).encode()


def open_box(box: bytes, passphrase: str) -> dict[str, bytes]:
    """What `close` sealed. Raises `Invalid` when the passphrase is another, or the box was changed."""
    try:
        parts = json.loads(box)
        salt, nonce, sealed = (base64.b64decode(parts[name]) for name in ("salt", "nonce", "sealed"))
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _ABOUT)
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        message = _("口令不对，或 keys.sealed 已损坏")
        raise Invalid(message, field="passphrase", remedy=_("请核对口令；什么都没有改动")) from error
    return {Path(name).name: base64.b64decode(text) for name, text in json.loads(plain).items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
