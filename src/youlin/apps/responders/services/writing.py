"""How changed responders, call-outs and turns reach the tables: locked, with the next revision, journalled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.responders import revisions
from youlin.apps.responders.models import Call, CallOut, Responder, Seat, Shift, Story
from youlin.kernel import journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound


def locked(district: str, responder_id: UUID) -> Responder:
    """A responder, locked. Raises `NotFound`."""
    found = locked_many(district, [responder_id])
    if not found:
        raise NotFound(_("没有这位响应人"))
    return found[0]


def locked_many(district: str, responder_ids: Iterable[UUID]) -> list[Responder]:
    """Responders, locked in the order of their ids: two that lock several never wait for each other in a circle."""
    mine = Responder.objects.select_for_update(of=("self",)).select_related(
        "occupation", "organisation", "person"
    )
    return list(mine.filter(district=district, id__in=list(responder_ids)).order_by("id"))


def save(changed: Sequence[Responder], columns: Collection[str]) -> None:
    """Write columns (by attname) of locked responders; choosing sees them with the next revision."""
    if not changed:
        return
    revision = revisions.take(changed[0].district)
    for row in changed:
        row.revision = revision
    rows.update_many(changed, [*columns, "revision"])


def locked_call_out(district: str, call_out_id: UUID) -> CallOut:
    """A call-out, locked: whoever changes it or a call of it holds this first. Raises `NotFound`."""
    found = (
        CallOut.objects.select_for_update(of=("self",))
        .select_related("kind")
        .filter(district=district, id=call_out_id)
        .first()
    )
    if found is None:
        raise NotFound(_("没有这次召集"))
    return found


def locked_shift(district: str, shift_id: UUID) -> Shift:
    """A turn of a standing task, locked: whoever changes it or a seat of it holds this first. Raises `NotFound`."""
    rows_ = Shift.objects.select_for_update(of=("self",)).select_related("kind", "place")
    found = rows_.filter(district=district, id=shift_id).first()
    if found is None:
        raise NotFound(_("没有这次活动"))
    return found


def locked_roll(row: Shift, states: Collection[str]) -> list[Seat]:
    """The seats of a locked turn in some states, locked."""
    seats = Seat.objects.select_for_update(of=("self",)).select_related("responder")
    return list(seats.filter(district=row.district, shift=row, state__in=list(states)).order_by("id"))


def locked_seat(district: str, seat_id: UUID) -> Seat:
    """A seat of a locked turn, locked."""
    seats = Seat.objects.select_for_update(of=("self",)).select_related("responder")
    return seats.get(district=district, id=seat_id)


def item(
    act: str,
    actor: Actor,
    subject: Responder | CallOut | Call | Shift | Seat | Story,
    *,
    area: str = "",
    after: Mapping[str, Any] | None = None,
    first: bool = False,
    note: str = "",
    related: Sequence[Any] | None = None,
) -> journal.Item:
    """One entry, in the area of the responder, the call-out or the turn."""
    return journal.Item(
        act=act,
        actor=actor,
        subject=subject,
        area=area or getattr(subject, "area_now", "") or subject.district,
        after=after,
        first=first,
        note=note,
        related=related,
    )
