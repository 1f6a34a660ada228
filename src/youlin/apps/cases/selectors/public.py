"""Cases as anybody may see them. Never a person, never a confidential case, a coarse place where asked for."""

import math
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case as CaseWhen
from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet, Value, When

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup, texts
from youlin.apps.cases.crossing import selectors as crossings
from youlin.apps.cases.models import Case, CaseMedia, Category, PublishedWords
from youlin.apps.cases.moderation import published
from youlin.apps.cases.selectors import filtering, making, mapping, questions, timeline
from youlin.apps.cases.selectors.rows import Box, Nearby, Page, PublicCase, PublicCasePage, PublicMap
from youlin.apps.duties import selectors as duties
from youlin.kernel import counting, ids
from youlin.kernel.cells import Cell
from youlin.kernel.journal import JournalEntry
from youlin.kernel.media import services as media
from youlin.kernel.media.models import MediaFile

COUNT_MOST = 1_000
LEAF_TO = 10_000
"""How far lists are counted at first, and how far they can be leafed through."""
PAGE_MOST = 1000
METRES_PER_DEGREE = 111_320.0
_COARSE = 3
"""Decimals kept of a coarse place: 0.001° is about 100 m."""


def public_cases(
    *,
    district: str = "",
    numbers: Sequence[str] = (),
    bbox: Box | None = None,
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
    skip: int = 0,
) -> Page[PublicCase]:
    """Public cases, newest first. From-moments are included, to-moments too; codes are prefixes.
    `skip` begins after so many cases, whatever the page.

    Of several categories the cases of any are shown. A case with a coarse place is found only by what is
    shown of it, so that nobody can narrow it down.
    """
    rows = _asked(district, category, area, open, text)
    if numbers:
        rows = rows.filter(number__in=[ids.normalise_number(number) for number in numbers])
    if bbox:
        rows = rows.filter(_shown_within(bbox))
    spans = {
        "reported_at__gte": reported_from,
        "reported_at__lte": reported_to,
        "updated_at__gte": updated_from,
        "updated_at__lte": updated_to,
    }
    rows = rows.filter(**{key: value for key, value in spans.items() if value is not None})
    size = max(1, min(size, PAGE_MOST))
    start = skip or (max(1, page) - 1) * size
    total, capped = counting.ahead(rows, page=start // size + 1, size=size, most=COUNT_MOST, leaf_to=LEAF_TO)
    found = rows.order_by(F("reported_at").desc(), "id")[start : start + size]
    return Page(cases(list(found)), max(1, page), size, total, total_is_capped=capped)


def public_map(
    *,
    district: str,
    category: str = "",
    area: str = "",
    open: bool | None = None,
    text: str = "",
    box: Box | None = None,
) -> PublicMap:
    """What a live map shows of the public cases in `box`: each where they are few, else clusters."""
    rows = _asked(district, category, area, open, text)
    drawn = mapping.Drawn(_shown("lon"), _shown("lat"), _shown_within)
    few, clusters = mapping.look(rows, drawn, box=box, late=Q(pk__in=[]))
    return PublicMap(cases(few), clusters)


def public_case(number: str) -> PublicCasePage:
    """One public case with what happened to it; of a merged one the case that stays, where that is public too.

    Raises `NotFound`.
    """
    asked = lookup.with_number(number, public=True)
    head = lookup.head_of(asked)
    here = head if head.public and not head.confidential else asked
    there = crossings.now_at(here)
    case = there if there.public and not there.confidential else here
    table = lookup.table_of(case.case_type)
    shown = cases([case])[0]
    photos = () if shown.approximate else timeline.photos_of(case, public_only=True)
    said = partial(_said, case, published.of([case]).get(case.id), shown.approximate)
    return PublicCasePage(
        shown,
        timeline.for_public(case, table, photos, said=said),
        timeline.steps(case, table),
        merged_from=asked.number if asked.id != case.id and asked.district == case.district else "",
        moved_from=asked.number if asked.district != case.district else "",
        moved_to=there.number if there.id != case.id and not there.confidential else "",
        moving_to=crossings.moving_to(case),
    )


def number_now(row: PublicCase) -> str:
    """The number under which a case that was handed over lives on in another district; "" where it has not moved,
    or may not be shown there. No query for a case that was never handed over."""
    if row.outcome != "transferred":
        return ""
    case = lookup.by_number(row.number, district=row.district).select_related("case_type").first()
    there = crossings.now_at(case) if case else None
    return there.number if there and there.id != row.id and not there.confidential else ""


def _said(case: Case, words: PublishedWords | None, coarse: bool, entry: JournalEntry) -> str:
    """An answer as the public reads it: where the place is coarse, only what a person let out."""
    return "" if coarse and words is None else published.note(case, words, entry)


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
        _shown_within((lon - east, lat - north, lon + east, lat + north)), is_open=True
    )
    if category:
        rows = rows.filter(filtering.below("category", category))
    near = [
        (distance(lon, lat, shown.lon, shown.lat), shown)
        for shown in cases(rows.order_by("-reported_at")[: 20 * limit])
        if shown.lon is not None and shown.lat is not None
    ]
    kept = sorted(((far, shown) for far, shown in near if far <= metres), key=lambda pair: pair[0])[:limit]
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
            thumb_url=next(iter(shown.thumb_urls), ""),
        )
        for far, shown in kept
        if shown.lon is not None and shown.lat is not None
    )


