"""The count of a district's changes of something: who changes it takes the next number.

The row of the count is locked until the transaction ends, so that numbers become visible in their order. They grow by a
random step: two transactions of which one is rolled back never give the same number to different things.
"""

import random
from typing import Any

from django.db.models import F

from youlin.kernel import rows
from youlin.kernel.db import DistrictModel
from youlin.kernel.open_changes import OpenChanges
from youlin.kernel.prepared import Given, Prepared

_random = random.SystemRandom()
_LONGEST_STEP = 1 << 20


class Revisions:
    """The counts kept in a table with one row for each district and a column `revision`."""

    def __init__(self, model: type[DistrictModel]) -> None:
        self._rows: Any = model._default_manager
        self._model = model
        self._mine = OpenChanges()
        self._latest: Prepared[Any] = Prepared(
            lambda: self._rows.filter(
                district=Given("district", model._meta.get_field("district"))
            ).values_list("revision")
        )

    def take(self, district: str) -> int:
        """The number under which this transaction's changes become visible; others wait until it ends."""
        known = self._rows.filter(district=district)
        step = _random.randrange(1, _LONGEST_STEP)
        if not known.update(revision=F("revision") + step):
            rows.insert_if_new(self._model(district=district))
            known.update(revision=F("revision") + step)
        self._mine.note(district)
        return self.latest(district)

    def latest(self, district: str) -> int:
        """The number of the last change that this transaction can see; 0 when there was none."""
        found = self._latest.values(district=district)
        return int(found[0][0]) if found else 0

    def open_here(self, district: str) -> bool:
        """Whether this thread has changed something in a transaction that is still open."""
        self._mine.settle()
        return self._mine.token(district) is not None
