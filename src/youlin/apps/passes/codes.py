"""The code itself, without any table: a compact JWS, in digits behind an address, and the chain that makes it move.

A token is a JWS (RFC 7515) by Ed25519 (RFC 9864) over a few claims of RFC 7519. What a camera sees is an address whose
fragment is that token in digits, two for each character as SMART Health Cards write theirs: digits are the densest
that a QR code and an address both take, and a fragment reaches neither a server's log nor a referrer.

A code that moves carries `a`, the end of a chain of hashes whose beginning never leaves the holder's phone, and `r`,
the seconds of a step. Each step shows the value before the last one shown: whoever has seen one cannot make the next.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import OKPKey

from youlin.apps.passes.reasons import Reason

ALG = "Ed25519"
LONGEST = 1_200
"""Characters of anything that may be a code: the digits of the longest token, and an address, are below 900."""
LINK_BYTES = 15
"""Of one link of the chain: 120 bits, for a value that is worth something for a minute."""
MOST_LINKS = 24 * 3600 // 15
PATH = "/v/"

_PARTS = re.compile(r"[A-Za-z0-9_-]+\Z")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]\Z")
"""Sixty-four bytes in base64url, in the one way that they are spelt."""
_PAIRS = {chr(number + 45): f"{number:02}" for number in range(100)}
_SIGNS = bytes(
    number // 16 * 10 + number % 16 + 45 if number // 16 < 10 > number % 16 else 0 for number in range(256)
)
"""Two digits, read as if they were hexadecimal, to the character that they mean."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
_BODY = re.compile(r"[0-9A-Z]{9}\Z")


