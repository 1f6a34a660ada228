"""Marks: what a search is narrowed by inside the index, beside its words: an area with all below it, being open.

A mark stands in the same index as the tokens, so that the index itself answers "this word, in that street, still
open", the latest first. Marks only narrow: who may see a row is decided on the row. A sign that no token begins
with keeps the two apart. Areas are marked by the beginnings of their codes, at the lengths at which codes grow.
"""

SIGN = "\xb6"
OPEN = f"{SIGN}open"
LENGTHS = (9, 12, 15, 18)


def of(area: str, *, is_open: bool) -> str:
    """The marks of a row, as the index keeps them."""
    areas = dict.fromkeys(f"{SIGN}{area[:length]}" for length in LENGTHS)
    return " ".join([*areas, *([OPEN] if is_open else [])])


def below(prefix: str) -> str | None:
    """The mark that every row has whose code begins with `prefix`; None where there is none, as for a district."""
    fitting = [length for length in LENGTHS if length <= len(prefix)]
    return f"{SIGN}{prefix[: fitting[-1]]}" if fitting and prefix.isalnum() else None