def distance(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two points close to each other, on a plane that fits the latitude."""
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(east, other_lat - lat) * METRES_PER_DEGREE


def cases(found: Iterable[Case], *, own: Collection[UUID] = ()) -> tuple[PublicCase, ...]:
    """Cases as the public sees them, in their order; five queries for any number.

    Those whose ids are in `own` are shown to the one who reported them: the place as they gave it.
    """
    rows = list(found)
    known = making.know(rows, None)
    coarse = _coarse_categories(rows)
    photos = _photos(rows)
    approved = published.of(rows)
    shown = tuple(
        _case(
            case,
            known,
            case.id not in own and (case.district, case.category) in coarse,
            _words(case, approved.get(case.id), case.id in own),
            photos.get(case.id, ()),
        )
        for case in rows
    )
    return questions.with_answers(rows, shown, own=own)


class _Words(NamedTuple):
    title: str
    description: str
    address: str


def _words(case: Case, approved: PublishedWords | None, own: bool) -> _Words:
    """What a reader may read: the reporter their own words, all others what was approved.

    What still waits for a moderator, or was kept from the public, has no words for others.
    """
    if own:
        return _Words(*map(texts.without_personal, (case.title, case.description, case.address)))
    if case.public:
        return _Words(
            published.title(case, approved),
            published.description(case, approved),
            published.address(case, approved),
        )
    return _Words("", "", "")


def _case(
    case: Case, known: making.Known, coarse: bool, words: _Words, photos: tuple[MediaFile, ...]
) -> PublicCase:
    """Where the place is coarse the words are left out too: people write where they live."""
    table = known.table(case)
    area = _street(case.area_now) if coarse else case.area_now
    return PublicCase(
        id=case.id,
        district=case.district,
        number=case.number,
        title=known.category_name(case) if coarse else words.title or known.category_name(case),
        description="" if coarse else words.description,
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
        address="" if coarse else words.address,
        lon=_round(case.lon, coarse),
        lat=_round(case.lat, coarse),
        approximate=coarse,
        reported_at=case.reported_at,
        updated_at=case.updated_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        me_too=case.me_too_count,
        is_demo=case.is_demo,
        photo_urls=() if coarse else tuple(media.url(one, size="full") for one in photos),
        thumb_urls=() if coarse else tuple(media.url(one, size="thumb") for one in photos),
    )


def _street(code: str) -> str:
    """The street that an area lies in; a larger area stays as it is."""
    return next((one for one in (code, *areas.ancestors(code)) if areas.level(one) == "street"), code)


def _public(district: str) -> QuerySet[Case]:
    return Case.objects.filter(
        district__in=_shards(district), public=True, confidential=False, duplicate_of__isnull=True
    ).exclude(outcome__in=("void", "transferred"))


def _is_coarse() -> Exists:
    """Cases whose category asks for a coarse place."""
    asking = Category.objects.filter(
        district=OuterRef("district"), code=OuterRef("category"), approximate_place=True
    )
    return Exists(asking)


def _asked(
    district: str, category: str | Sequence[str], area: str, open: bool | None, text: str
) -> QuerySet[Case]:
    rows = _public(district)
    codes = (category,) if isinstance(category, str) else category
    if any(codes):
        rows = rows.filter(reduce(or_, (filtering.below("category", code) for code in codes)))
    if area:
        rows = rows.filter(filtering.inside("area_now", area))
        rows = rows.filter(~_is_coarse()) if len(area) > len(_street(area)) else rows
    if open is not None:
        rows = rows.filter(is_open=open)
    if text.strip():
        shards = _shards(district)
        having = filtering.marked(open=open, areas=[[area]] if area else [])
        found = published.matching(text, shards, filtering.matching(text, shards, having=having))
        rows = rows.filter(found, ~_is_coarse())
    return rows


def _shown(coordinate: str) -> Any:
    """A coordinate as it is shown: that of a coarse place rounded."""
    step = 10.0**-_COARSE
    rounded = ExpressionWrapper(
        Cell(F(coordinate), -180 - step / 2, step) * Value(step) - Value(180.0), output_field=FloatField()
    )
    return CaseWhen(When(_is_coarse(), then=rounded), default=F(coordinate), output_field=FloatField())


def _shown_within(bbox: Box) -> Q:
    """Cases whose *shown* point lies in a box: a coarse one counts where it is drawn, not where it is."""
    west, south, east, north = bbox
    scale = 10**_COARSE
    drawn = Q(
        lon__gte=(math.ceil(west * scale) - 0.5) / scale,
        lon__lt=(math.floor(east * scale) + 0.5) / scale,
        lat__gte=(math.ceil(south * scale) - 0.5) / scale,
        lat__lt=(math.floor(north * scale) + 0.5) / scale,
    )
    return (Q(_is_coarse()) & drawn) | (Q(~_is_coarse()) & filtering.within(bbox))


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


def _photos(rows: Sequence[Case]) -> dict[UUID, tuple[MediaFile, ...]]:
    """Public photos by case. One query."""
    found: dict[UUID, tuple[MediaFile, ...]] = {}
    if not rows:
        return found
    kept = CaseMedia.objects.filter(
        district__in={case.district for case in rows}, case__in=rows, public=True, file__kind="photo"
    ).select_related("file")
    for one in kept.order_by("created_at", "position", "id"):
        found[one.case_id] = (*found.get(one.case_id, ()), one.file)
    return found


def _round(value: float | None, coarse: bool) -> float | None:
    return round(value, _COARSE) if coarse and value is not None else value
