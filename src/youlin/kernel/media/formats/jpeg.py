"""JPEG (ITU-T T.81): keep what the picture is made of, cut the rest, touch no coefficient.

Kept: tables, frame, scans, JFIF density, Adobe colour transform, ICC profile. Cut: EXIF with its position
and preview, XMP, IPTC, comments, maker's segments, further pictures, everything after the end of the image.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from youlin.kernel.media.formats import exif
from youlin.kernel.media.formats.common import Clean, Damaged, refuse_hidden_content

_SCANS_AT_MOST = 200
"""Hundreds of scans take minutes to decode; cameras write one, progressive encoders about ten."""

_FRAMES = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_TABLES = {0xC4, 0xDB, 0xDD}
_END, _SCAN = 0xD9, 0xDA
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


class _Segment(NamedTuple):
    marker: int
    body: bytes
    scan: bytes
    end: int


def clean(data: bytes) -> Clean:
    """The picture without metadata. Raises `Damaged`, or `Invalid` for hidden content."""
    segments = list(_segments(data))
    width, height = _frame_size(segments)
    kept, cut = [], [data[segments[-1].end :]]
    for segment in segments:
        piece = _to_keep(segment)
        if piece:
            kept += [piece, segment.scan]
        else:
            cut.append(segment.body)
    refuse_hidden_content(*cut)
    turned = _orientation(segments)
    if turned != 1:
        kept.insert(0, _packed(0xE1, b"Exif\x00\x00" + exif.only_orientation(turned)))
    return Clean(b"\xff\xd8" + b"".join(kept), width=width, height=height, orientation=turned)


def _segments(data: bytes) -> Iterator[_Segment]:
    """Every segment up to the end of the image, the data of each scan with it."""
    place, scans = 2, 0
    while True:
        segment = _segment(data, place)
        if segment.marker in _OTHER_FRAMES:
            raise Damaged("a kind of JPEG that browsers do not show")
        if segment.marker == _SCAN:
            scans += 1
            following = _NEXT_MARKER.search(data, segment.end)
            if not following or scans > _SCANS_AT_MOST:
                raise Damaged("the picture breaks off or has too many scans")
            scan = data[segment.end : following.start()]
            segment = segment._replace(scan=scan, end=following.end() - 2)
        yield segment
        if segment.marker == _END:
            return
        place = segment.end


def _segment(data: bytes, place: int) -> _Segment:
    """The segment at `place`, which must be a marker; fill bytes before it are skipped."""
    start = place
    while data[place : place + 2] == b"\xff\xff":
        place += 1
    if len(data) < place + 2 or data[place] != 0xFF or place - start > 1024:
        raise Damaged("a marker is missing")
    marker = data[place + 1]
    if marker == _END:
        return _Segment(marker, b"", b"", place + 2)
    if len(data) < place + 4 or marker < 0xC0 or 0xD0 <= marker <= 0xD8:
        raise Damaged("an impossible marker")
    (length,) = struct.unpack_from(">H", data, place + 2)
    end = place + 2 + length
    if length < 2 or end > len(data):
        raise Damaged("a segment breaks off")
    return _Segment(marker, data[place + 4 : end], b"", end)


def _frame_size(segments: list[_Segment]) -> tuple[int, int]:
    """Width and height. There is one frame, and it stands before the first scan."""
    markers = [segment.marker for segment in segments]
    frames = [place for place, marker in enumerate(markers) if marker in _FRAMES]
    if len(frames) != 1 or _SCAN not in markers or markers.index(_SCAN) < frames[0]:
        raise Damaged("no picture in it, or two")
    body = segments[frames[0]].body
    if len(body) < 6:
        raise Damaged("the frame breaks off")
    height, width = struct.unpack_from(">HH", body, 1)
    if not height or not width:
        raise Damaged("a picture without height or width")
    return width, height


def _orientation(segments: list[_Segment]) -> int:
    for marker, body, _scan, _end in segments:
        if marker == 0xE1 and body.startswith(b"Exif\x00\x00"):
            return exif.orientation(body[6:])
    return 1


def _to_keep(segment: _Segment) -> bytes | None:
    """The segment as it is kept, or None."""
    marker, body = segment.marker, segment.body
    if marker == _END:
        return b"\xff\xd9"
    if marker in _TABLES or marker in _FRAMES or marker == _SCAN:
        return _packed(marker, body)
    if marker == 0xE0 and body.startswith(b"JFIF\x00") and len(body) >= 14:
        return _packed(marker, body[:12] + b"\x00\x00")
    if marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        return _packed(marker, body[:12])
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\x00"):
        refuse_hidden_content(body)
        return _packed(marker, body)
    return None


def _packed(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
