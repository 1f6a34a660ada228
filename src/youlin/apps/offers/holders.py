"""Entitlements as their holders see them, and as those who give them do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.apps.offers import catalogue, conditions, limits, permission
from youlin.apps.offers.acts import ENTITLE
from youlin.apps.offers.catalogue import OfferRow, Word
from youlin.apps.offers.limits import Counted
from youlin.apps.offers.models import Entitlement, Offer, Redemption, Roster
from youlin.apps.offers.services import finding
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound

LAST = 20


@dataclass(frozen=True)
class Held:
    """One of my entitlements: the number I tell at a counter, until when, and what it is for with what is left."""

    id: UUID
    district: str
    number: str
    kind: Word
    organisation: str
    valid_to: date | None
    offers: tuple[tuple[OfferRow, int | None], ...]


@dataclass(frozen=True)
class Meal:
    """Something I took."""

    name: str
    name_en: str
    place: str
    at: datetime
    price: int | None
    is_reversed: bool


@dataclass(frozen=True)
class Entitled:
    """Somebody who is entitled, as those who entitle see them."""

    id: UUID
    number: str
    who: str
    kind: str
    kind_en: str
    organisation: str
    valid_from: date
    valid_to: date | None
    ended_at: datetime | None
    ended_why: str
    by_roster: bool
    is_demo: bool


def mine(actor: Actor) -> list[Held]:
    """My entitlements in force, also those on record under my phone, with what I may have today."""
    if actor.person_id is None:
        return []
    today = clock.today()
    rows = Entitlement.objects.filter(
        finding.in_force(today), person_id__in=people.same_phone(actor.person_id)
    )
    found = list(rows.select_related("kind", "organisation").order_by("district", "created_at", "id"))
    offers = {district: catalogue.to_redeem(district) for district in {one.district for one in found}}
    every = [offer for rows_ in offers.values() for offer, _row in rows_]
    counted = limits.counted_each(every, {one.person_id for one in found}, today) if every else {}
    return [_held(one, found, offers[one.district], counted, today) for one in found]


def my_meals(actor: Actor) -> list[Meal]:
    """What I took lately, newest first."""
    if actor.person_id is None:
        return []
    rows = Redemption.objects.filter(person_id__in=people.same_phone(actor.person_id))
    return [
        Meal(
            row.offer.name,
            row.offer.name_en,
            row.given.place.name,
            row.at,
            row.price,
            row.reversed_at is not None,
        )
        for row in rows.select_related("offer", "given__place").order_by("-at", "-id")[:LAST]
    ]


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts whose entitlements the actor gives. Raises `NotAllowed` where there are none."""
    access = duties.access(actor)
    found = tuple(
        one
        for one in access.districts(ENTITLE)
        if permission.entitles(access, one) or _bodies_of(access, one)
    )
    if not found:
        raise NotAllowed(_("资格不归您认定"), remedy=_("请联系友好城市专班"))
    return found


def bodies(actor: Actor, district: str) -> list[Organisation]:
    """The bodies for which the actor may entitle people."""
    return _bodies_of(duties.access(actor), district)


def listed(
    actor: Actor, district: str, *, words: str = "", state: str = "", page: int = 1, size: int = 50
) -> tuple[list[Entitled], int]:
    """Who is entitled, newest first, and how many. `words`: a number, a phone, or a phone's end with a surname."""
    rows = Entitlement.objects.filter(district=district)
    access = duties.access(actor)
    if not permission.entitles(access, district):
        rows = rows.filter(organisation__in=[one.id for one in _bodies_of(access, district)])
    today = clock.today()
    rows = rows.exclude(finding.in_force(today)) if state == "ended" else rows.filter(finding.in_force(today))
    if words.strip():
        rows = rows.filter(_meant(words))
    total = rows.count()
    page = min(max(page, 1), max(1, -(-total // size)))
    found = rows.select_related("kind", "organisation", "person").order_by("-created_at", "-id")
    return [_entitled(one) for one in found[(page - 1) * size : page * size]], total


def rosters(actor: Actor, district: str) -> list[Roster]:
    """The last rosters taken in, newest first."""
    rows = Roster.objects.filter(district=district).exclude(taken_at=None).defer("content")
    found = rows.select_related("kind", "organisation").order_by("-taken_at", "-id")[:LAST]
    access = duties.access(actor)
    return [one for one in found if permission.entitles(access, district, one.organisation_id)]


def roster(actor: Actor, district: str, run_id: UUID) -> Roster:
    """One roster that was taken in. Raises `NotFound`."""
    rows = Roster.objects.filter(district=district, id=run_id).exclude(taken_at=None).defer("content")
    found = rows.select_related("kind", "organisation").first()
    if found is None or not permission.may_entitle(actor, district, found.organisation_id):
        raise NotFound(_("没有这次导入"))
    return found


def _bodies_of(access: Access, district: str) -> list[Organisation]:
    every = people.organisations(district=district)
    return [one for one in every if permission.entitles(access, district, one.id)]


def _meant(words: str) -> Q:
    text = words.replace("\0", "").strip()[:64]
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) >= 7 and not text[:1].isalpha():
        try:
            return Q(person_id__in=[one.id for one in people.persons_by_phone(text)])
        except Invalid:
            return Q(pk__in=[])
    return finding.meant(text)


def _held(
    row: Entitlement,
    every: Sequence[Entitlement],
    offers: Sequence[tuple[Offer, OfferRow]],
    counted: Mapping[tuple[UUID, UUID], Counted],
    today: date,
) -> Held:
    same = [one for one in every if one.district == row.district and one.person_id == row.person_id]
    told = [
        (item, _left(offer, counted[offer.id, row.person_id]))
        for offer, item in offers
        if row.kind.code in offer.audience and conditions.fits(offer, same, today)
    ]
    return Held(
        id=row.id,
        district=row.district,
        number=row.number,
        kind=Word(
            row.kind.code,
            row.kind.name,
            row.kind.name_en,
            row.kind.icon,
            row.kind.proof,
            row.kind.proof_en,
        ),
        organisation=row.organisation.name if row.organisation else "",
        valid_to=row.valid_to,
        offers=tuple(told),
    )


def _left(offer: Offer, counted: Counted) -> int | None:
    """What the person may still have today, wherever: limits of places are told at the counter."""
    mine_: dict[str, Any] = {
        name: most for name, most in limits.left(offer, counted).by_limit.items() if "place" not in name
    }
    return limits.Left(mine_).least


def _entitled(row: Entitlement) -> Entitled:
    return Entitled(
        id=row.id,
        number=row.number,
        who=privacy.mask_name(row.person.name) or _("已匿名"),
        kind=row.kind.name,
        kind_en=row.kind.name_en,
        organisation=row.organisation.name if row.organisation else "",
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
        by_roster=row.roster_id is not None,
        is_demo=row.is_demo,
    )
