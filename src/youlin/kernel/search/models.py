"""The search table: for every searchable row its text, brought to one form, and the tokens made of it."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from youlin.kernel.db import DistrictModel

if TYPE_CHECKING:
    Text = models.TextField[str, str]
    MaybeText = models.TextField[str | None, str | None]
else:
    Text = MaybeText = models.TextField


class TokensField(Text):
    """Tokens separated by blanks: a `tsvector` on PostgreSQL, text that feeds an FTS5 index on SQLite."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


class MarksField(MaybeText):
    """The same for marks, which may be unknown."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


@MarksField.register_lookup
@TokensField.register_lookup
class Matches(models.Lookup[str]):
    """`tokens__matches`: a `tsquery` in its text form. Only PostgreSQL knows it."""

    lookup_name = "matches"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        tokens, before = self.process_lhs(compiler, connection)
        query, after = self.process_rhs(compiler, connection)
        return f"{tokens} @@ {query}::tsquery", (*before, *after)


class SearchDocument(DistrictModel):
    """What can be found of one row. `slot` is the row's number in the SQLite index, set by a trigger.

    `marks` are what a search is narrowed by inside the index (`kernel.search.marks`); None where nobody has
    said yet, as in rows that an older version wrote.
    """

    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    text = models.TextField()
    tokens = TokensField()
    marks = MarksField(null=True, editable=False)
    slot = models.BigIntegerField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "object_id"], name="search_document_once")
        ]
        indexes = [
            models.Index(
                fields=["district", "kind"], condition=models.Q(marks__isnull=True), name="search_unmarked"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
