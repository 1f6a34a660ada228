"""Reporters from before calls were taken: their phones are made findable, so that callers' earlier cases are found.

Every hour it looks whether any are left; then a chain of short jobs goes on until none is. Each part is a transaction
of its own over rows that nobody has looked at, so that it may be killed anywhere and is never done twice.
"""

from django.db import transaction
from django.db.models import QuerySet

from youlin.apps.cases import contacts
from youlin.apps.cases.models import CaseReporter
from youlin.apps.duties import selectors as duties
from youlin.kernel import jobs

PART = 500
PARTS_AT_ONCE = 8


@jobs.every(hours=1, name="cases.find_old_contacts")
def begin() -> bool:
    """Start the chain if a contact is left that nobody has looked at."""
    left = any(_waiting(district).exists() for district in duties.all_districts())
    if left:
        go_on.enqueue()
    return left


@jobs.job(name="cases.blind_old_contacts")
def go_on() -> None:
    """The next few parts; then itself again, until nothing is left."""
    for _part in range(PARTS_AT_ONCE):
        if not blind_some():
            return
    go_on.enqueue()


def blind_some() -> int:
    """Give the next contacts their index, or the mark that they hold no phone; how many."""
    for district in duties.all_districts():
        with transaction.atomic():
            rows = list(_waiting(district).select_for_update().order_by("id")[:PART])
            for row in rows:
                row.contact_blind = contacts.blind_of(row.contact) or contacts.NO_PHONE
            CaseReporter.objects.bulk_update(rows, ["contact_blind"])
        if rows:
            return len(rows)
    return 0


def _waiting(district: str) -> QuerySet[CaseReporter]:
    return CaseReporter.objects.filter(district=district, contact_blind="").exclude(contact="")
