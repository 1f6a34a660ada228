"""The key file: read, made on first use, and the two things it is for, `encrypt` and `blind_index`.

The file is JSON: `keys`, newest first (the first one encrypts, all decrypt), and `index_key`, which
never changes, because a blind index could not be found again under another key.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import tempfile
import threading
import unicodedata
from binascii import Error as Base64Error
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from youlin.kernel import clock, keyfiles
from youlin.kernel.errors import YoulinError

MARK = "y1"
"""First part of every encrypted text: `y1:<key id>:<base64 of nonce, ciphertext and tag>`."""

_NONCE_BYTES = 12
_CHECK_TEXT = b"youlin data-protection key check"
_ABOUT = (
    "Data-protection keys of Youlin (友邻数据保护密钥). Without this file names, numbers and contacts in the "
    "database cannot be read by anybody. Back it up, apart from the database. Do not edit it."
)


class KeyLost(YoulinError):
    """The data-protection key file is missing, damaged, or not the one this database was written with."""

    status = 500

    def default(self) -> str:
        return _("数据保护密钥丢失或不符，已加密的内容无法读取")


class Unreadable(YoulinError):
    """An encrypted text was changed or cut: its authentication tag does not fit."""

    status = 500

    def default(self) -> str:
        return _("加密内容已损坏，无法读取")


@dataclass(frozen=True)
class KeyRing:
    """The keys of the file, in its order. `stamp` tells whether the file has changed since."""

    keys: dict[str, bytes]
    index_key: bytes
    stamp: tuple[int, int, int]

    @property
    def current(self) -> str:
        """The id of the key that encrypts now."""
        return next(iter(self.keys))

    def check_values(self) -> dict[str, str]:
        """For each key a value that shows it is the same key and tells nothing about it."""
        named = {**self.keys, "index": self.index_key}
        return {name: hmac.new(key, _CHECK_TEXT, hashlib.sha256).hexdigest() for name, key in named.items()}


_ring: KeyRing | None = None
_lock = threading.Lock()


def key_file() -> Path:
    """Where the keys lie."""
    return Path(settings.DATA_PROTECTION_KEY_FILE)


def ring() -> KeyRing:
    """The keys, read again when the file has changed; the file is made when there is none yet."""
    global _ring
    with _lock:
        try:
            stamp = _stamp(key_file())
        except FileNotFoundError:
            _ring = None
            _make()
            stamp = _stamp(key_file())
        if _ring is None or _ring.stamp != stamp:
            _ring = _read(stamp)
        return _ring


def encrypt(text: str) -> str:
    """`text` under the current key (AES-256-GCM, a fresh random nonce: equal texts look different)."""
    keys = ring()
    name = keys.current
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + _cipher(keys.keys[name]).encrypt(nonce, text.encode(), name.encode())
    return f"{MARK}:{name}:{base64.b64encode(sealed).decode()}"


def decrypt(token: str) -> str:
    """The text of `encrypt`. Raises `KeyLost` when its key is not in the file, `Unreadable` when damaged."""
    name, sealed = _parts(token)
    key = ring().keys.get(name)
    if key is None:
        raise KeyLost(
            _("加密内容使用的密钥“%(key)s”不在密钥文件中") % {"key": name}, remedy=remedy_for_a_lost_file()
        )
    try:
        plain = _cipher(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except InvalidTag as error:
        raise Unreadable() from error
    return plain.decode()


def key_of(token: str) -> str:
    """The id of the key that `token` was encrypted with."""
    return _parts(token)[0]


def blind_index(value: str, purpose: str) -> str:
    """64 hex digits by which an encrypted value is found again, different for each purpose.

    HMAC-SHA256 under a key of its own for every purpose: indexes of two purposes cannot be joined.
    The value is only brought to Unicode NFKC; the caller decides what counts as equal.
    """
    key = hmac.new(ring().index_key, purpose.encode(), hashlib.sha256).digest()
    text = unicodedata.normalize("NFKC", value)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def remedy_for_a_lost_file() -> str:
    """What an operator does when the file is not there or not the right one."""
    return _("请停止服务，从备份恢复密钥文件 %(file)s 后再启动。没有备份时，已加密的内容无法恢复") % {
        "file": str(key_file())
    }


def add_key_to_file() -> str:
    """Put a new key first in the file; the id of the new key."""
    with _lock:
        content = _content(key_file())
        made = _new_key()
        content["keys"].insert(0, made)
        _write(key_file(), content)
    return str(made["id"])


def remove_keys_from_file(names: set[str]) -> None:
    """Take keys out of the file. The caller has made sure that nothing is encrypted with them."""
    with _lock:
        content = _content(key_file())
        content["keys"] = [key for key in content["keys"] if key["id"] not in names]
        _write(key_file(), content)


def _parts(token: str) -> tuple[str, bytes]:
    try:
        mark, name, body = token.split(":")
        sealed = base64.b64decode(body, validate=True)
    except (ValueError, Base64Error) as error:
        raise Unreadable() from error
    if mark != MARK or len(sealed) <= _NONCE_BYTES:
        raise Unreadable()
    return name, sealed


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _stamp(path: Path) -> tuple[int, int, int]:
    state = os.stat(path)
    return state.st_ino, state.st_mtime_ns, state.st_size


def _read(stamp: tuple[int, int, int]) -> KeyRing:
    content = _content(key_file())
    keys = {str(key["id"]): base64.b64decode(key["key"]) for key in content["keys"]}
    return KeyRing(keys=keys, index_key=base64.b64decode(content["index_key"]), stamp=stamp)


def _content(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        if not content["keys"] or not all({"id", "key"} <= key.keys() for key in content["keys"]):
            raise ValueError("no keys")
        base64.b64decode(content["index_key"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = _("密钥文件 %(file)s 已损坏") % {"file": str(path)}
        raise KeyLost(message, remedy=remedy_for_a_lost_file()) from error
    return content


def _new_key() -> dict[str, str]:
    made = clock.now()
    name = f"{made:%Y%m%d}-{secrets.token_hex(3)}"
    key = base64.b64encode(AESGCM.generate_key(256)).decode()
    return {"id": name, "key": key, "made": made.isoformat(timespec="seconds")}


def _make() -> None:
    """Make the file of a fresh installation; refuse where the database shows that there was one."""
    from youlin.kernel.crypto import keys

    if keys.database_knows_keys():
        message = _("数据保护密钥文件 %(file)s 不见了，而数据库中已有加密内容") % {"file": str(key_file())}
        raise KeyLost(message, remedy=remedy_for_a_lost_file())
    index_key = base64.b64encode(secrets.token_bytes(32)).decode()
    content = {"about": _ABOUT, "index_key": index_key, "keys": [_new_key()]}
    keyfiles.read_or_make(key_file(), lambda: _as_bytes(content))


def _write(path: Path, content: dict[str, Any]) -> None:
    """Put `content` in the place of the file: whole or not at all, readable by its owner alone."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_as_bytes(content))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _as_bytes(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
