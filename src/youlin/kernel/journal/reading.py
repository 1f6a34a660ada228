"""Reading the journal: one row's history, and the district's feed that misses nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models

from youlin.kernel import crypto
from youlin.kernel.journal import positions
from youlin.kernel.journal.models import START, JournalEntry, Position
from youlin.kernel.journal.writing import home_of, key_of


def entries_for(subject: models.Model, *, district: str = "") -> list[JournalEntry]:
    """The subject's history, oldest first. `district` only for a subject without one (see `append`)."""
    kind, id = key_of(subject)
    home = home_of(subject, district)
    found = JournalEntry.objects.filter(district=home, subject_kind=kind, subject_id=id)
    return list(found.order_by("subject_seq"))


def read_batch(
    district: str, cursor: Position | None, limit: int, *, acts: Sequence[str] | None = None
) -> tuple[list[JournalEntry], Position]:
    """The next entries behind `cursor` (None: from the start), and the cursor to go on from.

    Whoever keeps the returned cursor sees every committed entry exactly once, in an order in which the
    entries of one row keep theirs. Entries of transactions that an older one may still overtake are
    left for a later call. With `acts`, others are skipped and the cursor moves past them.
    """
    cursor = cursor or START
    feed = JournalEntry.objects.filter(positions.after(cursor), district=district)
    end = end_of(district)
    if end is None or end <= cursor:
        return [], cursor
    feed = feed.filter(positions.upto(end))
    if acts is not None:
        feed = feed.filter(act__in=acts)
    entries = list(feed.order_by("epoch", "seq")[:limit]) if acts is None or acts else []
    return entries, entries[-1].position if len(entries) == limit else end


def end_of(district: str) -> Position | None:
    """The last position behind which nothing older can appear; None when there is none."""
    entries = positions.settled(JournalEntry.objects.filter(district=district))
    last = entries.order_by("-epoch", "-seq").values_list("epoch", "seq").first()
    return Position(*last) if last else None


def opened(entry: JournalEntry) -> dict[UUID, dict[str, Any]]:
    """The sealed parts that can still be opened, by person; those of erased people are missing."""
    parts = [(UUID(person), text) for person, text in entry.sealed.items()]
    if not parts:
        return {}
    data = crypto.unseal_many(parts)
    return {person: found for (person, _), found in zip(parts, data, strict=True) if found is not None}
