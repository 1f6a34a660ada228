"""The key that signs digests: Ed25519, one file, made on first use, its public half beside it.

To replace the key, move `signing.key` away and keep every `signing-*.pub`: what they verify stays proved.
Servers that share a database share this file.
"""

import base64
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from youlin.kernel.keyfiles import read_or_make


def sign(message: bytes) -> tuple[str, str]:
    """Key id and base64 signature over `message`."""
    key = _private(key_file())
    return key_id(key.public_key()), base64.b64encode(key.sign(message)).decode()


def is_signed(message: bytes, signature: str, by: str) -> bool | None:
    """Whether the key named `by` signed `message`; None when no trusted key has that name."""
    key = trusted().get(by)
    if key is None:
        return None
    try:
        key.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def trusted() -> dict[str, Ed25519PublicKey]:
    """The public keys in the key folder, by id."""
    found = {}
    for path in sorted(key_file().parent.glob("signing-*.pub")):
        key = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            found[key_id(key)] = key
    return found


def key_file() -> Path:
    """Where the private key lies (PEM, mode 0600)."""
    return Path(settings.SIGNING_KEY_FILE)


def key_id(key: Ed25519PublicKey) -> str:
    """A short name for a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _private(path: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(read_or_make(path, _new), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")
    public = key.public_key()
    beside = path.with_name(f"signing-{key_id(public)}.pub")
    read_or_make(
        beside,
        lambda: public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )
    return key


def _new() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
