"""The count of a district's changes of places: who changes one takes the next number.

The row is locked until the transaction ends, so that numbers become visible in their order. They grow by a random
step: two transactions of which one is rolled back never give the same number to different things.
"""

import random
import threading
import weakref

from django.db import transaction
from django.db.models import F

from youlin.apps.places.models import PlaceRevision
from youlin.kernel import rows

_random = random.SystemRandom()
_LONGEST_STEP = 1 << 20


class _Pending:
    """Lives in the connection's list of things to do after the commit, so it dies with the transaction."""

    def __call__(self) -> None:
        """Nothing to do: that it is gone says all."""


class _Mine(threading.local):
    def __init__(self) -> None:
        self.open: dict[str, weakref.ref[_Pending]] = {}


_mine = _Mine()


def take(district: str) -> int:
    """The number under which this transaction's changes become visible; others wait until it ends."""
    known = PlaceRevision.objects.filter(district=district)
    step = _random.randrange(1, _LONGEST_STEP)
    if not known.update(revision=F("revision") + step):
        rows.insert_if_new(PlaceRevision(district=district))
        known.update(revision=F("revision") + step)
    pending = _Pending()
    _mine.open[district] = weakref.ref(pending)
    transaction.on_commit(pending)
    return latest(district)


def latest(district: str) -> int:
    """The number of the last change that this transaction can see; 0 when there was none."""
    return PlaceRevision.objects.filter(district=district).values_list("revision", flat=True).first() or 0


def open_here(district: str) -> bool:
    """Whether this thread has changed the district's places in a transaction that is still open."""
    pending = _mine.open.get(district)
    return pending is not None and pending() is not None
