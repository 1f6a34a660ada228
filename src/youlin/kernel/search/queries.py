"""From what was typed to the rows that contain it."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from youlin.kernel.search import tokens
from youlin.kernel.search.models import SearchDocument
from youlin.kernel.search.tokens import Asked


def find(districts: Sequence[str], kind: str, query: str, limit: int) -> QuerySet[SearchDocument, Any]:
    """The ids of the rows that contain every term of `query`, the latest first, as a queryset."""
    terms = tokens.normal(query).split()
    asked = [token for term in terms for token in tokens.of_term(term)]
    if not asked or not districts:
        return SearchDocument.objects.none().values("object_id")
    verify = [term for term in terms if not tokens.is_exact(term)]
    scopes = sorted({tokens.scope(district, kind) for district in districts})
    if connection.vendor == "postgresql":
        found = _by_tsvector(districts, kind, _tsquery(scopes, asked), verify)[:limit]
    else:
        found = _by_fts5(districts, kind, _match(scopes, asked), verify, limit)
    return found.values("object_id")


def _by_tsvector(
    districts: Sequence[str], kind: str, query: str, verify: Sequence[str]
) -> QuerySet[SearchDocument]:
    found = SearchDocument.objects.filter(district__in=districts, kind=kind, tokens__matches=query)
    for term in verify:
        found = found.filter(text__contains=term)
    return found.order_by("-object_id")


def _by_fts5(
    districts: Sequence[str], kind: str, query: str, verify: Sequence[str], limit: int
) -> QuerySet[SearchDocument]:
    """The index is read from its end, and no further than `limit` needs."""
    places = ", ".join(["%s"] * len(districts))
    contains = " AND instr(document.text, %s) > 0" * len(verify)
    sql = (
        "SELECT document.id FROM kernel_searchindex CROSS JOIN kernel_searchdocument AS document "
        "ON document.slot = kernel_searchindex.rowid WHERE kernel_searchindex MATCH %s "
        f"AND document.district IN ({places}) AND document.kind = %s{contains} "
        "ORDER BY kernel_searchindex.rowid DESC LIMIT %s"
    )
    ids = RawSQL(sql, [query, *districts, kind, *verify, limit])
    return SearchDocument.objects.filter(id__in=ids).order_by("-slot")


def _tsquery(scopes: Sequence[str], asked: Sequence[Asked]) -> str:
    """`('abc路灯' & 'abc坏':*) | …`: every token, in one of the districts."""
    return " | ".join(
        "(" + " & ".join(f"'{scope}{token.text}'{':*' if token.begins else ''}" for token in asked) + ")"
        for scope in scopes
    )


def _match(scopes: Sequence[str], asked: Sequence[Asked]) -> str:
    """The same in FTS5's words: `("abc路灯" AND "abc坏" *) OR …`."""
    return " OR ".join(
        "(" + " AND ".join(f'"{scope}{token.text}"{" *" if token.begins else ""}' for token in asked) + ")"
        for scope in scopes
    )
