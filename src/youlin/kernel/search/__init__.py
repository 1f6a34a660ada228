"""Search in Chinese and in other scripts, one or two characters included, on both databases.

What is indexed is stored in plain text: **nothing personal may go in** (names, phones, identity numbers,
addresses of people). Callers see to that; `privacy.mask_text` helps with what people wrote themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from youlin.kernel.search import queries, tokens, vendor
from youlin.kernel.search.models import SearchDocument

__all__ = ["Document", "check", "index", "index_many", "matching_ids", "rebuild", "remove"]

_BATCH = 500
DEFAULT_LIMIT = 5000


class Document(NamedTuple):
    """What can be found of one row: its district, kind (`cases.case`), id and everything to search in."""

    district: str
    kind: str
    object_id: UUID
    text: str


def index(*, district: str, kind: str, object_id: UUID, text: str) -> None:
    """Make a row findable by `text`, in place of what was there. Write it in the row's own transaction."""
    index_many([Document(district, kind, object_id, text)])


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
                update_fields=["text", "tokens"],
            )
        count += len(latest)
    return count


def remove(*, district: str, kind: str, object_id: UUID) -> None:
    """Make a row unfindable; nothing when it was not indexed."""
    SearchDocument.objects.filter(district=district, kind=kind, object_id=object_id).delete()


def matching_ids(
    *, district: str | Sequence[str], kind: str, query: str, limit: int = DEFAULT_LIMIT
) -> QuerySet[SearchDocument, Any]:
    """Ids of the rows of a kind that contain every word of `query`, for `.filter(id__in=…)`.

    Words are divided by blanks; each must occur as it stands, capitals and width apart. A word in letters
    or digits is found from its beginning. At most `limit` rows, the latest: a caller who narrows further and
    must miss nothing asks for more. None when there is nothing to search for: who means "all" does not filter.
    """
    districts = [district] if isinstance(district, str) else list(district)
    return queries.find(districts, kind, query, limit)


def rebuild() -> None:
    """Fill the database's index again from the stored documents."""
    vendor.rebuild(connection)


def check() -> bool:
    """Whether the database's index is there, for `youlin doctor`; `rebuild` makes it."""
    return vendor.is_there(connection)


def _row(document: Document) -> SearchDocument:
    text = tokens.normal(document.text)
    scope = tokens.scope(document.district, document.kind)
    found = " ".join(scope + token for token in sorted(tokens.of_document(text)))
    return SearchDocument(
        district=document.district,
        kind=document.kind,
        object_id=document.object_id,
        text=text,
        tokens=found,
    )


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    source = iter(documents)
    while batch := list(islice(source, _BATCH)):
        yield batch
