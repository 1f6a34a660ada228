"""A page of rows that a selector has already cut, in the form `ui/pager.html` reads."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator


class _Known(Paginator[Any]):
    """A paginator that knows how many rows there are and counts nothing."""

    def __init__(self, rows: Sequence[Any], size: int, total: int) -> None:
        super().__init__(rows, size)
        self._total = total

    @property
    def count(self) -> int:
        return self._total


def known_page(rows: Sequence[Any], *, number: int, size: int, total: int) -> Page[Any]:
    """Page `number` of `total` rows in pages of `size`; `rows` are this page's own."""
    return Page(rows, number, _Known(rows, size, total))
