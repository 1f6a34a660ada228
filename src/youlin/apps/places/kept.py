"""What keepers read: their places with those first that ask for them, one place to work on, what visitors said there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.places import permission, selectors
from youlin.apps.places.acts import KEEP
from youlin.apps.places.models import Facility, Place, PlaceVoice
from youlin.apps.places.selectors import PlacePage, PlaceRow
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

DUE = Q(asked_at__isnull=False) | Q(confirmed_at=None, kind__confirm_days__gt=0)
"""Its steward was asked, or nobody has ever confirmed what should be."""
STATES = {"due": DUE, "flagged": Q(flagged_at__isnull=False)}
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Listed:
    """One page of somebody's places; `due` and `flagged` count all of them."""

    rows: list[PlaceRow]
    due_ids: frozenset[UUID]
    total: int
    number: int
    due: int
    flagged: int


@dataclass(frozen=True)
class Heard:
    """One visitor's word that is not settled, with the number of its case if there is one."""

    saying: str
    said_at: datetime
    case: str


@dataclass(frozen=True)
class Offered:
    """A facility that a place may have, and whether it has it and it works."""

    code: str
    name: str
    name_en: str
    has: bool
    working: bool


def districts(actor: Actor) -> tuple[str, ...]:
    """Where the actor keeps places. Raises `NotAllowed` for whoever keeps none."""
    found = tuple(sorted(duties.access(actor).districts(KEEP)))
    if not found:
        raise NotAllowed(_("您没有维护地点的岗位"), remedy=_("如有误，请联系友好城市专班"))
    return found


def whole_districts(actor: Actor) -> tuple[str, ...]:
    """Where the actor keeps every place. Raises `NotAllowed` for whoever does nowhere."""
    access = duties.access(actor)
    found = tuple(one for one in districts(actor) if access.may(KEEP, district=one, area=one))
    if not found:
        raise NotAllowed(_("这里给维护全区地点的人用"), remedy=_("您的地点在手机端“我的地点”里"))
    return found


def listed(
    actor: Actor, *, district: str = "", state: str = "", words: str = "", page: int = 1, size: int = 50
) -> Listed:
    """The actor's places, those to be confirmed first. A fixed number of queries at any size."""
    mine = _mine(actor)
    mine = mine.filter(district=district) if district else mine
    due, flagged = mine.filter(DUE).count(), mine.filter(STATES["flagged"]).count()
    found = mine.filter(STATES[state]) if state in STATES else mine
    if asked := words.replace("\0", "").strip():
        found = found.filter(Q(name__icontains=asked) | Q(address__icontains=asked) | Q(number__iexact=asked))
    total = found.count()
    number = max(1, min(page, -(-total // size), MOST_PAGES))
    rank = Case(When(DUE, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = found.annotate(rank=rank).order_by("rank", "area_now", "name", "id")
    cut = list(ordered.values_list("district", "id", "rank")[(number - 1) * size : number * size])
    return Listed(
        rows=_rows(cut),
        due_ids=frozenset(place_id for _district, place_id, rank in cut if rank == 0),
        total=total,
        number=number,
        due=due,
        flagged=flagged,
    )


def one(actor: Actor, number: str) -> PlacePage:
    """A place that the actor keeps. Raises `NotFound`."""
    district = (
        _mine(actor).filter(number=ids.normalise_number(number)).values_list("district", flat=True).first()
    )
    if district is None:
        raise NotFound(_("没有这个地点，或它不归您维护"))
    return selectors.place_page(actor, district, number)


def heard(actor: Actor, page: PlacePage) -> list[Heard]:
    """What visitors said there that nobody has settled, newest first."""
    rows = PlaceVoice.objects.filter(district=page.row.district, place_id=page.row.id, settled_at=None)
    rows = rows.exclude(saying="thanks").order_by("-said_at")[:20]
    return [Heard(str(row.get_saying_display()), row.said_at, row.case) for row in rows]


def facilities(page: PlacePage) -> list[Offered]:
    """Every facility of the district in its order, with what this place has."""
    has = {found.code: found.working for found in page.row.facilities}
    rows = Facility.objects.filter(district=page.row.district, retired_at=None).order_by("position", "code")
    return [
        Offered(row.code, row.name, row.name_en, row.code in has, has.get(row.code, True)) for row in rows
    ]


def _mine(actor: Actor) -> QuerySet[Place]:
    scope = duties.access(actor).scope(KEEP, fields=permission.FIELDS)
    return Place.objects.filter(scope, retired_at=None)


def _rows(cut: list[Any]) -> list[PlaceRow]:
    by_district: dict[str, list[UUID]] = defaultdict(list)
    for district, place_id, _rank in cut:
        by_district[district].append(place_id)
    rows = {row.id: row for one, ids in by_district.items() for row in selectors.rows_of(one, ids)}
    return [rows[place_id] for _district, place_id, _rank in cut if place_id in rows]
