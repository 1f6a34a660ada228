"""Photos made for tests: with the metadata a phone writes, and with what an attacker would."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

GPS = {1: "N", 2: (39.0, 54.0, 15.12), 3: "E", 4: (116.0, 24.0, 27.6)}
SECRET = "SECRET-王小明"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>39,54.25N SECRET</exif:GPSLatitude></x:xmpmeta>'


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """A gradient that is bluer to the right and redder below, so that turning shows."""
    down = Image.linear_gradient("L")
    across = down.transpose(Image.Transpose.ROTATE_90)
    bands = (band.resize((width, height)) for band in (down, Image.new("L", (1, 1), 40), across))
    return Image.merge("RGB", tuple(bands))


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: maker, model, time, position, orientation, and a name in the comment."""
    found = Image.Exif()
    found[0x010F], found[0x0110], found[0x0132] = "SECRET-Phone", "SECRET-13", "2026:01:01 10:00:00"
    found[0x9286] = SECRET.encode()
    found[0x0112] = orientation
    found.get_ifd(0x8825).update(GPS)
    return found


def jpeg(orientation: int = 1, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """A JPEG with EXIF, XMP, comment and Photoshop block."""
    out = io.BytesIO()
    picture(*size).save(out, "JPEG", exif=exif(orientation), comment=SECRET.encode(), xmp=XMP, **options)
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x08SECRET--"
    data = out.getvalue()
    return data[:2] + struct.pack(">BBH", 0xFF, 0xED, len(block) + 2) + block + data[2:]


def png(orientation: int = 1, mode: str = "RGB") -> bytes:
    """A PNG with texts, compressed texts, time and EXIF."""
    out = io.BytesIO()
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SECRET")
    texts.add_text("Comment", SECRET, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    picture().convert(mode).save(out, "PNG", pnginfo=texts, exif=exif(orientation))
    data = out.getvalue()
    time = png_chunk(b"tIME", struct.pack(">HBBBBB", 2026, 1, 1, 10, 0, 0))
    return data[:33] + time + data[33:]


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def webp(orientation: int = 1, **options: object) -> bytes:
    """A WebP with EXIF and XMP."""
    out = io.BytesIO()
    picture().save(out, "WEBP", exif=exif(orientation), xmp=XMP, **options)
    return out.getvalue()


def bomb_png(width: int, height: int) -> bytes:
    """A few hundred bytes that declare a picture of any size."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + png_chunk(b"IDAT", zlib.compress(bytes(1000)))
        + png_chunk(b"IEND", b"")
    )


def bomb_jpeg(width: int, height: int) -> bytes:
    """A whole JPEG whose frame lies about its size."""
    data = bytearray(jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def archive() -> bytes:
    """A zip file with a page in it."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("index.html", "<script>alert(1)</script>")
    return out.getvalue()


def pixels(data: bytes) -> bytes:
    """What a decoder makes of it, unturned."""
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()
