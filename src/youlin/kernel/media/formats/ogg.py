"""Ogg (RFC 3533) with Opus, Vorbis or Speex: the comments are overwritten in place with zeros.

The comment packet keeps its length, so no later page changes its number; only the checksums of the pages
it lies on are made anew.
"""

import struct
import zlib
from typing import NamedTuple

from youlin.kernel.media.formats.common import Clean, Damaged, refuse_hidden_content

_HEADER = struct.Struct("<4sBBqIIIB")
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_NO_COMMENTS = bytes(8)
"""A vendor name of no length and a list of no comments."""


class _Codec(NamedTuple):
    head: bytes
    comments: bytes
    end: bytes
    rate: int


_CODECS = (
    _Codec(b"OpusHead", b"OpusTags", b"", 48_000),
    _Codec(b"\x01vorbis", b"\x03vorbis", b"\x01", 0),
    _Codec(b"Speex   ", b"", b"", 0),
)


class _Page(NamedTuple):
    start: int
    body: int
    end: int
    granule: int
    serial: int
    lacing: bytes


def clean(data: bytes) -> Clean:
    """The recording without comments and tail. Raises `Damaged`, or `Invalid` for hidden content."""
    pages, end = _pages(data)
    if len({page.serial for page in pages}) != 1:
        raise Damaged("more than one stream")
    head = data[pages[0].body : pages[0].end]
    codec = next((codec for codec in _CODECS if head.startswith(codec.head)), None)
    if codec is None:
        raise Damaged("not a sound we know")
    kept = bytearray(data[:end])
    spans = _second_packet(pages)
    comments = b"".join(data[first:last] for first, last in spans)
    plain = codec.comments + _NO_COMMENTS + codec.end
    if not comments.startswith(codec.comments) or len(comments) < len(plain):
        raise Damaged("no comment packet")
    refuse_hidden_content(comments, data[end:])
    _overwrite(kept, spans, plain.ljust(len(comments), b"\x00"))
    for page in pages:
        if page.start < spans[-1][1] and page.end > spans[0][0]:
            _checksum_anew(kept, page)
    return Clean(bytes(kept), seconds=_seconds(pages, codec, head))


def _pages(data: bytes) -> tuple[list[_Page], int]:
    """The pages with fitting checksums from the beginning on, and where they end."""
    pages, place = [], 0
    while data[place : place + 4] == b"OggS" and place + _HEADER.size <= len(data):
        _mark, _version, _flags, granule, serial, _number, checksum, count = _HEADER.unpack_from(data, place)
        body = place + _HEADER.size + count
        lacing = data[place + _HEADER.size : body]
        end = body + sum(lacing)
        if len(lacing) < count or end > len(data) or checksum != _checksum(data[place:end]):
            break
        pages.append(_Page(place, body, end, granule, serial, lacing))
        place = end
    if len(pages) < 3 or data[place : place + 4] == b"OggS":
        raise Damaged("a page breaks off")
    return pages, place


def _second_packet(pages: list[_Page]) -> list[tuple[int, int]]:
    """From where to where the stream's second packet lies, page by page. The first fills page 0 alone."""
    spans: list[tuple[int, int]] = []
    for page in pages[1:]:
        length = 0
        for lace in page.lacing:
            length += lace
            if lace < 255:
                return [*spans, (page.body, page.body + length)]
        spans.append((page.body, page.end))
    raise Damaged("the comments do not end")


def _overwrite(kept: bytearray, spans: list[tuple[int, int]], content: bytes) -> None:
    place = 0
    for first, last in spans:
        kept[first:last] = content[place : place + last - first]
        place += last - first


def _checksum_anew(kept: bytearray, page: _Page) -> None:
    kept[page.start + 22 : page.start + 26] = struct.pack("<I", _checksum(bytes(kept[page.start : page.end])))


def _checksum(page: bytes) -> int:
    """CRC-32 with the polynomial 04C11DB7, not mirrored, from zero: zlib's, with every byte mirrored."""
    plain = page[:22] + bytes(4) + page[26:]
    value = zlib.crc32(plain.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{value:032b}"[::-1], 2)


def _seconds(pages: list[_Page], codec: _Codec, head: bytes) -> float | None:
    rate = codec.rate
    if not rate:
        place = 12 if codec.comments else 36
        (rate,) = struct.unpack_from("<I", head, place) if len(head) >= place + 4 else (0,)
    last = max(page.granule for page in pages)
    return last / rate if rate and last > 0 else None
