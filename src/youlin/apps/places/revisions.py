"""The count of a district's changes of places: who changes one takes the next number.

The row is locked until the transaction ends, so that numbers become visible in their order. They grow by a random
step: two transactions of which one is rolled back never give the same number to different things.
"""

import random

from django.db.models import F

from youlin.apps.places.models import PlaceRevision
from youlin.kernel import rows
from youlin.kernel.open_changes import OpenChanges
from youlin.kernel.prepared import Given, Prepared

_random = random.SystemRandom()
_LONGEST_STEP = 1 << 20
_mine = OpenChanges()


def take(district: str) -> int:
    """The number under which this transaction's changes become visible; others wait until it ends."""
    known = PlaceRevision.objects.filter(district=district)
    step = _random.randrange(1, _LONGEST_STEP)
    if not known.update(revision=F("revision") + step):
        rows.insert_if_new(PlaceRevision(district=district))
        known.update(revision=F("revision") + step)
    _mine.note(district)
    return latest(district)


def latest(district: str) -> int:
    """The number of the last change that this transaction can see; 0 when there was none."""
    found = _LATEST.values(district=district)
    return int(found[0][0]) if found else 0


_LATEST: Prepared[PlaceRevision] = Prepared(
    lambda: PlaceRevision.objects.filter(
        district=Given("district", PlaceRevision._meta.get_field("district"))
    ).values_list("revision")
)
"""Asked by every search of every visitor."""


def open_here(district: str) -> bool:
    """Whether this thread has changed the district's places in a transaction that is still open."""
    _mine.settle()
    return _mine.token(district) is not None
