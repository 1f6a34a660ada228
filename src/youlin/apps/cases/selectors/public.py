"""Cases as anybody may see them. Never a person, never a confidential case, a coarse place where asked for."""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup, texts
from youlin.apps.cases.models import Case, CaseMedia, Category
from youlin.apps.cases.selectors import filtering, making, timeline
from youlin.apps.cases.selectors.rows import Nearby, PublicCase, PublicCasePage, PublicPage, Step
from youlin.apps.duties import selectors as duties
from youlin.kernel import ids
from youlin.kernel.errors import NotFound
from youlin.kernel.media import services as media

TOTAL_CAP = 10_000
PAGE_MOST = 1000
METRES_PER_DEGREE = 111_320.0
_COARSE = 3
"""Decimals kept of a coarse place: 0.001° is about 100 m."""


def public_cases(
    *,
    district: str = "",
    numbers: Sequence[str] = (),
    bbox: tuple[float, float, float, float] | None = None,
    category: str | Sequence[str] = "",
    area: str = "",
    open: bool | None = None,
    text: str = "",
    reported_from: datetime | None = None,
    reported_to: datetime | None = None,
    updated_from: datetime | None = None,
    updated_to: datetime | None = None,
    page: int = 1,
    size: int = 50,
) -> PublicPage:
    """Public cases, newest first. From-moments are included, to-moments too; codes are prefixes.

    Of several categories the cases of any are shown.
    """
    rows = _public(district)
    if numbers:
        rows = rows.filter(number__in=[ids.normalise_number(number) for number in numbers])
    if bbox:
        rows = rows.filter(filtering.within(bbox))
    codes = (category,) if isinstance(category, str) else category
    if any(codes):
        rows = rows.filter(reduce(or_, (filtering.below("category", code) for code in codes)))
    if area:
        rows = rows.filter(filtering.inside("area_now", area))
    if open is not None:
        rows = rows.filter(is_open=open)
    if text.strip():
        rows = rows.filter(filtering.matching(text, _shards(district)))
    spans = {
        "reported_at__gte": reported_from,
        "reported_at__lte": reported_to,
        "updated_at__gte": updated_from,
        "updated_at__lte": updated_to,
    }
    rows = rows.filter(**{key: value for key, value in spans.items() if value is not None})
    size = max(1, min(size, PAGE_MOST))
    total = rows.order_by().values("pk")[: TOTAL_CAP + 1].count()
    start = (max(1, page) - 1) * size
    found = rows.order_by(F("reported_at").desc(), "id")[start : start + size]
    return PublicPage(
        cases(list(found)), max(1, page), size, min(total, TOTAL_CAP), total_is_capped=total > TOTAL_CAP
    )


def public_case(number: str) -> PublicCasePage:
    """One public case with what happened to it. Raises `NotFound`."""
    case = lookup.with_number(number)
    if not case.public:
        raise NotFound(_("没有编号为“%(number)s”的公开案件") % {"number": number}, field="number")
    table = lookup.table_of(case.case_type)
    photos = timeline.photos_of(case, public_only=True)
    return PublicCasePage(cases([case])[0], timeline.for_public(case, table, photos), public_steps(case))


def public_steps(case: Case) -> tuple[Step, ...]:
    """The steps of a case; they say nothing about anybody."""
    table = lookup.table_of(case.case_type)
    current = table.step_of(case.state)
    done_to = len(table.steps) if not case.is_open and not current else current
    return tuple(
        Step(number, name, "current" if number == current else "done" if number < done_to else "ahead")
        for number, name in enumerate(table.step_names(), start=1)
    )


