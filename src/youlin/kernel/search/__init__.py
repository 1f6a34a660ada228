"""Search in Chinese and in other scripts, one or two characters included, on both databases.

What is indexed is stored in plain text: **nothing personal may go in** (names, phones, identity numbers,
addresses of people). Callers see to that; `privacy.mask_text` helps with what people wrote themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Subquery

from youlin.kernel import rows
from youlin.kernel.search import marks, queries, tokens, vendor
from youlin.kernel.search.models import SearchDocument
from youlin.kernel.search.queries import Marks

__all__ = [
    "Document",
    "Marks",
    "Narrowed",
    "check",
    "index",
    "index_many",
    "index_many_new",
    "index_new",
    "marks",
    "matching_ids",
    "narrowed",
    "rebuild",
    "remove",
]

_BATCH = 500
FEW = 2500
"""Up to so many hits among the open are collected from the index, twice as many among all; of more, rows are walked in
their own order. Walking gets longer the rarer the hits are among what is walked."""
SURELY = 4
"""As many times as that more hits than few, by the statistics of the database, need no counting."""


class Document(NamedTuple):
    """What can be found of one row: its district, kind (`cases.case`), id and everything to search in.

    `marks` are what searches are narrowed by, as `marks.of` writes them; None where that is not known.
    """

    district: str
    kind: str
    object_id: UUID
    text: str
    marks: str | None = None


class Narrowed(NamedTuple):
    """A condition on the caller's rows, and whether so many fulfil it that rows are best walked in their order."""

    condition: Q
    many: bool


def index(*, district: str, kind: str, object_id: UUID, text: str, marks: str | None = None) -> None:
    """Make a row findable by `text`, in place of what was there. Write it in the row's own transaction."""
    index_many([Document(district, kind, object_id, text, marks)])


def index_new(*, district: str, kind: str, object_id: UUID, text: str, marks: str | None = None) -> None:
    """The same for a row that is just being made, of which nothing can be there yet: at half the price."""
    rows.insert_many([_row(Document(district, kind, object_id, text, marks))])


def index_many_new(documents: Iterable[Document]) -> None:
    """The same for many rows that are just being made."""
    for batch in _batches(documents):
        rows.insert_plain(SearchDocument, _COLUMNS, [_values(document) for document in batch])


def index_many(documents: Iterable[Document]) -> int:
    """The same for many rows, in batches; how many."""
    count = 0
    for batch in _batches(documents):
        latest = {(document.district, document.kind, document.object_id): document for document in batch}
        with transaction.atomic(savepoint=False):
            SearchDocument.objects.bulk_create(
                [_row(document) for document in latest.values()],
                update_conflicts=True,
                unique_fields=["district", "kind", "object_id"],
                update_fields=["text", "tokens", "marks"],
            )
        count += len(latest)
    return count


def remove(*, district: str, kind: str, object_id: UUID) -> None:
    """Make a row unfindable; nothing when it was not indexed."""
    SearchDocument.objects.filter(district=district, kind=kind, object_id=object_id).delete()


def matching_ids(
    *, district: str | Sequence[str], kind: str, query: str, limit: int | None = None
) -> QuerySet[SearchDocument, Any]:
    """Ids of the rows of a kind that contain every word of `query`, for `.filter(id__in=…)`.

    Words are divided by blanks; each must occur as it stands, capitals and width apart. A word in letters
    or digits is found from its beginning. At most `limit` rows, the latest, or all of them; who narrows further
    in a table of many rows asks `narrowed`. None when there is nothing to search for: who means "all" does not
    filter.
    """
    districts = [district] if isinstance(district, str) else list(district)
    return queries.find(queries.search(districts, kind, query), limit)


def narrowed(
    *,
    districts: Sequence[str],
    kind: str,
    query: str,
    having: Marks = (),
    district: str,
    object_id: str,
    alone: bool = False,
) -> Narrowed:
    """The condition that an outer row, named by its columns, contains every word of `query`. A query or two to choose.

    `alone` says that the condition always narrows, and is not one of several of which any is enough.
    `having` narrows the index by marks: of each list a row has one. Whatever else the caller asks of the row,
    no hit is missed: few hits are all collected; where they are many, the rows themselves are asked, in the
    caller's order, and a page of them is soon full. While some rows have no marks yet, marks are not used.
    """
    asked = queries.search(districts, kind, query, having)
    many, unmarked = _many(asked)
    if unmarked and having:
        asked = queries.search(districts, kind, query)
        many, _unmarked = _many(asked)
    if many:
        return Narrowed(Q(queries.stands_in(asked, district=district, object_id=object_id)), True)
    found = queries.find(asked, None)
    if alone:
        return Narrowed(Q(queries.Among(F(object_id), Subquery(found))), False)
    return Narrowed(Q(**{f"{object_id}__in": found}), False)


def _many(asked: queries.Search) -> tuple[bool, bool]:
    """Whether rows are best walked, and whether some have no marks yet."""
    few = FEW if any(marks.OPEN in either for either in asked.marks) else 2 * FEW
    if not queries.can_be_walked(asked):
        return False, queries.count(asked, 0)[1]
    surely = queries.guess(asked) > SURELY * few
    found, unmarked = queries.count(asked, 0 if surely else few + 1)
    return surely or found > few, unmarked


def rebuild() -> None:
    """Fill the database's index again from the stored documents."""
    vendor.rebuild(connection)


def check() -> bool:
    """Whether the database's index is there, for `youlin doctor`; `rebuild` makes it."""
    return vendor.is_there(connection)


_COLUMNS = ("district", "kind", "object_id", "text", "tokens", "marks")


def _row(document: Document) -> SearchDocument:
    return SearchDocument(**dict(zip(_COLUMNS, _values(document), strict=True)))


def _values(document: Document) -> tuple[Any, ...]:
    """The values of `_COLUMNS`."""
    text = tokens.normal(document.text)
    scope = tokens.scope(document.district, document.kind)
    found = " ".join(scope + token for token in sorted(tokens.of_document(text)))
    return document.district, document.kind, document.object_id, text, found, document.marks


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    source = iter(documents)
    while batch := list(islice(source, _BATCH)):
        yield batch
