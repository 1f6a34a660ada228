"""Several holds paid together: legs of one posting, all or none, like the transfer they stand for."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.models import Hold, Transfer
from youlin.apps.ledger.services import posting
from youlin.kernel import clock, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotFound


class Pay(NamedTuple):
    """A hold and the account that gets all of it."""

    hold_id: UUID
    to: UUID


@transaction.atomic
def settle_holds(
    *,
    actor: Actor,
    district: str,
    key: str,
    pays: Sequence[Pay],
    why: str = "settled",
    note: str = "",
    about: Mapping[str, Any] | None = None,
) -> list[Transfer]:
    """Pay all that is left of each hold; the same key again gets what was posted the first time.

    For services that have checked who may. Limits of a day were a matter of setting it aside, they are not asked again.
    Raises `Conflict` where one of them has ended, `NotFound`.
    """
    found = Hold.objects.filter(district=district, id__in=[one.hold_id for one in pays])
    seen = {row.id: row for row in found}
    if len(seen) != len(pays):
        raise NotFound(_("没有这笔冻结"))
    givers = [row.account_id for row in seen.values()]
    sheet = posting.sheet_of(posting.locked(district, [*givers, *(one.to for one in pays)]), givers)
    held = {row.id: row for row in found.select_for_update().order_by("id")}
    if known := posting.posted(district, [key]).get(key):
        return known
    now = clock.now()
    if any(row.ended_at or row.expires_at <= now for row in held.values()):
        raise Conflict(_("冻结已经结束"))
    legs = tuple(Leg(held[one.hold_id].account_id, one.to, held[one.hold_id].left) for one in pays)
    for row in held.values():
        sheet.accounts[row.account_id].held -= row.left
        row.left, row.ended_at = 0, now
    order = Order(key=key, legs=legs, why=why, note=note, about=about or {}, unlimited=True)
    made = posting.post_on(sheet, actor=actor, order=order)
    rows.update_many(list(held.values()), ["left", "ended_at"])
    return made
