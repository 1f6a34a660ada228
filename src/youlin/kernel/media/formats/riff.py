"""RIFF containers (WebP, WAV): chunks of a four-letter name, a length and an even number of bytes."""

import struct

from youlin.kernel.media.formats.common import Damaged

_UNKNOWN = 0x7FFFFFF0
"""Recorders that never fill their lengths in leave zero or a very large number."""


def chunks(data: bytes, *, live: bool = False) -> tuple[list[tuple[bytes, bytes]], int]:
    """The chunks of the container, and where it ends. `live` allows lengths that were never filled in."""
    end = _end(data, 4, len(data), live)
    found, place = [], 12
    while place + 8 <= end:
        name = data[place : place + 4]
        stop = _end(data, place + 4, end, live and name == b"data")
        found.append((name, data[place + 8 : stop]))
        place = stop + (stop - place) % 2
    return found, end


def _end(data: bytes, place: int, limit: int, live: bool) -> int:
    """Where what follows the length at `place` ends."""
    (length,) = struct.unpack_from("<I", data, place)
    if live and (not length or length >= _UNKNOWN):
        return limit
    if place + 4 + length > limit:
        raise Damaged("the file breaks off")
    return place + 4 + int(length)


def packed(name: bytes, body: bytes) -> bytes:
    """One chunk."""
    return name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def wrapped(form: bytes, body: bytes) -> bytes:
    """The container around its chunks."""
    return b"RIFF" + struct.pack("<I", len(body) + 4) + form + body
