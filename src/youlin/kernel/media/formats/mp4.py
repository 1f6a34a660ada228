"""M4A and other MPEG-4 sound (ISO/IEC 14496-12): what is not sound is overwritten in place with zeros.

Samples are found by their offset in the file, so nothing may move: a box to be cut becomes a `free` box of
the same length. Cut: `udta` (which holds the GPS position `©xyz` and the iTunes tags), `meta`, `uuid` and
every other box that is not needed; the times of recording are set to zero. Bytes within `mdat` that no
sample refers to cannot be told from samples and stay.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from youlin.kernel.media.formats.common import Clean, Damaged, HasPicture, refuse_hidden_content

_KEPT: dict[bytes, set[bytes]] = {
    b"": {b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"trak": {b"tkhd", b"mdia", b"edts", b"tref"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"smhd", b"nmhd", b"dinf", b"stbl", b"hdlr"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"saiz", b"saio"},
}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}


class _Box(NamedTuple):
    name: bytes
    start: int
    body: int
    end: int


def clean(data: bytes) -> Clean:
    """The recording without metadata. Raises `HasPicture`, `Damaged`, or `Invalid` for hidden content."""
    kept = bytearray(data)
    cut: list[bytes] = []
    seen: list[bytes] = []
    seconds: list[float] = []
    for box, parent in _walk(data, 0, len(data), b""):
        seen.append(box.name)
        if box.name == b"hdlr" and parent == b"mdia":
            if data[box.body + 8 : box.body + 12] != b"soun":
                raise HasPicture()
            kept[box.body + 24 : box.end] = bytes(box.end - box.body - 24)
        if box.name in _TIMED:
            seconds += _without_times(kept, box)
        if box.name not in _KEPT[parent]:
            cut.append(data[box.body : box.end])
            kept[box.start + 4 : box.start + 8] = b"free"
            kept[box.body : box.end] = bytes(box.end - box.body)
    if seen[:1] != [b"ftyp"] or not {b"moov", b"mdat", b"trak", b"hdlr"} <= set(seen):
        raise Damaged("no sound in it")
    refuse_hidden_content(*cut)
    return Clean(bytes(kept), seconds=max(seconds, default=0.0) or None)


def _walk(data: bytes, start: int, end: int, parent: bytes) -> Iterator[tuple[_Box, bytes]]:
    """Every box within, outer before inner."""
    while start < end:
        box = _box(data, start, end)
        yield box, parent
        if box.name in _KEPT and box.name in _KEPT[parent]:
            yield from _walk(data, box.body, box.end, box.name)
        start = box.end


def _box(data: bytes, start: int, end: int) -> _Box:
    if start + 8 > end:
        raise Damaged("a box breaks off")
    size, name = struct.unpack_from(">I4s", data, start)
    body = start + 8
    if size == 1 and start + 16 <= end:
        (size,) = struct.unpack_from(">Q", data, body)
        body += 8
    elif size == 0:
        size = end - start
    if size < body - start or start + size > end:
        raise Damaged("a box breaks off")
    return _Box(name, start, body, start + size)


def _without_times(kept: bytearray, box: _Box) -> list[float]:
    """Zero the times of making and changing; the length in seconds where the box states one."""
    wide = kept[box.body] == 1
    first, second = (16, 32) if wide else (8, 20)
    if box.end - box.body < second + 4:
        raise Damaged("a header breaks off")
    kept[box.body + 4 : box.body + 4 + first] = bytes(first)
    if box.name != b"mvhd":
        return []
    scale, length = struct.unpack_from(">IQ" if wide else ">II", kept, box.body + 4 + first)
    return [length / scale] if scale else []
