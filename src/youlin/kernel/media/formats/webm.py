"""WebM sound (a subset of Matroska, RFC 9559): tags, attachments, titles and dates become void elements.

Clusters are found by their place in the file, so nothing moves: a void element takes exactly the room.
"""

from collections.abc import Iterator
from typing import NamedTuple

from youlin.kernel.media.formats.common import Clean, Damaged, HasPicture, refuse_hidden_content

MARK = b"\x1a\x45\xdf\xa3"
_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_INFO, _TRACKS, _TRACK, _CLUSTER = 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675
_SEEK, _CUES, _VOID = 0x114D9B74, 0x1C53BB6B, 0xEC
_TOP = {_INFO, _TRACKS, _CLUSTER, _SEEK, _CUES, 0x1941A469, 0x1043A770, 0x1254C367}
_TRACK_TYPE, _SOUND = 0x83, 2
_HEADER_AT_MOST = 256
_KEPT: dict[int, set[int]] = {
    _SEEK: set(),
    _CUES: set(),
    _CLUSTER: set(),
    _INFO: {0x2AD7B1, 0x4489},
    _TRACK: {0xD7, 0x73C5, 0x83, 0xB9, 0x88, 0x9C, 0x86, 0x63A2, 0x56AA, 0x56BB, 0x23E383, 0xE1},
}


class _Element(NamedTuple):
    name: int
    start: int
    body: int
    end: int


def clean(data: bytes) -> Clean:
    """The recording without metadata. Raises `HasPicture`, `Damaged`, or `Invalid` for hidden content."""
    header = _element(data, 0, len(data))
    segment = _element(data, header.end, len(data))
    if header.name != _EBML or segment.name != _SEGMENT or header.end > _HEADER_AT_MOST:
        raise Damaged("not a WebM file")
    kept, cut = bytearray(data[: segment.end]), [data[segment.end :]]
    seen = set()
    for element in _children(data, segment):
        seen.add(element.name)
        if element.name == _TRACKS:
            _clean_tracks(kept, data, element, cut)
        elif element.name == _INFO:
            _void_others(kept, data, element, cut)
        elif element.name not in _KEPT:
            cut.append(data[element.body : element.end])
            _void(kept, element)
    if not {_TRACKS, _CLUSTER} <= seen:
        raise Damaged("no sound in it")
    refuse_hidden_content(*cut)
    return Clean(bytes(kept))


def _clean_tracks(kept: bytearray, data: bytes, tracks: _Element, cut: list[bytes]) -> None:
    """Void what is not needed within the tracks, all of which must be sound."""
    for track in _children(data, tracks):
        if track.name == _TRACK:
            _check_sound(data, track)
            _void_others(kept, data, track, cut)
        else:
            cut.append(data[track.body : track.end])
            _void(kept, track)


def _check_sound(data: bytes, track: _Element) -> None:
    kinds = [data[item.body : item.end] for item in _children(data, track) if item.name == _TRACK_TYPE]
    if kinds != [bytes([_SOUND])]:
        raise HasPicture()


def _void_others(kept: bytearray, data: bytes, parent: _Element, cut: list[bytes]) -> None:
    """Void the children that the table of what is kept does not name."""
    names = _KEPT[parent.name]
    for child in _children(data, parent):
        if child.name not in names:
            cut.append(data[child.body : child.end])
            _void(kept, child)


def _void(kept: bytearray, element: _Element) -> None:
    """Overwrite with a void element of the same length."""
    room = element.end - element.start
    width = next(width for width in range(1, 9) if room - 1 - width < (1 << 7 * width) - 1)
    size = (room - 1 - width) | 1 << 7 * width
    kept[element.start : element.end] = b"\xec" + size.to_bytes(width, "big") + bytes(room - 1 - width)


def _children(data: bytes, parent: _Element) -> Iterator[_Element]:
    place = parent.body
    while place < parent.end:
        element = _element(data, place, parent.end)
        yield element
        place = element.end


def _element(data: bytes, place: int, end: int) -> _Element:
    """The element at `place`; one of unknown length (recorded live) ends before the next of its level."""
    name, body = _number(data, place, end, keep_mark=True)
    size, body_start = _number(data, body, end, keep_mark=False)
    open_end = size == (1 << 7 * (body_start - body)) - 1
    if open_end and name == _CLUSTER:
        stop = body_start
        while stop < end and _number(data, stop, end, keep_mark=True)[0] not in _TOP:
            stop = _element(data, stop, end).end
    elif open_end:
        if name != _SEGMENT:
            raise Damaged("an element without length")
        stop = end
    else:
        stop = body_start + size
    if stop > end:
        raise Damaged("an element breaks off")
    return _Element(name, place, body_start, stop)


def _number(data: bytes, place: int, end: int, *, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length (RFC 8794, 4) and where it ends."""
    if place >= end or not data[place]:
        raise Damaged("a number breaks off")
    width = 9 - data[place].bit_length()
    if place + width > end:
        raise Damaged("a number breaks off")
    value = int.from_bytes(data[place : place + width], "big")
    return (value if keep_mark else value & (1 << 7 * width) - 1), place + width
