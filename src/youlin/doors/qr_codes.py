"""QR codes as SVG, at a size any phone reads."""

import io
from functools import lru_cache
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(text: str) -> bytes:
    """`text` as a QR code at error level M, with the quiet border of ISO/IEC 18004, as a whole SVG file."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=6, border=4, xmldecl=True, light="#fff"
    )
    return out.getvalue()


@lru_cache(maxsize=2048)
def inline(text: str) -> SafeString:
    """The same to be written into a page, as large as the page wants it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgns=False, omitsize=True, light="#fff"
    )
    return mark_safe(out.getvalue().decode())


def inline_parts(parts: tuple[str, ...]) -> SafeString:
    """A text in parts, each written in the densest way its characters allow: an address and digits."""
    out = io.BytesIO()
    segments: Any = list(parts)
    segno.make(segments, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgns=False, omitsize=True, light="#fff"
    )
    return mark_safe(out.getvalue().decode())
