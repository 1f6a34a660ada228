"""WebP (RFC 9649): keep the still picture, its alpha and colour profile; cut EXIF, XMP and the tail."""

import struct

from youlin.kernel.media.formats import exif
from youlin.kernel.media.formats.common import Clean, Damaged, refuse_hidden_content
from youlin.kernel.media.formats.riff import chunks, packed, wrapped

_HAS_EXIF, _HAS_XMP, _IS_ANIMATED = 0x08, 0x04, 0x02
_KEPT = {b"VP8 ", b"VP8L", b"ALPH", b"ICCP"}


def clean(data: bytes) -> Clean:
    """The picture without metadata, flags put right. Raises `Damaged` (a moving picture is), or `Invalid`."""
    kept: list[tuple[bytes, bytes]] = []
    cut: list[bytes] = []
    header: bytes | None = None
    size: tuple[int, int] | None = None
    turned = 1
    found, end = chunks(data)
    for name, body in found:
        if name == b"VP8X" and len(body) >= 10 and header is None:
            header = body[:10]
        elif name in _KEPT:
            kept.append((name, body))
            stated = _size(name, body)
            if stated and size:
                raise Damaged("two pictures in one")
            size = stated or size
        else:
            if name == b"EXIF":
                turned = exif.orientation(body.removeprefix(b"Exif\x00\x00"))
            cut.append(body)
    if not size or (header and header[0] & _IS_ANIMATED):
        raise Damaged("no still picture in it")
    if header and _canvas(header) != size:
        raise Damaged("the picture is not as large as it says")
    refuse_hidden_content(*cut, data[end:])
    turned = turned if header else 1
    if header:
        kept = _extended(header, kept, turned)
    body = b"".join(packed(name, part) for name, part in kept)
    return Clean(wrapped(b"WEBP", body), width=size[0], height=size[1], orientation=turned)


def _extended(header: bytes, kept: list[tuple[bytes, bytes]], turned: int) -> list[tuple[bytes, bytes]]:
    """The chunks of the extended form, its flags telling what is really there."""
    flags = header[0] & ~(_HAS_EXIF | _HAS_XMP)
    if turned == 1:
        return [(b"VP8X", bytes([flags]) + header[1:]), *kept]
    turning = (b"EXIF", exif.only_orientation(turned))
    return [(b"VP8X", bytes([flags | _HAS_EXIF]) + header[1:]), *kept, turning]


def _size(name: bytes, body: bytes) -> tuple[int, int] | None:
    """Width and height that the picture's own data state."""
    if name == b"VP8 ":
        if len(body) < 10 or body[3:6] != b"\x9d\x01\x2a":
            raise Damaged("not a key frame")
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L":
        if len(body) < 5 or body[0] != 0x2F:
            raise Damaged("not a lossless frame")
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _canvas(header: bytes) -> tuple[int, int]:
    width = int.from_bytes(header[4:7], "little") + 1
    height = int.from_bytes(header[7:10], "little") + 1
    return width, height
