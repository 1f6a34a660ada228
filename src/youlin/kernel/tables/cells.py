"""Cells that a spreadsheet does not take for formulas: every table that leaves the house goes through here."""

import re
from typing import TypeVar

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula at the beginning of a cell (OWASP, CSV injection), full width too."""
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,20})?")

Cell = TypeVar("Cell")


def harmless(cell: Cell, *, numbers: bool = False) -> Cell | str:
    """The cell as text that no spreadsheet runs: a leading apostrophe where it could be taken for a formula.

    Numbers are our own and stay numbers; with `numbers` a text that is nothing but a number (`-87.6`) stays as well.
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "")
    if numbers and _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip(" \u3000").startswith(DANGEROUS) else text
