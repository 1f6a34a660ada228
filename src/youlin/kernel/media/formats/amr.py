"""AMR and AMR-WB recordings (RFC 4867, 5.3): a mark, then frames of 20 ms; anything else is cut."""

from youlin.kernel.media.formats.common import Clean, Damaged, refuse_hidden_content

NARROW, WIDE = b"#!AMR\n", b"#!AMR-WB\n"
_SIZES = {
    NARROW: (12, 13, 15, 17, 19, 20, 26, 31, 5, None, None, None, None, None, None, 0),
    WIDE: (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, None, None, None, None, 0, 0),
}


def clean(data: bytes) -> Clean:
    """The frames alone. Raises `Damaged` when there are none."""
    mark = WIDE if data.startswith(WIDE) else NARROW
    place, frames = len(mark), 0
    while place < len(data):
        head = data[place]
        size = _SIZES[mark][head >> 3 & 0x0F]
        if head & 0x83 or size is None or place + 1 + size > len(data):
            break
        place += 1 + size
        frames += 1
    if frames < 5:
        raise Damaged("no speech in it")
    refuse_hidden_content(data[place:])
    return Clean(data[:place], seconds=frames * 0.02)
