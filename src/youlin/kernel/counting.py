"""Counting that costs the same on ten rows and on a million: it ends where nobody reads the number any more."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def upto(most: int, lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How long each list is, counted to `most`; all in one query."""
    found = dict.fromkeys(lists, 0)
    parts: dict[str, str] = {}
    values: list[Any] = []
    for name, rows in lists.items():
        try:
            sql, parameters = rows.order_by().values("pk")[:most].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts[name] = f"(SELECT COUNT(*) FROM ({sql}) counted)"
        values += parameters
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts.values())}", values)
            found |= dict(zip(parts, cursor.fetchone(), strict=True))
    return found


def ahead(rows: QuerySet[Any], *, page: int, size: int, most: int, leaf_to: int) -> tuple[int, bool]:
    """The length of a list as far as somebody on `page` needs it, and whether it goes on beyond. One query.

    Counted to `most`, or some pages ahead of where one is, and never beyond `leaf_to`.
    """
    end = cap(page=page, size=size, most=most, leaf_to=leaf_to)
    total = rows.order_by().values("pk")[: end + 1].count()
    return min(total, end), total > end


def cap(*, page: int, size: int, most: int, leaf_to: int) -> int:
    """Where counting ends for somebody on `page`: at `most` or some pages ahead, and never beyond `leaf_to`."""
    return min(leaf_to, max(most, (max(1, page) + 5) * size))
