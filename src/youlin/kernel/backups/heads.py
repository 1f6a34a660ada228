"""Where every district's journal ended in a copy of the database: by this a shortened copy is told from a whole one.

The signed daily digests end with yesterday's; what was written since stands here, in the backup's signed manifest.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.kernel import canonical
from youlin.kernel.errors import Invalid
from youlin.kernel.journal import merkle
from youlin.kernel.journal.digests import leaf
from youlin.kernel.journal.positions import Head

SQL = """
    SELECT district, subject_kind, subject_id, subject_seq, hash, epoch, seq
    FROM kernel_journalentry ORDER BY district, subject_kind, subject_id, subject_seq"""
"""All entries, each row's together, in an order that the chain's unique index gives."""

Row = tuple[str, str, Any, int, str, int, int]


class JournalHead(NamedTuple):
    """How many entries a district's journal has, its last position, and one digest over the last entries of all rows."""

    entries: int
    epoch: int
    seq: int
    root: str


def of(rows: Iterable[Row]) -> dict[str, JournalHead]:
    """The heads by district, from the rows of `SQL`; memory does not grow with their number."""
    found: dict[str, _Counting] = {}
    for row in rows:
        if row[0] not in found:
            found[row[0]] = _Counting()
        found[row[0]].take(row)
    return {district: counting.head() for district, counting in found.items()}


def as_data(heads: dict[str, JournalHead]) -> dict[str, Any]:
    """As the manifest keeps them."""
    return {district: head._asdict() for district, head in sorted(heads.items())}


def prove(found: dict[str, JournalHead], expected: dict[str, Any]) -> None:
    """Raises `Invalid`, naming the first district whose journal is not the one the manifest was signed over."""
    for district in sorted({*found, *expected}):
        there, signed = found.get(district), expected.get(district)
        if there is not None and signed is not None and there._asdict() == signed:
            continue
        message = _("%(district)s 的日志与清单不符：应有 %(signed)s 条，实有 %(found)s 条") % {
            "district": district,
            "signed": signed["entries"] if signed else 0,
            "found": there.entries if there else 0,
        }
        raise Invalid(message, field="journal", remedy=_("备份被截短或改动，请使用另一份；什么都没有改动"))


class _Counting:
    """One district's entries as they come: a tree for every kind of row, since databases order kinds differently."""

    def __init__(self) -> None:
        self.entries = 0
        self.end = (-1, 0)
        self.trees: dict[str, merkle.Tree] = {}
        self.last: Row | None = None

    def take(self, row: Row) -> None:
        if self.last is not None and self.last[1:3] != row[1:3]:
            self._close(self.last)
        self.entries += 1
        self.end = max(self.end, (row[5], row[6]))
        self.last = row

    def head(self) -> JournalHead:
        if self.last is not None:
            self._close(self.last)
            self.last = None
        roots = [[kind, tree.root()] for kind, tree in sorted(self.trees.items())]
        return JournalHead(self.entries, *self.end, canonical.digest(roots))

    def _close(self, row: Row) -> None:
        tree = self.trees.setdefault(row[1], merkle.Tree())
        id = row[2] if isinstance(row[2], UUID) else UUID(row[2])
        tree.add(leaf((row[1], id), Head(row[3], row[4], row[5])))