def nearby_open(
    *,
    lon: float,
    lat: float,
    category: str = "",
    metres: int = 100,
    limit: int = 5,
    district: str = "",
) -> tuple[Nearby, ...]:
    """Open public cases within `metres` of a point, nearest first; of `category` or below it if given."""
    north = metres / METRES_PER_DEGREE
    east = north / max(0.05, math.cos(math.radians(lat)))
    rows = _public(district).filter(
        filtering.within((lon - east, lat - north, lon + east, lat + north)), is_open=True
    )
    if category:
        rows = rows.filter(filtering.below("category", category))
    near = [
        (distance(lon, lat, case.lon, case.lat), case)
        for case in rows.order_by("-reported_at")[: 20 * limit]
        if case.lon is not None and case.lat is not None
    ]
    kept = sorted(((far, case) for far, case in near if far <= metres), key=lambda pair: pair[0])[:limit]
    thumbs = _photos([case for _far, case in kept], size="thumb")
    return tuple(
        Nearby(
            number=shown.number,
            title=shown.title,
            category=shown.category,
            category_name=shown.category_name,
            state_name=shown.state_name,
            metres=round(far),
            lon=shown.lon,
            lat=shown.lat,
            reported_at=shown.reported_at,
            me_too=shown.me_too,
            thumb_url=next(iter(thumbs.get(shown.id, ())), ""),
        )
        for (far, _case), shown in zip(kept, cases([case for _far, case in kept]), strict=True)
        if shown.lon is not None and shown.lat is not None
    )


def distance(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two points close to each other, on a plane that fits the latitude."""
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(east, other_lat - lat) * METRES_PER_DEGREE


def cases(rows: Sequence[Case]) -> tuple[PublicCase, ...]:
    """Cases as the public sees them, in their order; three queries for any number."""
    known = making.know(rows, None)
    coarse = _coarse_categories(rows)
    photos = _photos(rows, size="full")
    return tuple(
        _case(case, known, (case.district, case.category) in coarse, photos.get(case.id, ())) for case in rows
    )


def _case(case: Case, known: making.Known, coarse: bool, photos: tuple[str, ...]) -> PublicCase:
    table = known.table(case)
    area = _street(case.area_now) if coarse else case.area_now
    return PublicCase(
        id=case.id,
        district=case.district,
        number=case.number,
        title=texts.without_personal(case.title),
        description=texts.without_personal(case.description),
        category=case.category,
        category_name=known.category_name(case),
        state=case.state,
        state_name=table.state(case.state).title(),
        step=table.step_of(case.state),
        steps=len(table.steps),
        is_open=case.is_open,
        outcome=case.outcome,
        area=area,
        area_path=areas.local_path(area),
        address="" if coarse else texts.without_personal(case.address),
        lon=_round(case.lon, coarse),
        lat=_round(case.lat, coarse),
        approximate=coarse,
        reported_at=case.reported_at,
        updated_at=case.updated_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        me_too=case.me_too_count,
        is_demo=case.is_demo,
        photo_urls=() if coarse else photos,
    )


def _street(code: str) -> str:
    """The street that an area lies in; a larger area stays as it is."""
    return next((one for one in (code, *areas.ancestors(code)) if areas.level(one) == "street"), code)


def _public(district: str) -> QuerySet[Case]:
    return Case.objects.filter(
        district__in=_shards(district), public=True, confidential=False, duplicate_of__isnull=True
    ).exclude(outcome="void")


def _shards(district: str) -> tuple[str, ...]:
    return (district,) if district else duties.all_districts()


def _coarse_categories(rows: Sequence[Case]) -> set[tuple[str, str]]:
    """The categories among them whose place is shown coarsely."""
    if not rows:
        return set()
    found = Category.objects.filter(
        district__in={case.district for case in rows},
        code__in={case.category for case in rows},
        approximate_place=True,
    )
    return set(found.values_list("district", "code"))


def _photos(rows: Sequence[Case], *, size: str) -> dict[object, tuple[str, ...]]:
    """Addresses of public photos by case. One query."""
    found: dict[object, tuple[str, ...]] = {}
    if not rows:
        return found
    kept = CaseMedia.objects.filter(
        district__in={case.district for case in rows}, case__in=rows, public=True, file__kind="photo"
    ).select_related("file")
    for one in kept.order_by("created_at", "position", "id"):
        found[one.case_id] = (*found.get(one.case_id, ()), media.url(one.file, size=size))
    return found


def _round(value: float | None, coarse: bool) -> float | None:
    return round(value, _COARSE) if coarse and value is not None else value
