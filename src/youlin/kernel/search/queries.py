"""From what was typed to the rows that contain it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from youlin.kernel.search import tokens
from youlin.kernel.search.models import SearchDocument
from youlin.kernel.search.tokens import Asked

Marks = Sequence[Sequence[str]]
"""Of each of these lists a row must have one mark."""
_LATEST = "ORDER BY kernel_searchindex.rowid DESC LIMIT %s"


@dataclass(frozen=True)
class Search:
    """A question to the index: words in rows of a kind, narrowed by marks."""

    districts: Sequence[str]
    kind: str
    terms: Sequence[str]
    asked: Sequence[Asked]
    marks: Marks = ()

    @property
    def is_empty(self) -> bool:
        return not self.asked or not self.districts

    @property
    def to_verify(self) -> list[str]:
        """Terms that may be missing in a row although it has all their tokens."""
        return [term for term in self.terms if not tokens.is_exact(term)]

    @property
    def scopes(self) -> list[str]:
        return sorted({tokens.scope(district, self.kind) for district in self.districts})


def search(districts: Sequence[str], kind: str, query: str, marks: Marks = ()) -> Search:
    """The question that was typed."""
    terms = tokens.normal(query).split()
    asked = [token for term in terms for token in tokens.of_term(term)]
    return Search(districts, kind, terms, asked, marks)


def find(one: Search, limit: int | None) -> QuerySet[SearchDocument, Any]:
    """The ids of the rows that contain every term, the latest first, as a queryset."""
    if one.is_empty:
        return SearchDocument.objects.none().values("object_id")
    found = _by_tsvector(one, limit) if connection.vendor == "postgresql" else _by_fts5(one, limit)
    return found.values("object_id")


def guess(one: Search) -> int:
    """How many rows have all tokens and marks by the statistics of PostgreSQL, which reads no row; 0 on SQLite.

    It keeps the frequency of every word that is not rare; what became frequent since it last counted is not in it.
    """
    if one.is_empty or connection.vendor != "postgresql":
        return 0
    rows, values = _hits(one)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {rows}", values)
        [[plan]] = cursor.fetchone()
    return int(plan["Plan"]["Plan Rows"])


def count(one: Search, most: int) -> tuple[int, bool]:
    """How many rows have all tokens and marks, counted to `most`, and whether some rows have no marks yet. One query."""
    if one.is_empty:
        return 0, False
    places = ", ".join(["%s"] * len(one.districts))
    unmarked = (
        "EXISTS (SELECT 1 FROM kernel_searchdocument WHERE marks IS NULL "
        f"AND district IN ({places}) AND kind = %s)"
    )
    rows, values = _hits(one)
    sql = f"SELECT (SELECT count(*) FROM ({rows} LIMIT %s) AS few), {unmarked}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, most, *one.districts, one.kind])
        number, missing = cursor.fetchone()
    return int(number), bool(missing)


def _hits(one: Search) -> tuple[str, list[str]]:
    """SQL for a 1 of every row that has all tokens and marks, and its values."""
    if connection.vendor != "postgresql":
        return "SELECT 1 FROM kernel_searchindex WHERE kernel_searchindex MATCH %s", [_match(one)]
    rows, values = "SELECT 1 FROM kernel_searchdocument WHERE tokens @@ %s::tsquery", [_tsquery(one)]
    if one.marks:
        rows, values = f"{rows} AND marks @@ %s::tsquery", [*values, _marked(one)]
    return rows, values


def stands_in(one: Search, *, district: str, object_id: str) -> Subquery:
    """Whether the outer row contains every term, asked of the row itself and not of the index.

    For words that stand in so many rows that walking the rows in their own order finds a page sooner. It is a
    value and no join, which PostgreSQL would turn round: it would read all texts and look for their rows.
    """
    rows = SearchDocument.objects.filter(
        district=OuterRef(district), kind=one.kind, object_id=OuterRef(object_id)
    )
    contains = Q(*(Q(text__contains=term) for term in one.terms))
    says = ExpressionWrapper(contains, output_field=models.BooleanField())
    return Subquery(rows.values_list(says), output_field=models.BooleanField())


class Among(models.Func):
    """Whether a key is among those of a subquery, of which there are few: on PostgreSQL they are collected first and
    then looked up one by one, whatever it expects. Only for a condition that narrows by itself."""

    arity = 2
    conditional = True
    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        key, keys = self.get_source_expressions()
        column, before = compiler.compile(key)
        found, after = compiler.compile(keys)
        few = f"{column} = ANY(ARRAY{found})" if connection.vendor == "postgresql" else f"{column} IN {found}"
        return few, (*before, *after)


def can_be_walked(one: Search) -> bool:
    """Whether containing the terms and having their tokens is the same: so for Chinese, not for parts of words."""
    return not one.is_empty and all(tokens.is_chinese(term) for term in one.terms)


def _by_tsvector(one: Search, limit: int | None) -> QuerySet[SearchDocument]:
    found = SearchDocument.objects.filter(
        district__in=one.districts, kind=one.kind, tokens__matches=_tsquery(one)
    )
    if one.marks:
        found = found.filter(marks__matches=_marked(one))
    for term in one.to_verify:
        found = found.filter(text__contains=term)
    return found if limit is None else found.order_by("-object_id")[:limit]


def _by_fts5(one: Search, limit: int | None) -> QuerySet[SearchDocument]:
    """The index is read from its end, and no further than `limit` needs."""
    places = ", ".join(["%s"] * len(one.districts))
    contains = " AND instr(document.text, %s) > 0" * len(one.to_verify)
    sql = (
        "SELECT document.id FROM kernel_searchindex CROSS JOIN kernel_searchdocument AS document "
        "ON document.slot = kernel_searchindex.rowid WHERE kernel_searchindex MATCH %s "
        f"AND document.district IN ({places}) AND document.kind = %s{contains}"
    )
    values = [_match(one), *one.districts, one.kind, *one.to_verify]
    if limit is None:
        return SearchDocument.objects.filter(id__in=RawSQL(sql, values))
    latest = RawSQL(f"{sql} {_LATEST}", [*values, limit])
    return SearchDocument.objects.filter(id__in=latest).order_by("-slot")


def _tsquery(one: Search) -> str:
    """`('abc路灯' & 'abc坏':*) | …`: every token, in one of the districts."""
    return " | ".join(
        "(" + " & ".join(f"'{scope}{token.text}'{':*' if token.begins else ''}" for token in one.asked) + ")"
        for scope in one.scopes
    )


def _marked(one: Search) -> str:
    """`('¶110102001' | '¶110102002') & '¶open'`"""
    return " & ".join("(" + " | ".join(f"'{mark}'" for mark in either) + ")" for either in one.marks)


def _match(one: Search) -> str:
    """Both in FTS5's words: `(("abc路灯" AND "abc坏" *) OR …) AND ("¶110102001" OR …)`."""
    words = " OR ".join(
        "("
        + " AND ".join(f'"{scope}{token.text}"{" *" if token.begins else ""}' for token in one.asked)
        + ")"
        for scope in one.scopes
    )
    marks = ("(" + " OR ".join(f'"{mark}"' for mark in either) + ")" for either in one.marks)
    return " AND ".join([f"({words})", *marks])
