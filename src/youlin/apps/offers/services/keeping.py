"""Registering offers, changing them, saying where they are given, retiring them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.offers import permission
from youlin.apps.offers.models import Offer, OfferPlace
from youlin.apps.offers.services import checking, writing
from youlin.apps.places.models import Place
from youlin.kernel import clock, idempotency, ids, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

SHOWN = (
    *("name", "name_en", "what", "what_en", "how", "how_en", "price", "usual_price", "hours", "audience"),
    *("condition", "per_person_day", "per_person_month", "per_place_day", "in_total"),
    *("valid_from", "valid_to", "position"),
)
"""What the journal tells of an offer: all of it is public anyway."""
MOST_PLACES = 2_000


@transaction.atomic
def register_offer(
    *,
    actor: Actor,
    district: str,
    values: Mapping[str, Any],
    idempotency_key: str,
    is_demo: bool = False,
) -> Offer:
    """A new offer of a district; `values` as `checking.check` takes them.

    Raises `Invalid` with everything that is wrong, `NotAllowed` unless the actor keeps the district's offers or those
    of the body that gives it.
    """
    with idempotency.once(
        district=district, actor=actor, act="offers.register", key=idempotency_key, payload=dict(values)
    ) as once:
        if once.prior is not None:
            return Offer.objects.select_related("kind").get(district=district, id=once.prior["id"])
        found = checking.check(district, values, new=True)
        permission.demand_keep(actor, district, found.get("giver_id"))
        offer = Offer(district=district, number=ids.new_number(writing.PREFIX), is_demo=is_demo, **found)
        checking.check_whole(offer)
        offer.save(force_insert=True)
        writing.index([offer])
        journal.append_many([writing.item("offers.registered", actor, offer, {}, told(offer), first=True)])
        once.save({"id": str(offer.id)})
        return offer


@transaction.atomic
def change_offer(
    *,
    actor: Actor,
    district: str,
    offer_id: UUID,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> Offer:
    """Change what is given of an offer; the rest stays. What a programme declared comes back when it is applied anew.

    Raises `Conflict` when somebody has changed it since `expected_version`.
    """
    offer = writing.locked(district, offer_id, expected_version)
    permission.demand_keep(actor, district, offer.giver_id)
    before = told(offer)
    for name, value in checking.check(district, values, new=False).items():
        setattr(offer, name, value)
    permission.demand_keep(actor, district, offer.giver_id)
    checking.check_whole(offer)
    offer.version += 1
    offer.save()
    writing.index([offer])
    after = told(offer)
    changed = [name for name in after if before[name] != after[name]]
    item = writing.item(
        "offers.changed",
        actor,
        offer,
        {name: before[name] for name in changed},
        {name: after[name] for name in changed},
    )
    journal.append_many([item])
    return offer


@transaction.atomic
def give_at(
    *, actor: Actor, district: str, offer_id: UUID, place_ids: Iterable[UUID], only: bool = True
) -> list[OfferPlace]:
    """Say at which places an offer is given: these alone, or with `only` False these as well. The others end."""
    offer = writing.locked(district, offer_id)
    permission.demand_keep(actor, district, offer.giver_id)
    wanted = list(dict.fromkeys(place_ids))
    if len(wanted) > MOST_PLACES:
        raise Invalid(_("一次最多设 %(most)s 处") % {"most": MOST_PLACES}, field="places")
    known = set(
        Place.objects.filter(district=district, id__in=wanted, retired_at=None).values_list("id", flat=True)
    )
    if len(known) < len(wanted):
        raise NotFound(_("没有这个地点，或它已撤销"), field="places")
    standing = {row.place_id: row for row in OfferPlace.objects.filter(district=district, offer=offer)}
    new = [OfferPlace(district=district, offer=offer, place_id=one) for one in wanted if one not in standing]
    again = [row.id for place, row in standing.items() if place in known and row.ended_at]
    gone = [row.id for place, row in standing.items() if place not in known and not row.ended_at]
    rows.insert_many(new)
    same = OfferPlace.objects.filter(district=district)
    same.filter(id__in=again).update(ended_at=None)
    if only:
        same.filter(id__in=gone).update(ended_at=clock.now())
    if new or again or (only and gone):
        after = {"begun": len(new) + len(again), "ended": len(gone) if only else 0, "places": len(wanted)}
        journal.append_many([writing.item("offers.placed", actor, offer, {}, after)])
    return list(same.filter(offer=offer, ended_at=None).order_by("id"))


@transaction.atomic
def retire_offer(*, actor: Actor, district: str, offer_id: UUID, reason: str) -> Offer:
    """Nobody takes it any more, with the reason; its history and its number stay."""
    offer = writing.locked(district, offer_id)
    permission.demand_keep(actor, district, offer.giver_id)
    why = reason.replace("\0", "").strip()[:200]
    if not why:
        raise Invalid(_("请说明停用的原因"), field="reason")
    if offer.retired_at is None:
        _retired(actor, offer, "offers.retired", note=why)
    return offer


@transaction.atomic
def restore_offer(*, actor: Actor, district: str, offer_id: UUID) -> Offer:
    """Bring a retired offer back."""
    offer = writing.locked(district, offer_id)
    permission.demand_keep(actor, district, offer.giver_id)
    if offer.retired_at is not None:
        _retired(actor, offer, "offers.restored")
    return offer


def told(offer: Offer) -> dict[str, Any]:
    """What is told of an offer, as the journal keeps it."""
    values = {name: getattr(offer, name) for name in SHOWN}
    for name in ("valid_from", "valid_to"):
        values[name] = values[name].isoformat() if isinstance(values[name], date) else None
    return values | {
        "number": offer.number,
        "kind": offer.kind.code,
        "category": offer.category.code if offer.category else "",
        "giver": str(offer.giver_id or ""),
    }


def _retired(actor: Actor, offer: Offer, act: str, note: str = "") -> None:
    offer.retired_at = clock.now() if act == "offers.retired" else None
    offer.version += 1
    offer.save(update_fields=["retired_at", "version"])
    writing.index([offer])
    after = {"retired": offer.retired_at is not None}
    journal.append_many([writing.item(act, actor, offer, {}, after, note=note)])
