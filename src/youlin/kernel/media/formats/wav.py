"""WAV: keep format and samples; cut the LIST, bext, id3 and other chunks beside them."""

import struct

from youlin.kernel.media.formats.common import Clean, Damaged, refuse_hidden_content
from youlin.kernel.media.formats.riff import chunks, packed, wrapped

_SPOKEN_RATES = range(4_000, 192_001)


def clean(data: bytes) -> Clean:
    """The recording without metadata. Raises `Damaged`, or `Invalid` for hidden content."""
    found, end = chunks(data, live=True)
    parts = {name: body for name, body in reversed(found) if name in (b"fmt ", b"fact", b"data")}
    form, samples = parts.get(b"fmt ", b""), parts.get(b"data", b"")
    if len(form) < 16 or not samples:
        raise Damaged("no sound in it")
    _kind, channels, rate, bytes_per_second = struct.unpack_from("<HHII", form)
    if rate not in _SPOKEN_RATES or not 1 <= channels <= 8 or not bytes_per_second:
        raise Damaged("an impossible sound format")
    refuse_hidden_content(*(body for name, body in found if name not in parts), data[end:])
    order = [name for name in (b"fmt ", b"fact", b"data") if name in parts]
    body = b"".join(packed(name, parts[name]) for name in order)
    return Clean(wrapped(b"WAVE", body), seconds=len(samples) / bytes_per_second)
