"""Counting person-times: one tap, or a day's count at once; no names. Undone within a minute by who counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.offers import permission
from youlin.apps.offers.models import OfferPlace, Tally
from youlin.apps.offers.services import writing
from youlin.kernel import clock, idempotency, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

MOST = 5_000
"""Person-times of one count: a whole day of a large gathering."""
LATE = timedelta(days=31)
"""How long after a day its count may still come in: a device may have been away."""
UNDO = timedelta(minutes=1)


@dataclass(frozen=True)
class Count:
    """A day's count of an offer at a place."""

    given: UUID
    times: int
    day: date


@transaction.atomic
def count(
    *,
    actor: Actor,
    district: str,
    given_id: UUID,
    times: int,
    idempotency_key: str,
    day: date | None = None,
) -> Tally:
    """Count person-times at a place, today or on the day a device says; sent twice they are counted once.

    Raises `Invalid` (nothing, too many, a day to come or too long ago), `Conflict` (not given there), `NotAllowed`.
    """
    payload = {"given": str(given_id), "times": times, "day": day}
    with idempotency.once(
        district=district, actor=actor, act="offers.count", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return Tally.objects.get(district=district, id=once.prior["id"])
        given = writing.given(district, given_id)
        permission.demand_serve(actor, given.place)
        when = day or clock.today()
        _check(given, times, when)
        row = Tally(
            district=district, given=given, day=when, times=times, host_id=actor.person_id, at=clock.now()
        )
        row.save(force_insert=True)
        journal.append_many([_item("offers.tallied", actor, row, given, first=True)])
        once.save({"id": str(row.id)})
        return row


@transaction.atomic
def count_many(*, actor: Actor, district: str, counts: Sequence[Count], is_demo: bool = False) -> list[Tally]:
    """A host's counts of several days and offers at once. Not protected against being sent twice: the caller is.

    Raises as `count`; nothing is counted then.
    """
    wanted = {one.given for one in counts}
    known = OfferPlace.objects.filter(district=district, id__in=wanted)
    found = {row.id: row for row in known.select_related("offer__kind", "place__kind")}
    if len(found) < len(wanted):
        raise NotFound(_("这里没有这项供给"))
    for one in found.values():
        permission.demand_serve(actor, one.place)
    made, items = [], []
    for each in counts:
        given = found[each.given]
        _check(given, each.times, each.day)
        row = Tally(
            district=district,
            given=given,
            day=each.day,
            times=each.times,
            host_id=actor.person_id,
            at=clock.now(),
            is_demo=is_demo,
        )
        made.append(row)
        items.append(_item("offers.tallied", actor, row, given, first=True))
    rows.insert_many(made)
    journal.append_many(items)
    return made


@transaction.atomic
def undo_count(*, actor: Actor, district: str, tally_id: UUID) -> Tally:
    """Take a count back within a minute, by who counted. Done once.

    Raises `Conflict` later: then the next count is the smaller, or the month's is corrected in words.
    """
    locked = Tally.objects.select_for_update(of=("self",))
    row = locked.select_related("given__place", "given__offer").filter(district=district, id=tally_id).first()
    if row is None or row.host_id != actor.person_id:
        raise NotFound(_("没有这次计数"))
    permission.demand_serve(actor, row.given.place)
    if row.undone_at is None:
        if clock.now() - row.at > UNDO:
            raise Conflict(_("只能在一分钟内撤回"))
        row.undone_at = clock.now()
        row.save(update_fields=["undone_at"])
        journal.append_many([_item("offers.tally_undone", actor, row, row.given)])
    return row


def _check(given: OfferPlace, times: int, day: date) -> None:
    if given.offer.kind.counted != "tally":
        raise Invalid(_("这项供给要按人核销，不能只计人次"))
    if given.ended_at or given.offer.retired_at or given.place.retired_at:
        raise Conflict(_("这里已不提供“%(name)s”") % {"name": given.offer.name})
    if not 1 <= times <= MOST:
        raise Invalid(_("人次应在 1 到 %(most)s 之间") % {"most": MOST}, field="times")
    if not clock.today() - LATE <= day <= clock.today():
        raise Invalid(
            _("只能记今天和前 %(n)s 天的人次") % {"n": LATE.days},
            field="day",
            remedy=_("请核对设备的日期"),
        )


def _item(act: str, actor: Actor, row: Tally, given: OfferPlace, *, first: bool = False) -> journal.Item:
    return journal.Item(
        act=act,
        actor=actor,
        subject=row,
        area=given.place.area_now,
        after={
            "offer": given.offer.number,
            "place": given.place.number,
            "day": row.day.isoformat(),
            "times": row.times,
        },
        first=first,
    )