class Refused(Exception):
    """Why a code is none."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Claims:
    """What is inside: `number` without its prefix, moments in seconds. `begins` 0: at once; `period` 0: stands still."""

    number: str
    kind: str
    issued: int
    expires: int
    begins: int = 0
    period: int = 0
    anchor: str = ""
    label: str = ""

    @property
    def links(self) -> int:
        """How many steps its chain has."""
        return links_of(self.expires - self.issued, self.period)


@dataclass(frozen=True)
class VerifyingKey:
    """A public key and whose it is: the district is proved by the key, not by what a token says."""

    kid: str
    district: str
    key: OKPKey


@dataclass(frozen=True)
class Opened:
    """A code whose signature holds; `link` is what its phone showed, "" where it stands still."""

    claims: Claims
    key: VerifyingKey
    link: str = ""


def links_of(seconds: int, period: int) -> int:
    """Steps in so many seconds, the last one begun counts."""
    return -(-seconds // period) if period else 0


def sign(claims: Claims, key: OKPKey, kid: str) -> str:
    """The compact JWS."""
    return jws.serialize_compact({"alg": ALG, "kid": kid}, _written(claims), key, algorithms=[ALG])


def address(site: str, code: str) -> str:
    """What the QR code holds, as one text."""
    return "".join(parts(site, code))


def parts(site: str, code: str) -> tuple[str, str]:
    """The same in two: an address, and digits, which a QR code packs three to ten bits."""
    return f"{site.rstrip('/')}{PATH}#", to_digits(code)


def to_digits(text: str) -> str:
    """Two digits for each character of a token (code point less 45)."""
    return "".join([_PAIRS[sign] for sign in text])


def from_digits(digits: str) -> str:
    """The token that these digits write."""
    return bytes.fromhex(digits).translate(_SIGNS).decode("latin-1")


def text_in(scanned: str) -> str:
    """The token in what a camera saw or somebody pasted: an address, its digits, or the token. Raises `Refused`."""
    if len(scanned) > LONGEST:
        raise Refused(Reason.TOO_LONG)
    found = scanned.strip()
    if f"{PATH}#" in found:
        found = found.split(f"{PATH}#", 1)[1]
    if found.isascii() and found.isdigit() and not len(found) % 2:
        found = from_digits(found)
    if found.count(".") not in (2, 3):
        raise Refused(Reason.NOT_OURS)
    return found


def opened(scanned: str, key_of: Callable[[str], VerifyingKey | None]) -> Opened:
    """The code if one of our keys signed it. Raises `Refused`: too long, not ours, unknown key, forged.

    Nothing in it is believed before its signature holds; the algorithm is ours whatever its header says.
    """
    text = text_in(scanned)
    head, body, signature, *rest = text.split(".")
    if not all(_PARTS.match(part) for part in (head, body, *rest)):
        raise Refused(Reason.NOT_OURS)
    header = _json(head)
    kid = header.get("kid")
    key = key_of(kid) if isinstance(kid, str) and 0 < len(kid) <= 16 and kid.isascii() else None
    if header.keys() != {"alg", "kid"} or header["alg"] != ALG:
        raise Refused(Reason.FORGED if key else Reason.NOT_OURS)
    if key is None:
        raise Refused(Reason.UNKNOWN_KEY)
    claims = _claims(_signed_by(key, head, body, signature))
    if bool(claims.period) != bool(rest):
        raise Refused(Reason.FORGED)
    return Opened(claims, key, rest[0] if rest else "")


def _signed_by(key: VerifyingKey, head: str, body: str, signature: str) -> bytes:
    """The payload, where the key has signed it (RFC 7515, 5.2): header, algorithm and key are settled by then."""
    if not _SIGNATURE.match(signature):
        raise Refused(Reason.FORGED)
    public = key.key.public_key
    assert isinstance(public, Ed25519PublicKey)
    try:
        public.verify(base64.urlsafe_b64decode(f"{signature}=="), f"{head}.{body}".encode())
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except (InvalidSignature, ValueError) as error:
        raise Refused(Reason.FORGED) from error


def step_shown(claims: Claims, link: str, at: int, skew: int) -> int:
    """The step whose value a phone showed, where it is the one of this moment give or take `skew` seconds.

    Raises `Refused`: an old picture, a clock far ahead, or a value that is not of this chain.
    """
    shown, anchor = _link(link), _link(claims.anchor)
    first = max(0, (at - skew - claims.issued) // claims.period)
    last = min(claims.links - 1, (at + skew - claims.issued) // claims.period)
    value = _hashed(shown, first)
    for step in range(first, last + 1):
        value = _hashed(value, 1)
        if value == anchor:
            return step
    known = _step_of(shown, anchor, claims.links)
    if known is None:
        raise Refused(Reason.FORGED)
    raise Refused(Reason.OLD_PICTURE if known < first else Reason.NOT_YET)


def anchor_of(seed: bytes, links: int) -> str:
    """The end of a chain that begins with `seed`: what the server signs."""
    return _spelt(_hashed(seed[:LINK_BYTES], links))


def link_at(seed: bytes, links: int, step: int) -> str:
    """What the phone shows at a step, from the first (0) to the last (`links` - 1)."""
    return _spelt(_hashed(seed[:LINK_BYTES], links - 1 - step))


def is_link(text: str) -> bool:
    """Whether a text is a value of a chain, spelt as we spell it."""
    try:
        return _spelt(_link(text)) == text
    except Refused:
        return False


def _hashed(value: bytes, times: int) -> bytes:
    sha256, size = hashlib.sha256, LINK_BYTES
    for _time in range(times):
        value = sha256(value).digest()[:size]
    return value


def _step_of(shown: bytes, anchor: bytes, links: int) -> int | None:
    value = shown
    for step in range(min(links, MOST_LINKS)):
        value = _hashed(value, 1)
        if value == anchor:
            return step
    return None


def _link(text: str) -> bytes:
    if len(text) != LINK_BYTES * 4 // 3:
        raise Refused(Reason.FORGED)
    try:
        return base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise Refused(Reason.FORGED) from error


def _spelt(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()


def _written(claims: Claims) -> bytes:
    named = {
        "jti": claims.number,
        "k": claims.kind,
        "iat": claims.issued,
        "nbf": claims.begins,
        "exp": claims.expires,
        "r": claims.period,
        "a": claims.anchor,
        "t": claims.label,
    }
    kept = {name: value for name, value in named.items() if value}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _json(part: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.NOT_OURS) from error
    if not isinstance(found, dict):
        raise Refused(Reason.NOT_OURS)
    return found


def _claims(payload: bytes) -> Claims:
    """What a signed payload says; signed by us or not, anything of another shape is no code."""
    try:
        said = json.loads(payload)
        found = Claims(
            number=said["jti"],
            kind=said["k"],
            issued=said["iat"],
            expires=said["exp"],
            begins=said.get("nbf", 0),
            period=said.get("r", 0),
            anchor=said.get("a", ""),
            label=said.get("t", ""),
        )
        moments = (found.issued, found.expires, found.begins, found.period)
        texts = (found.number, found.kind, found.anchor, found.label)
        right = all(type(one) is int and one >= 0 for one in moments)
        right = right and all(isinstance(one, str) for one in texts)
        right = right and bool(_BODY.match(found.number) and _NAME.match(found.kind))
        right = right and bool(found.period) == bool(found.anchor) and found.links <= MOST_LINKS
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(Reason.NOT_OURS) from error
    if not right:
        raise Refused(Reason.NOT_OURS)
    return found
