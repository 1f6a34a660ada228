"""How numbers are said: in Chinese in 万, 亿 and 万亿, in English with thousands set apart, or with k, M and B where room
is scarce. Rounding comes first and the name after it, so that 9,999.96 is never “10000.0” but 1万.
"""

from django.utils.translation import get_language

MYRIADS = ((10_000, "万"), (100_000_000, "亿"), (1_000_000_000_000, "万亿"))
THOUSANDS = ((1_000, "k"), (1_000_000, "M"), (1_000_000_000, "B"))
NEXT_MYRIAD, NEXT_THOUSAND = 10_000, 1_000
"""From here on the next larger name is used: nobody says ten thousand 万."""


def plain(value: float, decimals: int = 0) -> str:
    """A number in the reader's language: 12,345 is 1.23万, with two decimals at most; in English nothing is left out."""
    if chinese():
        return _named(value, decimals, 2, MYRIADS, NEXT_MYRIAD)
    return _signed(f"{value:,.{decimals}f}")


def short(value: float) -> str:
    """A number for the scale of a chart: 15,000 is 1.5万, in English 15k; small ones as they are."""
    names, least = (MYRIADS, NEXT_MYRIAD) if chinese() else (THOUSANDS, NEXT_THOUSAND)
    text = _named(value, 2, 2, names, least)
    return _trimmed(text) if text[-1].isdigit() else text


def lean(value: float, decimals: int = 1) -> str:
    """As `plain`, without noughts behind the point: 93 and 93.1."""
    text = plain(value, decimals)
    return _trimmed(text) if text[-1].isdigit() else text


def exact(value: float, decimals: int = 0) -> str:
    """All digits, thousands set apart: what stands behind a rounded number."""
    return _signed(f"{value:,.{decimals}f}")


def chinese() -> bool:
    """Whether the reader reads Chinese; so too where nobody has chosen."""
    return (get_language() or "zh").startswith("zh")


def _named(value: float, decimals: int, of_large: int, names: tuple[tuple[int, str], ...], least: int) -> str:
    text = f"{value:.{decimals}f}"
    if abs(float(text)) < least:
        return _signed(text)
    for size, name in names:
        text = f"{value / size:.{of_large}f}"
        if abs(float(text)) < least or name == names[-1][1]:
            return _trimmed(text) + name
    raise AssertionError("the last name takes what is left")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    """Nought has no sign."""
    return text.removeprefix("-") if not any(digit in text for digit in "123456789") else text
