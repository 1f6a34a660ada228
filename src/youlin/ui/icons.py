"""The hand-made icon set of `icons.svg`: strokes on a 24 × 24 grid, drawn for this project.

Icons are written into the page (never fetched), so they obey the strict content policy in every browser and
take the colour of the text beside them.
"""

import re
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_SYMBOL = re.compile(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@cache
def drawings() -> dict[str, SafeString]:
    """All icons: name → the inside of its SVG."""
    sprite = Path(__file__).with_name("icons.svg").read_text(encoding="utf-8")
    return {name: mark_safe(body) for name, body in _SYMBOL.findall(sprite)}


def icon(name: str, label: str = "") -> SafeString:
    """The icon `name` as inline SVG; with a `label` it speaks, without one it is decoration.

    An unknown name raises KeyError: a missing icon is a mistake in a template, not something to hide.
    """
    body = drawings()[name]
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, body
        )
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', body)
