"""The one thing worth keeping of EXIF: how the camera was held (CIPA DC-008, tag 0x0112)."""

import struct

_ORIENTATION = 0x0112


def orientation(tiff: bytes) -> int:
    """The orientation (1–8) in an EXIF block that begins with its TIFF header; 1 when it says none."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    if start + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for number in range(min(count, 200)):
        place = start + 2 + 12 * number
        if place + 12 > len(tiff):
            break
        tag, kind, _length, value = struct.unpack_from(order + "HHIH", tiff, place)
        if tag == _ORIENTATION and kind == 3:
            return value if 1 <= value <= 8 else 1
    return 1


def only_orientation(value: int) -> bytes:
    """A TIFF block that says nothing but the orientation."""
    return struct.pack(">4sIHHHIHHI", b"MM\x00*", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)
