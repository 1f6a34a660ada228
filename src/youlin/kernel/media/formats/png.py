"""PNG (ISO/IEC 15948): keep the chunks a still picture needs, with their checksums proved; cut the rest."""

import struct
import zlib
from collections.abc import Iterator

from youlin.kernel.media.formats import exif
from youlin.kernel.media.formats.common import Clean, Damaged, refuse_hidden_content

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PICTURE = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_LOOKS = {b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs"}
_PROFILE_AT_MOST = 1024 * 1024


def clean(data: bytes) -> Clean:
    """The picture without texts, times, EXIF, animation and tail. Raises `Damaged`, or `Invalid`."""
    kept, cut = [SIGNATURE], []
    size, turned, place = None, 1, len(SIGNATURE)
    for name, body, end in _chunks(data):
        place = end
        if name == b"IHDR":
            if size:
                raise Damaged("two headers")
            size = _size(body)
        elif not size:
            raise Damaged("the picture does not begin with its header")
        if name == b"eXIf":
            turned = exif.orientation(body)
            cut.append(body)
        elif name in _PICTURE or (name in _LOOKS and len(body) <= _PROFILE_AT_MOST):
            kept.append(_packed(name, body))
        elif name[0] & 0x20:
            cut.append(body)
        else:
            raise Damaged("an unknown chunk that the picture needs")
    if not size:
        raise Damaged("no picture in it")
    refuse_hidden_content(*cut, data[place:])
    if turned != 1:
        kept.insert(2, _packed(b"eXIf", exif.only_orientation(turned)))
    return Clean(b"".join(kept), width=size[0], height=size[1], orientation=turned)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, body and end of each chunk, until the one that ends the picture."""
    place = len(SIGNATURE)
    while True:
        if len(data) < place + 12:
            raise Damaged("the picture breaks off")
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if end > len(data) or not name.isalpha():
            raise Damaged("a chunk breaks off")
        body = data[place + 8 : end - 4]
        if zlib.crc32(name + body) != int.from_bytes(data[end - 4 : end], "big"):
            raise Damaged("a checksum does not fit")
        yield name, body, end
        if name == b"IEND":
            return
        place = end


def _packed(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _size(body: bytes) -> tuple[int, int]:
    if len(body) != 13:
        raise Damaged("a header of the wrong length")
    width, height = struct.unpack_from(">II", body)
    if not width or not height:
        raise Damaged("a picture without height or width")
    return width, height
