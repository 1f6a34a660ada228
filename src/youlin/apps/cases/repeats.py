"""Whether a case may repeat another, told once when it comes in: close by, of the same category, still open.

What stood there then does not change later, so it is kept with the case, and lists need not look for it again.
`duplicates` answers the finer question, which one and how probably, for one case at a time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import CharField, DateTimeField, Exists, FloatField, OuterRef, Q, QuerySet

from youlin.apps.cases.models import Case, Category
from youlin.kernel.prepared import Given, Prepared

DAYS = 84
LAT, LON = 0.0005, 0.0006
"""About 50 m at 40° north."""


def kind_and_beside(
    district: str, category: str, lon: float | None, lat: float | None, at: datetime
) -> tuple[Category | None, bool]:
    """A category in force, and whether an open case of it stands within about 50 m of a point, reported in the
    12 weeks before: one question to the database. None beside where there is no point.
    """
    given = {"district": district, "category": category}
    if lon is None or lat is None:
        return _KIND.first(**given), False
    box = {"west": lon - LON, "east": lon + LON, "south": lat - LAT, "north": lat + LAT}
    found = _KIND_AND_BESIDE.first(**given, **box, since=at - timedelta(days=DAYS), at=at)
    return found, bool(found and getattr(found, "beside"))  # noqa: B009


def _kind() -> QuerySet[Category]:
    given = Given("district", CharField()), Given("category", CharField())
    found = Category.objects.filter(district=given[0], code=given[1], retired_at__isnull=True)
    return found.only(
        "district", "code", "name", "name_en", "case_type", "limits", "attributes", "reportable"
    )


def _kind_and_beside() -> QuerySet[Category]:
    box = {name: Given(name, FloatField()) for name in ("west", "east", "south", "north")}
    near = Case.objects.filter(
        lat__range=(box["south"], box["north"]),
        lon__range=(box["west"], box["east"]),
        district=Given("district", CharField()),
        is_open=True,
        category=Given("category", CharField()),
        reported_at__range=(Given("since", DateTimeField()), Given("at", DateTimeField())),
    )
    return _kind().annotate(beside=Exists(near))


_KIND, _KIND_AND_BESIDE = Prepared(_kind), Prepared(_kind_and_beside)


def mark(district: str, ids: Iterable[UUID]) -> int:
    """The same for many cases that are in the database already; how many were marked. One query."""
    rows: QuerySet[Case] = Case.objects.filter(district=district, id__in=list(ids), is_open=True)
    return rows.filter(Exists(_earlier())).update(may_repeat=True)


def _earlier() -> QuerySet[Case]:
    return Case.objects.filter(
        Q(lat__gte=OuterRef("lat") - LAT) & Q(lat__lte=OuterRef("lat") + LAT),
        Q(lon__gte=OuterRef("lon") - LON) & Q(lon__lte=OuterRef("lon") + LON),
        district=OuterRef("district"),
        is_open=True,
        category=OuterRef("category"),
        reported_at__lt=OuterRef("reported_at"),
        reported_at__gte=OuterRef("reported_at") - timedelta(days=DAYS),
    )
