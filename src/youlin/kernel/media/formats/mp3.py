"""MP3 (ISO/IEC 11172-3 and 13818-3, layer III): keep the frames, cut the tags before, between and after."""

from typing import NamedTuple

from youlin.kernel.media.formats.common import Clean, Damaged, refuse_hidden_content

_FRAMES_AT_LEAST = 3
_KBITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


class _Frame(NamedTuple):
    length: int
    seconds: float


def starts(data: bytes) -> bool:
    """Whether the file begins like an MP3: a tag, or two frames one after the other."""
    if data.startswith(b"ID3"):
        return True
    first = _frame(data, 0)
    return bool(first and _frame(data, first.length))


def clean(data: bytes) -> Clean:
    """The frames alone. Raises `Damaged` when there are too few, or `Invalid` for hidden content."""
    kept: list[bytes] = []
    cut: list[bytes] = []
    seconds = 0.0
    place = gap = _after_tags(data)
    cut.append(data[:place])
    while place < len(data):
        frame = _frame(data, place)
        whole = frame is not None and place + frame.length <= len(data)
        if frame and whole and (not kept or gap == place or _frame(data, place + frame.length)):
            cut.append(data[gap:place])
            kept.append(data[place : place + frame.length])
            seconds += frame.seconds
            place = gap = place + frame.length
        else:
            following = data.find(b"\xff", place + 1)
            place = following if following >= 0 else len(data)
    cut.append(data[gap:])
    if len(kept) < _FRAMES_AT_LEAST:
        raise Damaged("no sound in it")
    refuse_hidden_content(*cut)
    return Clean(b"".join(kept), seconds=seconds)


def _after_tags(data: bytes) -> int:
    """Where the ID3v2 tags at the beginning end."""
    place = 0
    while data[place : place + 3] == b"ID3" and len(data) >= place + 10:
        size = 0
        for byte in data[place + 6 : place + 10]:
            size = size << 7 | byte & 0x7F
        place += 10 + size + (10 if data[place + 5] & 0x10 else 0)
    return min(place, len(data))


def _frame(data: bytes, place: int) -> _Frame | None:
    """The layer III frame whose header stands at `place`."""
    head = data[place : place + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version = head[1] >> 3 & 3
    bits, rate_index = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bits in (0, 15) or rate_index == 3:
        return None
    rate = _RATES[version][rate_index]
    samples = 1152 if version == 3 else 576
    kbits = _KBITS[1 if version == 3 else 2][bits]
    return _Frame(samples // 8 * kbits * 1000 // rate + (head[2] >> 1 & 1), samples / rate)
