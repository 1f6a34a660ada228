"""What offers hold about a person: what they are entitled to, and for a time what they took."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from youlin.apps.offers.models import Entitlement, Redemption, Roster
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor

TAKEN_DAYS = 92
"""How long it is known who took what: limits look back to the first of a month, settlements a month further."""
ENDED_DAYS = 365
WAITING_DAYS = 1


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("offers", export)
    privacy.register_eraser("offers", erase)
    privacy.register_retention("offers_taken", "redemption", TAKEN_DAYS, forget_taken)
    privacy.register_retention("offers_ended", "entitlement", ENDED_DAYS, forget_ended)
    privacy.register_retention("offers_waiting", "roster", WAITING_DAYS, forget_waiting)


def export(person_id: UUID) -> dict[str, Any]:
    """The person's entitlements and what they took, as far as it is still known."""
    held = Entitlement.objects.filter(person_id=person_id).order_by("created_at")
    taken = Redemption.objects.filter(person_id=person_id).order_by("at")
    return {
        "entitlements": list(
            held.values("kind__name", "organisation__name", "number", "valid_from", "valid_to", "ended_at")
        ),
        "redemptions": list(
            taken.values("offer__name", "given__place__name", "at", "price", "reversed_at", "reversed_why")
        ),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """Entitlements end and can no longer be found; what was taken stays as figures without the person."""
    Redemption.objects.filter(person_id=person_id).update(person=None, holder=None)
    held = Entitlement.objects.filter(person_id=person_id)
    held.filter(ended_at=None).update(ended_at=clock.now())
    held.update(tail="")


def forget_taken(before: datetime) -> int:
    """Forget who took what before a moment; how many. What was taken stays."""
    old = Redemption.objects.filter(at__lt=before).exclude(person=None, holder=None)
    return old.update(person=None, holder=None)


def forget_ended(before: datetime) -> int:
    """Delete entitlements that ended before a moment and of which nothing is still known to have been taken."""
    last = before.date() - timedelta(days=1)
    old = Entitlement.objects.filter(ended_at__lt=before) | Entitlement.objects.filter(valid_to__lt=last)
    taken = Redemption.objects.exclude(holder=None).values("holder_id")
    return old.exclude(id__in=taken).delete()[0]


def forget_waiting(before: datetime) -> int:
    """Empty rosters that were looked at and never taken in."""
    return Roster.objects.filter(created_at__lt=before).exclude(content="").update(content="")
