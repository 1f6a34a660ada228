"""What hosts see: the places they serve, what is given there with today's counts, the last ones at a counter."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.offers import limits, permission
from youlin.apps.offers.acts import SERVE
from youlin.apps.offers.models import Entitlement, OfferPlace, Redemption, Tally
from youlin.apps.offers.services.counting import UNDO
from youlin.apps.places.models import Place
from youlin.kernel import clock, ids, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

LAST = 10


@dataclass(frozen=True)
class ServedPlace:
    """A place where the actor is a host. `today` counts person-times and redemptions of today."""

    id: UUID
    number: str
    district: str
    name: str
    name_en: str
    address: str
    area: str
    is_demo: bool
    offers: int = 0
    today: int = 0


@dataclass(frozen=True)
class Served:
    """An offer at a place with what was counted today; `left` None where there is no limit for a place's day."""

    id: UUID
    name: str
    name_en: str
    category: str
    category_en: str
    counted: str
    price: int | None
    today: int
    left: int | None = None


@dataclass(frozen=True)
class Taken:
    """One redemption as a counter shows it: who (masked), when; `reversible` while the day lasts."""

    id: UUID
    who: str
    kind: str
    kind_en: str
    at: datetime
    price: int | None
    reversed_why: str
    is_reversed: bool
    reversible: bool


@dataclass(frozen=True)
class Counted:
    """One count; `undoable` for a minute, by who counted."""

    id: UUID
    name: str
    name_en: str
    times: int
    at: datetime
    is_undone: bool
    undoable: bool


