"""Whether a case may repeat another, told once when it comes in: close by, of the same category, still open.

What stood there then does not change later, so it is kept with the case, and lists need not look for it again.
`duplicates` answers the finer question, which one and how probably, for one case at a time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from youlin.apps.cases.models import Case

DAYS = 84
LAT, LON = 0.0005, 0.0006
"""About 50 m at 40° north."""


def beside(district: str, category: str, lon: float | None, lat: float | None, at: datetime) -> Exists:
    """Whether an open case of the category stands within about 50 m of a point, reported in the 12 weeks before.

    A condition, so that intake asks it along with something else; false without a point.
    """
    near = Q(pk__in=[])
    if lon is not None and lat is not None:
        near = Q(lat__range=(lat - LAT, lat + LAT), lon__range=(lon - LON, lon + LON))
    return Exists(
        Case.objects.filter(
            near,
            district=district,
            is_open=True,
            category=category,
            reported_at__range=(at - timedelta(days=DAYS), at),
        )
    )


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
