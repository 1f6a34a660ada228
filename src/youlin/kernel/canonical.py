"""One spelling for every JSON value, so that a digest made today is found again in ten years.

Keys are sorted, no blanks, UTF-8, whole numbers without a fraction (after RFC 8785). `normal` brings Python
values to plain JSON that survives both databases unchanged; only its results are stored and digested.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

_SPELLER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def normal(value: Any) -> Any:
    """`value` as plain JSON. Raises `TypeError` for what JSON cannot say, `ValueError` for NaN, infinity."""
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return _number(value)
    if kind is dict or isinstance(value, Mapping):
        return {_word(key) if type(key) is str else _key(key): normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normal(item) for item in value]
    return _from_python(value)


def dumps(value: Any) -> bytes:
    """The canonical spelling of a value that `normal` gave or that a database returned."""
    return _SPELLER.encode(value).encode()


def digest(value: Any) -> str:
    """SHA-256 over the canonical spelling, 64 hex digits."""
    return hashlib.sha256(dumps(value)).hexdigest()


@lru_cache(maxsize=256)
def instant(value: datetime) -> str:
    """A moment as text: UTC, microseconds, always the same length. Acts that are journalled together share theirs."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: str) -> str:
    """Without what JSON columns refuse: NUL characters and lone surrogates."""
    if value.isascii():
        return value.replace("\0", "") if "\0" in value else value
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _number(value: float) -> int | float:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written as JSON")
    return int(value) if value.is_integer() else value


_word = lru_cache(maxsize=4096)(_text)
"""Keys are the same few words again and again."""


def _key(key: Any) -> str:
    if isinstance(key, str | int | UUID | date | Enum | Promise) and not isinstance(key, bool):
        return str(normal(key))
    raise TypeError(f"{type(key).__name__} cannot be a key")


def _from_python(value: Any) -> Any:
    for kind, spell in _SPELLINGS:
        if isinstance(value, kind):
            return spell(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


_SPELLINGS: list[tuple[Any, Callable[[Any], Any]]] = [
    (Enum, lambda value: normal(value.value)),
    ((str, Promise), lambda value: _text(str(value))),
    (int, int),
    (float, lambda value: _number(float(value))),
    ((UUID, Decimal), str),
    (datetime, instant),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, lambda value: _number(value.total_seconds())),
    ((set, frozenset), lambda value: [normal(item) for item in sorted(value)]),
    (bytes, lambda value: {"sha256": hashlib.sha256(value).hexdigest(), "bytes": len(value)}),
]
"""Python types beyond JSON's own, the more special first."""