def served(actor: Actor, *, words: str = "", page: int = 1, size: int = 30) -> tuple[list[ServedPlace], int]:
    """The places where the actor is a host and something is given, by area and name; and how many there are."""
    rows = Place.objects.filter(_scope(actor), retired_at=None)
    rows = rows.filter(_given_there(actor))
    text = words.replace("\0", "").strip()
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(address__icontains=text) | Q(number__iexact=text))
    total = rows.count()
    page = min(max(page, 1), max(1, -(-total // size)))
    found = list(
        rows.order_by("area_now", "name", "number").defer("outline")[(page - 1) * size : page * size]
    )
    return _with_counts(found), total


def place(actor: Actor, number: str) -> ServedPlace:
    """One of them. Raises `NotFound` for others."""
    rows = Place.objects.filter(number=ids.normalise_number(number.replace("\0", "")), retired_at=None)
    found = rows.filter(district__in=duties.access(actor).districts(SERVE)).defer("outline").first()
    if found is None or not permission.may_serve(actor, found):
        raise NotFound(_("没有这个地点，或不归您值守"))
    return _with_counts([found])[0]


def given_at(served_place: ServedPlace) -> list[Served]:
    """What is given at a place, with today's counts: meals first, then by category."""
    rows = OfferPlace.objects.filter(
        district=served_place.district, place_id=served_place.id, ended_at=None, offer__retired_at=None
    )
    found = list(
        rows.select_related("offer__kind", "offer__category").order_by(
            "offer__kind__position", "offer__category__position", "offer__position", "offer__name", "id"
        )
    )
    counts = _today(served_place.district, [row.id for row in found])
    return [_served(row, counts.get(row.id, 0)) for row in found]


def one(served_place: ServedPlace, given_id: UUID) -> Served:
    """One offer at the place. Raises `NotFound`."""
    found = next((row for row in given_at(served_place) if row.id == given_id), None)
    if found is None:
        raise NotFound(_("这里没有这项供给"))
    return found


def last_taken(served_place: ServedPlace, given_id: UUID) -> list[Taken]:
    """The last ten at a counter, newest first."""
    rows = Redemption.objects.filter(district=served_place.district, given_id=given_id)
    found = list(rows.select_related("person", "holder__kind").order_by("-at", "-id")[:LAST])
    return [taken(row) for row in found]


def taken(row: Redemption) -> Taken:
    """A redemption as a counter shows it."""
    return Taken(
        id=row.id,
        who=masked(row.person),
        kind=row.holder.kind.name if row.holder else "",
        kind_en=row.holder.kind.name_en if row.holder else "",
        at=row.at,
        price=row.price,
        reversed_why=row.reversed_why,
        is_reversed=row.reversed_at is not None,
        reversible=row.reversed_at is None and row.day == clock.today(),
    )


def redemption(actor: Actor, served_place: ServedPlace, redemption_id: UUID) -> Redemption:
    """One redemption at a place where the actor is a host. Raises `NotFound`."""
    rows = Redemption.objects.filter(district=served_place.district, given__place_id=served_place.id)
    found = rows.select_related("person", "holder__kind", "offer").filter(id=redemption_id).first()
    if found is None:
        raise NotFound(_("没有这次核销"))
    return found


def left_after(row: Redemption) -> int | None:
    """How many more the same person may have there now, as the books stand; None without a limit."""
    found = limits.counted(row.offer, given_id=row.given_id, person_id=row.person_id, day=clock.today())
    return limits.left(row.offer, found).least


def masked(person: Any) -> str:
    """A name as a counter may see it; without one, that it is no longer known."""
    return privacy.mask_name(person.name) if person is not None and person.name else _("已匿名")


def who(holder: Entitlement) -> str:
    """The holder as a counter may see them."""
    return masked(holder.person)


def last_counts(actor: Actor, served_place: ServedPlace) -> list[Counted]:
    """The actor's own last counts at a place, newest first."""
    rows = Tally.objects.filter(
        district=served_place.district, given__place_id=served_place.id, host_id=actor.person_id
    )
    found = rows.filter(at__gte=clock.now() - timedelta(days=1)).select_related("given__offer")
    now = clock.now()
    return [
        Counted(
            id=row.id,
            name=row.given.offer.name,
            name_en=row.given.offer.name_en,
            times=row.times,
            at=row.at,
            is_undone=row.undone_at is not None,
            undoable=row.undone_at is None and now - row.at <= UNDO,
        )
        for row in found.order_by("-at", "-id")[:LAST]
    ]


def hosts_any(actor: Actor) -> bool:
    """Whether the actor is a host anywhere."""
    return bool(duties.access(actor).districts(SERVE))


def _scope(actor: Actor) -> Q:
    return duties.access(actor).scope(SERVE, fields=permission.PLACE)


def _given_there(actor: Actor) -> Q:
    given = OfferPlace.objects.filter(
        district__in=duties.access(actor).districts(SERVE), ended_at=None, offer__retired_at=None
    )
    return Q(id__in=given.values("place_id"))


def _with_counts(found: Sequence[Place]) -> list[ServedPlace]:
    given: dict[UUID, list[UUID]] = defaultdict(list)
    counts: dict[UUID, int] = {}
    for district in {row.district for row in found}:
        ids_ = [row.id for row in found if row.district == district]
        rows = OfferPlace.objects.filter(
            district=district, place_id__in=ids_, ended_at=None, offer__retired_at=None
        )
        for given_id, place_id in rows.values_list("id", "place_id"):
            given[place_id].append(given_id)
        counts |= _today(district, [one for place_id in ids_ for one in given[place_id]])
    return [
        ServedPlace(
            id=row.id,
            number=row.number,
            district=row.district,
            name=row.name,
            name_en=row.name_en,
            address=row.address,
            area=row.area_now,
            is_demo=row.is_demo,
            offers=len(given[row.id]),
            today=sum(counts.get(one, 0) for one in given[row.id]),
        )
        for row in found
    ]


def _today(district: str, given: Sequence[UUID]) -> dict[UUID, int]:
    """Person-times and redemptions of today, for each offer at a place."""
    asked: dict[str, Any] = {"district": district, "given_id__in": list(given), "day": clock.today()}
    times = Tally.objects.filter(**asked, undone_at=None).values("given_id").order_by("given_id")
    found = {row["given_id"]: int(row["n"]) for row in times.annotate(n=Sum("times"))}
    taken_ = Redemption.objects.filter(**asked, reversed_at=None).values("given_id").order_by("given_id")
    for row in taken_.annotate(n=Count("id")):
        found[row["given_id"]] = found.get(row["given_id"], 0) + int(row["n"])
    return found


def _served(row: OfferPlace, today: int) -> Served:
    offer = row.offer
    most = offer.per_place_day
    return Served(
        id=row.id,
        name=offer.name,
        name_en=offer.name_en,
        category=offer.category.name if offer.category else "",
        category_en=offer.category.name_en if offer.category else "",
        counted=offer.kind.counted,
        price=offer.price,
        today=today,
        left=max(0, most - today) if most is not None else None,
    )
