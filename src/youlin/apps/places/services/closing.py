"""Closed out of turn, with reason and end; and open again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.places import permission
from youlin.apps.places.acts import KEEP
from youlin.apps.places.models import Closure
from youlin.apps.places.services import writing
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound


@transaction.atomic
def close_place(
    *,
    actor: Actor,
    district: str,
    place_id: UUID,
    reason: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Closure:
    """Close a place from a moment (default: now) to another (None: until it is opened again)."""
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    if not reason.strip():
        raise Invalid(_("请写明关闭的原因"), field="reason", remedy=_("例如：内部装修"))
    start = starts_at or clock.now()
    if ends_at is not None and (ends_at <= start or ends_at <= clock.now()):
        raise Invalid(_("恢复时间应在关闭之后、现在之后"), field="ends_at", remedy=_("请改结束时间"))
    closure = Closure.objects.create(
        district=district,
        place=place,
        starts_at=start,
        ends_at=ends_at,
        reason=reason.strip()[:200],
        made_by_id=actor.person_id,
    )
    writing.save(place, ["revision"])
    journal.append(
        act="places.closed",
        actor=actor,
        subject=place,
        area=place.area_now,
        after={"from": start, "to": ends_at, "reason": closure.reason},
    )
    return closure


@transaction.atomic
def lift_closure(*, actor: Actor, district: str, place_id: UUID, closure_id: UUID) -> None:
    """Open again before the end that was told."""
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    closure = Closure.objects.filter(district=district, place=place, id=closure_id).first()
    if closure is None:
        raise NotFound(_("没有这次临时关闭"))
    if closure.lifted_at is not None:
        return
    closure.lifted_at = clock.now()
    closure.save(update_fields=["lifted_at"])
    writing.save(place, ["revision"])
    journal.append(
        act="places.reopened",
        actor=actor,
        subject=place,
        area=place.area_now,
        before={"reason": closure.reason},
        after={"open": True},
    )
