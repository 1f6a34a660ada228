"""How many of a reward one person may have: what was taken counts, and what is set aside."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.rewards.models import Redemption, Reward, Voucher
from youlin.kernel import clock
from youlin.kernel.errors import Conflict


def demand_left(reward: Reward, person_id: UUID) -> None:
    """Raise `Conflict` where the person has reached a limit of this reward. The reward is locked by the caller."""
    today = clock.today()
    asked: list[tuple[int | None, dict[str, Any], str]] = [
        (reward.per_person_day, {"day": today}, _("这位今天已兑过 %(n)s 份")),
        (
            reward.per_person_month,
            {"day__gte": today.replace(day=1), "day__lte": today},
            _("这位本月已兑过 %(n)s 份"),
        ),
    ]
    mine: dict[str, Any] = {"district": reward.district, "reward": reward, "person_id": person_id}
    rows = Redemption.objects.filter(**mine, reversed_at=None)
    aside = Voucher.objects.filter(**mine, used_at=None, expires_at__gt=clock.now())
    for most, where, words in asked:
        if most is not None and rows.filter(**where).count() + aside.count() >= most:
            raise Conflict(words % {"n": most}, field="code")
