"""Counts of cells, changes that are not in them yet, and until when what is late is in them."""

from django.db import models

from youlin.kernel.db import DistrictModel

AREA = 9
"""So many signs of an area's code tell counts apart: a street. Whoever reads less than that has few rows to read."""
LEVELS = (3, 5, 7, 9, 11)
"""A cell of level n is 1/2ⁿ degree wide: from 14 km of a meridian to 54 m."""
FINEST = LEVELS[-1]
WEST, SOUTH = -180.0, -90.0
STEP = 1 / 2**FINEST
FIXED = 10_000_000
"""Degrees are added up as whole numbers of 1 cm, so that adding and taking away again leaves nothing."""


class Tally(DistrictModel):
    """Rows of one cell: how many, how many of them late, and the sums of their coordinates."""

    kind = models.CharField(max_length=40)
    level = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    area = models.CharField(max_length=AREA)
    confidential = models.BooleanField()
    number = models.BigIntegerField()
    late = models.BigIntegerField()
    lon = models.BigIntegerField()
    lat = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "level", "x", "y", "area", "confidential"], name="tally_of_a_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.level}/{self.x}/{self.y}: {self.number}"


class TallyChange(DistrictModel):
    """A row that came (`sign` 1) or went (-1) since; its cell is that of the finest level. `taken` while it is added."""

    kind = models.CharField(max_length=40)
    x = models.IntegerField()
    y = models.IntegerField()
    area = models.CharField(max_length=AREA)
    confidential = models.BooleanField()
    due = models.DateTimeField(null=True)
    sign = models.SmallIntegerField()
    lon = models.BigIntegerField()
    lat = models.BigIntegerField()
    taken = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["district", "kind"], name="tally_change_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sign:+d} {self.x}/{self.y}"


class TallyMark(DistrictModel):
    """Of what is counted here all that was due before `at` is counted as late. Without it nothing is counted yet."""

    kind = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "kind"], name="tally_mark_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
