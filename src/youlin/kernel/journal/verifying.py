"""Proof that the journal is as it was written, or where it first is not (`youlin doctor --journal`)."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.kernel import canonical
from youlin.kernel.journal import merkle, positions, reading, signing
from youlin.kernel.journal.digests import leaf
from youlin.kernel.journal.models import START, JournalDigest, JournalEntry, Position
from youlin.kernel.journal.positions import Head, Key

Progress = Callable[[int, int], None]
"""Told how many entries are proved so far, and of how many."""


@dataclass(frozen=True)
class Break:
    """One place where the journal is not what was written.

    `kind`: `content` an entry's fields differ from its hash; `sealed` its sealed part was exchanged; `gap`
    an entry before it is missing; `link` it does not follow the entry before it; `count` entries that a
    digest counted are missing or were added; `heads` the rows' last entries are not those that a digest
    saw; `signature` a digest was not signed by this installation; `chain` a digest does not follow its
    predecessor.
    """

    kind: Literal["content", "sealed", "gap", "link", "count", "heads", "signature", "chain"]
    district: str
    position: Position
    message: str
    entry: UUID | None = None
    subject: str = ""
    day: date | None = None

    def __str__(self) -> str:
        return self.message


def verify(district: str | None = None, progress: Progress | None = None) -> list[Break]:
    """Prove chains, sealed parts, digests and their signatures; the breaks, the first one first.

    Reads every entry once, in memory that does not grow with their number. What is written meanwhile is
    left for the next time. No key of any person is needed: an erased person breaks nothing.
    """
    proofs = [_District(name) for name in ([district] if district is not None else _districts())]
    steps = _Steps(proofs, progress)
    found: list[Break] = []
    for proof in proofs:
        found += sorted(proof.breaks(steps), key=lambda found: found.position)
    return found


def _districts() -> list[str]:
    with_digest = JournalDigest.objects.values_list("district", flat=True).distinct()
    return sorted({*positions.districts(), *with_digest})


@dataclass
class _Day:
    """What the entries say should be in one digest."""

    tree: merkle.Tree = field(default_factory=merkle.Tree)
    entries: int = 0
    subjects: int = 0


class _District:
    """The proof of one district's journal."""

    def __init__(self, district: str) -> None:
        self.district = district
        self.digests = list(
            JournalDigest.objects.filter(district=district).order_by("upto_epoch", "upto_seq")
        )
        self.ends = [digest.upto for digest in self.digests]
        self.days = [_Day() for _digest in self.digests]
        self.end = max([reading.end_of(district) or START, *self.ends])
        self.entries = JournalEntry.objects.filter(positions.upto(self.end), district=district)

    def breaks(self, steps: "_Steps") -> Iterator[Break]:
        """Everything that does not hold, chains before digests."""
        for key, history in self._histories():
            yield from self._prove_chain(key, history, steps)
        yield from self._prove_digests()

    def _histories(self) -> Iterator[tuple[Key, Iterator[JournalEntry]]]:
        """Each row of the district with its entries, kinds and ids in order."""
        kinds = self.entries.order_by().values_list("subject_kind", flat=True).distinct()
        for kind in sorted(kinds):
            stream = _Stream(
                self.entries.filter(subject_kind=kind)
                .order_by("subject_id", "subject_seq")
                .iterator(chunk_size=2000)
            )
            while stream.next is not None:
                id = stream.next.subject_id
                yield (kind, id), stream.while_subject(id)

    def _prove_chain(self, key: Key, history: Iterator[JournalEntry], steps: "_Steps") -> Iterator[Break]:
        last: JournalEntry | None = None
        heads: dict[int, Head] = {}
        for entry in history:
            yield from self._prove_entry(entry, last)
            day = bisect_left(self.ends, entry.position)
            if day < len(self.days):
                self.days[day].entries += 1
                self.days[day].subjects += last is None
                heads[day] = Head(entry.subject_seq, entry.hash, entry.epoch)
            last = entry
            steps.one_more()
        for day, head in heads.items():
            self.days[day].tree.add(leaf(key, head))

    def _prove_entry(self, entry: JournalEntry, last: JournalEntry | None) -> Iterator[Break]:
        if canonical.digest(entry.statement()) != entry.hash:
            yield self._at(entry, "content", _("内容与散列值不符，有字段被改动"))
        if (canonical.digest(entry.sealed) if entry.sealed else "") != entry.sealed_digest:
            yield self._at(entry, "sealed", _("封存内容与其摘要不符，已被调换"))
        expected = last.subject_seq + 1 if last else 1
        if entry.subject_seq != expected:
            yield self._at(entry, "gap", _("它之前的第 %(seq)s 条缺失") % {"seq": expected})
        elif entry.previous_hash != (last.hash if last else ""):
            yield self._at(entry, "link", _("它不接在前一条之后"))

    def _prove_digests(self) -> Iterator[Break]:
        entries = subjects = 0
        root = ""
        for digest, day in zip(self.digests, self.days, strict=True):
            entries += day.entries
            subjects += day.subjects
            if (digest.entry_count, digest.subject_count) != (entries, subjects):
                words = _(
                    "摘要签有 %(signed)s 条、%(rows)s 个对象，现有 %(found)s 条、%(found_rows)s 个对象"
                ) % {
                    "signed": digest.entry_count,
                    "rows": digest.subject_count,
                    "found": entries,
                    "found_rows": subjects,
                }
                yield self._on(digest, "count", words)
            elif digest.merkle_root != day.tree.root():
                yield self._on(digest, "heads", _("各对象的最后一条与摘要不符"))
            yield from self._prove_signature(digest)
            if digest.previous_root != root:
                yield self._on(digest, "chain", _("它不接在前一份摘要之后"))
            root, entries, subjects = digest.root, digest.entry_count, digest.subject_count

    def _prove_signature(self, digest: JournalDigest) -> Iterator[Break]:
        signed = signing.is_signed(canonical.dumps(digest.statement()), digest.signature, by=digest.key_id)
        if signed is None:
            words = _("签名密钥 %(key)s 不在密钥文件夹中（signing-*.pub）") % {"key": digest.key_id}
            yield self._on(digest, "signature", words)
        elif not signed:
            yield self._on(digest, "signature", _("签名与内容不符，摘要被改动或伪造"))

    def _at(self, entry: JournalEntry, kind: Literal["content", "sealed", "gap", "link"], what: str) -> Break:
        subject = f"{entry.subject_kind} {entry.subject_id}"
        message = _("%(district)s 日志：%(subject)s 的第 %(seq)s 条（%(act)s，%(id)s）%(what)s") % {
            "district": self.district,
            "subject": subject,
            "seq": entry.subject_seq,
            "act": entry.act,
            "id": entry.id,
            "what": "：" + what,
        }
        return Break(kind, self.district, entry.position, message, entry=entry.id, subject=subject)

    def _on(
        self, digest: JournalDigest, kind: Literal["count", "heads", "signature", "chain"], what: str
    ) -> Break:
        message = _("%(district)s 日志：%(day)s 的摘要：%(what)s") % {
            "district": self.district,
            "day": digest.day,
            "what": what,
        }
        return Break(kind, self.district, digest.upto, message, day=digest.day)


class _Steps:
    """Counts the entries proved and tells now and then."""

    def __init__(self, proofs: "list[_District]", progress: Progress | None) -> None:
        self.progress = progress
        self.total = sum(proof.entries.count() for proof in proofs) if progress else 0
        self.done = 0

    def one_more(self) -> None:
        self.done += 1
        if self.progress and (self.done % 1000 == 0 or self.done == self.total):
            self.progress(self.done, self.total)


class _Stream:
    """Entries in the order of their rows, handed out row by row."""

    def __init__(self, entries: Iterator[JournalEntry]) -> None:
        self._entries = entries
        self.next: JournalEntry | None = next(entries, None)

    def while_subject(self, id: UUID) -> Iterator[JournalEntry]:
        while self.next is not None and self.next.subject_id == id:
            yield self.next
            self.next = next(self._entries, None)
