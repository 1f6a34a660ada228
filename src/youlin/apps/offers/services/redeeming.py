"""Redeeming at a counter: counted exactly once, never more than the limits, taken back the same day with a reason.

The lock is taken before anything is counted, in one order everywhere: the offer (where it has a total), the place it is
given at, the person's entitlements. Two counters that press at the same time wait for each other where a limit could be
passed, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.offers import conditions, limits, permission
from youlin.apps.offers.limits import Left
from youlin.apps.offers.models import Entitlement, Offer, OfferPlace, Redemption
from youlin.apps.offers.services import finding, writing
from youlin.apps.places.models import Place
from youlin.kernel import clock, idempotency, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound
from youlin.kernel.languages import in_language, listed


@dataclass(frozen=True)
class Looked:
    """What a counter is told of somebody: under which entitlement they may have it, and how many more."""

    holder: Entitlement
    left: Left


@dataclass(frozen=True)
class Redeemed:
    """A redemption and what is left after it."""

    row: Redemption
    left: Left


def look(*, actor: Actor, district: str, given_id: UUID, said: str) -> Looked:
    """Who that is and what is left for them here today, without counting anything.

    `said` is a number, the last four digits of a phone with the first character of a name, or a code that was scanned.
    Raises as `redeem`.
    """
    given = writing.given(district, given_id)
    permission.demand_serve(actor, given.place)
    _check_given(given, clock.today())
    held = _meant(given, said, _shown(actor, given, said), lock=False)
    return Looked(_holder(given.offer, held), _left(given, held, clock.today()))


def redeem(
    *,
    actor: Actor,
    district: str,
    given_id: UUID,
    said: str,
    idempotency_key: str,
    is_demo: bool = False,
) -> Redeemed:
    """Count one for whoever `said` means, or whose code it is. Sent twice it is counted once, with the first answer.

    A code that is looked at leaves a row of who looked where and what came of it, also where it is refused. Raises
    `Invalid` (nobody, or several, or not for them), `Conflict` (a limit is reached, the offer is not in force),
    `NotAllowed` unless the actor is a host there, `NotFound`.
    """
    payload = {"given": str(given_id), "said": said.strip().casefold()}
    act: dict[str, Any] = {
        "district": district,
        "actor": actor,
        "act": "offers.redeem",
        "key": idempotency_key.strip(),
    }
    shown = None if _was_done(act) else _shown_first(actor, district, given_id, said, idempotency_key)
    with idempotency.once(**act, payload=payload) as once:
        if once.prior is not None:
            return _again(district, once.prior)
        today = clock.today()
        given = _locked(district, given_id)
        permission.demand_serve(actor, given.place)
        _check_given(given, today)
        held = _meant(given, said, shown, lock=True)
        holder = _holder(given.offer, held)
        before = _left(given, held, today)
        if before.reached:
            raise Conflict(limits.reached_words(before.reached, given.offer), field="said")
        row = _written(actor, given, holder, today, is_demo=is_demo)
        after = Left({name: most - 1 for name, most in before.by_limit.items()})
        _tell("offers.redeemed", actor, row, given.place, given.offer, first=True)
        once.save({"id": str(row.id), "left": after.by_limit})
        return Redeemed(row, after)


def _written(actor: Actor, given: OfferPlace, holder: Entitlement, day: date, *, is_demo: bool) -> Redemption:
    return Redemption.objects.create(
        district=given.district,
        offer=given.offer,
        given=given,
        person_id=holder.person_id,
        holder=holder,
        host_id=actor.person_id,
        price=given.offer.price,
        day=day,
        at=clock.now(),
        is_demo=is_demo,
    )


@transaction.atomic
def reverse(*, actor: Actor, district: str, redemption_id: UUID, reason: str) -> Redemption:
    """Take a redemption back, the same day and with a reason; what it took is there again. Done once.

    Raises `Conflict` on another day, `Invalid` without a reason, `NotAllowed` unless the actor is a host there.
    """
    rows = Redemption.objects.select_for_update(of=("self",)).select_related("given__place", "offer")
    row = rows.filter(district=district, id=redemption_id).first()
    if row is None:
        raise NotFound(_("没有这次核销"))
    permission.demand_serve(actor, row.given.place)
    if row.reversed_at:
        return row
    why = reason.replace("\0", "").strip()[:200]
    if not why:
        raise Invalid(_("请说明冲销的原因"), field="reason")
    if row.day != clock.today():
        raise Conflict(_("只能冲销当天的核销"), remedy=_("以前的差错请在月度核对时说明"))
    row.reversed_at, row.reversed_why = clock.now(), why
    row.save(update_fields=["reversed_at", "reversed_why"])
    _tell("offers.redemption_reversed", actor, row, row.given.place, row.offer, note=why)
    return row


def _was_done(act: dict[str, Any]) -> bool:
    since = clock.now() - timedelta(days=idempotency.KEPT_DAYS)
    return "\0" not in act["key"] and idempotency.done_since(since, **act)


def _shown_first(actor: Actor, district: str, given_id: UUID, said: str, key: str) -> UUID | None:
    """Whose code it is, in a transaction of its own, before anything is locked; None for what was said in words."""
    if not finding.is_code(said):
        return None
    given = writing.given(district, given_id)
    permission.demand_serve(actor, given.place)
    return _shown(actor, given, said, f"offer:{key}"[:200] if key.strip() else "")


def _shown(actor: Actor, given: OfferPlace, said: str, key: str = "") -> UUID | None:
    if not finding.is_code(said):
        return None
    return finding.shown_by(actor=actor, district=given.district, place_id=given.place_id, code=said, key=key)


def _meant(given: OfferPlace, said: str, shown: UUID | None, *, lock: bool) -> list[Entitlement]:
    today = clock.today()
    if shown is not None:
        return finding.held_by_person(given.district, shown, today, lock=lock)
    return finding.held_by(given.district, said, today, lock=lock)


def _again(district: str, prior: dict[str, Any]) -> Redeemed:
    rows = Redemption.objects.select_related("holder__kind", "holder__person", "offer")
    return Redeemed(rows.get(district=district, id=prior["id"]), Left(dict(prior["left"])))


def _locked(district: str, given_id: UUID) -> OfferPlace:
    """The place it is given at, locked; the offer before it where a total is counted over all places."""
    given = writing.given(district, given_id)
    if given.offer.in_total is not None:
        writing.locked(district, given.offer_id)
    same = OfferPlace.objects.select_for_update(of=("self",)).filter(district=district, id=given_id)
    return same.select_related("offer__kind", "place__kind").get()


def _check_given(given: OfferPlace, day: date) -> None:
    offer = given.offer
    if offer.kind.counted != "person":
        raise Invalid(_("这项服务只计人次，不按人核销"))
    if given.ended_at or offer.retired_at or given.place.retired_at:
        raise Conflict(_("这里已不供应“%(name)s”") % {"name": offer.name})
    if (offer.valid_from and day < offer.valid_from) or (offer.valid_to and day > offer.valid_to):
        raise Conflict(_("“%(name)s”今天不在有效期内") % {"name": offer.name})


def _holder(offer: Offer, held: Sequence[Entitlement]) -> Entitlement:
    """The entitlement under which the person may have the offer."""
    if not conditions.fits(offer, held, clock.today()):
        raise Invalid(
            _("“%(name)s”不是给这位的") % {"name": offer.name},
            field="said",
            remedy=_("这位的资格：%(kinds)s")
            % {"kinds": listed(in_language(one.kind.name, one.kind.name_en) for one in held)},
        )
    return next((one for one in held if one.kind.code in offer.audience), held[0])


def _left(given: OfferPlace, held: Sequence[Entitlement], day: date) -> Left:
    counted = limits.counted(given.offer, given_id=given.id, person_id=held[0].person_id, day=day)
    return limits.left(given.offer, counted)


def _tell(
    act: str,
    actor: Actor,
    row: Redemption,
    place: Place,
    offer: Offer,
    *,
    first: bool = False,
    note: str = "",
) -> None:
    """The journal says what, where and when; whom it was for stands in the row alone, as long as that is kept."""
    journal.append(
        act=act,
        actor=actor,
        subject=row,
        area=place.area_now,
        after={"offer": offer.number, "place": place.number, "day": row.day.isoformat()},
        first=first,
        note=note,
    )
