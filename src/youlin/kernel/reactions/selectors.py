"""What people may want to know about reactions."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import models

from youlin.kernel import clock
from youlin.kernel.journal import START, JournalEntry
from youlin.kernel.journal.positions import after, districts_behind
from youlin.kernel.reactions.models import ReactionCursor, ReactionFailure

_COUNTED = 1000


class Backlog(NamedTuple):
    """Entries that reactions have not read yet (counted to 1,000 a district) and the age of the oldest."""

    entries: int
    age: timedelta


def failing(district: str | None = None) -> models.QuerySet[ReactionFailure]:
    """Failures that wait for their next try or for people, the oldest first."""
    failures = ReactionFailure.objects.exclude(state=ReactionFailure.State.SOLVED)
    if district is not None:
        failures = failures.filter(district=district)
    return failures.select_related("entry").order_by("failed_at")


def backlog() -> Backlog:
    """How far reactions are behind the journal, over all districts."""
    read = {cursor.district: cursor.position for cursor in ReactionCursor.objects.all()}
    entries, oldest = 0, None
    for district in districts_behind(ReactionCursor._meta.db_table):
        waiting = JournalEntry.objects.filter(after(read.get(district, START)), district=district)
        entries += waiting[:_COUNTED].count()
        first = waiting.order_by("epoch", "seq").first()
        if first is not None and (oldest is None or first.id.int < oldest.id.int):
            oldest = first
    age = clock.now() - _written(oldest) if oldest else timedelta(0)
    return Backlog(entries, max(age, timedelta(0)))  # a clock that was set back leaves ids ahead of it


def _written(entry: JournalEntry) -> datetime:
    """When the entry was written, from its UUIDv7: `at` may lie far back for what was imported."""
    return datetime.fromtimestamp((entry.id.int >> 80) / 1000, UTC)
