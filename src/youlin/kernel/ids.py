"""Identifiers: UUIDv7 for rows, readable numbers for people, secret tokens for reporters."""

import os
import re
import secrets
import threading
import time
import unicodedata
import uuid

_RANDOM_BITS = 74
_lock = threading.Lock()
_last_moment = 0
_last_random = 0


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562, version 7): 48 bits of milliseconds, then randomness.

    Within one process each is greater than the one before: in the same millisecond, or when the
    machine's clock steps back, the random part grows by a random amount (RFC 9562, 6.2, method 2).
    """
    return uuid7s(1)[0]


def uuid7s(count: int) -> list[uuid.UUID]:
    """The same, so many at once and ascending: the randomness is drawn once for all of them."""
    drawn = os.urandom(10 * count)
    with _lock:
        numbers = [
            _next(int.from_bytes(drawn[place : place + 10], "big")) for place in range(0, len(drawn), 10)
        ]
    return [uuid.UUID(int=number) for number in numbers]


def _next(fresh: int) -> int:
    """The next one as a number, from 80 random bits; under the lock."""
    global _last_moment, _last_random
    moment = time.time_ns() // 1_000_000
    if moment > _last_moment:
        _last_moment, _last_random = moment, fresh >> 7
    else:
        _last_random += 1 + (fresh & 0xFFFFFFFF)
        if _last_random >> _RANDOM_BITS:
            _last_moment, _last_random = _last_moment + 1, fresh >> 7
    high, low = _last_random >> 62, _last_random & ((1 << 62) - 1)
    return _last_moment << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low


ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
"""29 characters, a prime: each look-alike that people type instead stands for exactly one of them."""

BODY_LENGTH = 9
"""Eight random characters (5·10^11 numbers) and the check character."""

_BODIES = len(ALPHABET) ** (BODY_LENGTH - 1)
_LOOK_ALIKES = str.maketrans("BILOSUZ", "81105V2")
_PREFIX_LOOK_ALIKES = str.maketrans("01258", "OIZSB")
_PREFIX = re.compile(r"[A-Z]{1,8}\Z")
_BODY = re.compile(rf"[{ALPHABET}]{{{BODY_LENGTH}}}\Z")
_SEPARATORS = re.compile(r"[^0-9A-Z]+")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def new_number(prefix: str) -> str:
    """A number for people, e.g. `XC-7K4M2H9QA`: random, so that nobody can count or guess the next.

    `prefix` is one to eight Latin letters. A number is not a secret: tracking asks for a token as well.
    The chance that two of a million numbers are equal is about one; a unique constraint must say so.
    """
    if not _PREFIX.match(prefix):
        raise ValueError(f"a number's prefix is one to eight capital letters, not {prefix!r}")
    drawn, body = secrets.randbelow(_BODIES), ""
    for _place in range(BODY_LENGTH - 1):
        drawn, sign = divmod(drawn, len(ALPHABET))
        body += ALPHABET[sign]
    return f"{prefix}-{body}{_check_character(prefix, body)}"


def check_number(text: str) -> bool:
    """Whether `text`, as typed by a person, can be a number: its check character fits.

    Every single wrong character and every swap of two neighbours is caught, in the prefix too.
    """
    prefix, dash, body = normalise_number(text).partition("-")
    if not dash or not _PREFIX.match(prefix) or not _BODY.match(body):
        return False
    return _check_character(prefix, body[:-1]) == body[-1]


def normalise_number(text: str) -> str:
    """`text` in the form it was issued in: capitals, no blanks, `O` for `0` and the like put right.

    What cannot be a number comes back in capitals without blanks, so that it can be shown and searched.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())
    prefix = plain[:-BODY_LENGTH].translate(_PREFIX_LOOK_ALIKES)
    body = plain[-BODY_LENGTH:].translate(_LOOK_ALIKES)
    if not _PREFIX.match(prefix) or not _BODY.match(body):
        return plain
    return f"{prefix}-{body}"


def new_token() -> str:
    """A secret of 192 bits for an address: who holds it may see one report without signing in."""
    return secrets.token_urlsafe(24)


def _check_character(prefix: str, body: str) -> str:
    """The character that makes the weighted sum zero modulo 29; weights 2, 3, … from the right.

    All weights differ and none is zero modulo the prime, hence any one change and any swap of two
    characters changes the sum. Letters of the prefix count as 0–25.
    """
    values = [ord(letter) - ord("A") for letter in prefix] + [_VALUES[character] for character in body]
    total = sum(weight * value for weight, value in enumerate(reversed(values), start=2))
    return ALPHABET[-total % len(ALPHABET)]
