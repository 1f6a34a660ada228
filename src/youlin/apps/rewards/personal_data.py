"""What rewards hold about a person: for a time, what they took and what was set aside for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.rewards.models import Redemption, Voucher
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

TAKEN_DAYS = 92
"""How long it is known who took what: limits look back to the first of a month, settlements a month further."""


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("rewards", export)
    privacy.register_eraser("rewards", erase)
    privacy.register_retention("rewards_taken", "reward", TAKEN_DAYS, forget_taken)


def export(person_id: UUID) -> dict[str, Any]:
    """What the person took or had set aside, as far as it is still known."""
    taken = Redemption.objects.filter(person_id=person_id).order_by("at")
    aside = Voucher.objects.filter(person_id=person_id).order_by("created_at")
    return {
        "vouchers": list(
            aside.values("reward__name", "shop__place__name", "created_at", "expires_at", "used_at", "points")
        ),
        "redemptions": list(
            taken.values("reward__name", "shop__place__name", "at", "points", "reversed_at", "reversed_why")
        ),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """What was taken stays as figures without the person."""
    Redemption.objects.filter(person_id=person_id).update(person=None)
    Voucher.objects.filter(person_id=person_id).update(person=None)


def forget_taken(before: datetime) -> int:
    """Forget who took what before a moment; how many. What was taken stays."""
    Voucher.objects.filter(created_at__lt=before).exclude(person=None).update(person=None)
    return Redemption.objects.filter(at__lt=before).exclude(person=None).update(person=None)
