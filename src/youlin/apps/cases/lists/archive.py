"""Old cases leave the working lists and stay where they are: search, numbers, exports and rates still see them.

Nothing is moved. A flag takes a case out of the partial index of the closed list, so that this stays as small as
the last months however many years there are. Who opens a case again takes it out of the archive.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from youlin.apps.cases.models import ArchiveRun, Case
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM, Actor

_BATCH = 2000


@jobs.every(name="cases.archive", daily_at="02:40")
def archive_nightly() -> int:
    """Archive what was closed more than `settings.ARCHIVE_DAYS` days ago; how many. 0 days: never."""
    if settings.ARCHIVE_DAYS <= 0:
        return 0
    before = clock.now() - timedelta(days=settings.ARCHIVE_DAYS)
    return archive_closed(actor=SYSTEM, before=before)


def archive_closed(*, actor: Actor, before: datetime) -> int:
    """Archive every case closed before a moment, a batch in a transaction; how many. Again changes nothing."""
    return sum(_district(actor, district, before) for district in duties.all_districts())


def _district(actor: Actor, district: str, before: datetime) -> int:
    total = 0
    while moved := _batch(actor, district, before):
        total += moved
    return total


@transaction.atomic
def _batch(actor: Actor, district: str, before: datetime) -> int:
    """One journal entry speaks for the whole batch: nothing that anybody promised or did has changed."""
    old = Case.objects.filter(district=district, is_open=False, archived=False, closed_at__lt=before)
    ids = list(old.order_by("closed_at").values_list("id", flat=True)[:_BATCH])
    if not ids:
        return 0
    moved = Case.objects.filter(district=district, id__in=ids, is_open=False).update(archived=True)
    run = ArchiveRun.objects.create(district=district, closed_before=before, count=moved)
    after = {"count": moved, "closed_before": before.isoformat()}
    journal.append(act="cases.archived", actor=actor, subject=run, after=after, first=True)
    return moved
