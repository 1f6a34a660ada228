"""Binding a phone: it brings the end of a chain it has made, and gets a code that is good for some hours.

One phone at a time: whoever binds another one ends the first, and a checker with a network sees that at once.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.passes import codes, keys
from youlin.apps.passes.codes import Claims
from youlin.apps.passes.models import Binding, Pass
from youlin.apps.passes.services.issuing import body_of
from youlin.apps.passes.services.revoking import is_own
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

_DEVICE = re.compile(r"[A-Za-z0-9_-]{16,32}\Z")


@dataclass(frozen=True)
class Bound:
    """What the phone needs to go on alone: the signed token, when its chain begins, a step's seconds, how many."""

    token: str
    starts_at: datetime
    ends_at: datetime
    period: int
    links: int


def links_for(row: Pass, now: datetime) -> int:
    """How long a chain a phone must make for this code now: the server says so, and signs no other."""
    hours = timedelta(hours=row.kind.offline_hours)
    seconds = int(min(hours, row.valid_to - now).total_seconds())
    return seconds // row.kind.rotates if row.kind.rotates else 0


@transaction.atomic
def bind(*, actor: Actor, district: str, pass_id: UUID, device: str, anchor: str, links: int) -> Bound:
    """Sign the code with the end of a phone's chain of so many links, from now on.

    Raises `Invalid` for what no phone of ours sends, `Conflict` for a code that is over or stands still, `NotFound` for
    somebody else's.
    """
    found = Pass.objects.select_for_update(of=("self",)).select_related("kind")
    row = found.filter(district=district, id=pass_id).first()
    if row is None or not is_own(actor, row):
        raise NotFound(_("没有这个码证"))
    now = clock.now().replace(microsecond=0)
    if row.revoked_at or row.valid_to <= now or not row.kind.rotates:
        raise Conflict(_("这个码已停用、过期，或不需要绑定手机"))
    if row.valid_from > clock.now():
        raise Conflict(_("还没到生效时间"))
    if not _DEVICE.match(device) or not codes.is_link(anchor):
        raise Invalid(_("手机送来的内容不合规"), field="anchor", remedy=_("请刷新页面再试"))
    if not 0 < links <= links_for(row, now):
        raise Invalid(_("手机送来的内容不合规"), field="links", remedy=_("请刷新页面再试"))
    ends = now + timedelta(seconds=links * row.kind.rotates)
    made = Binding(
        district=district, held=row, device=device, anchor=anchor, starts_at=now, ends_at=ends, created_at=now
    )
    is_new = _newest(row) != device
    if not rows.insert_if_new(
        made
    ):  # an answer that was lost: a chain is never begun twice, or its links were known
        made = Binding.objects.get(district=district, held=row, anchor=anchor)
    elif is_new:
        after = {"number": row.number, "ends_at": ends}
        journal.append(act="passes.bound", actor=actor, subject=row, area=district, after=after)
    life = int((made.ends_at - made.starts_at).total_seconds())
    return Bound(_signed(row, made), made.starts_at, made.ends_at, row.kind.rotates, life // row.kind.rotates)


def superseded(row: Pass, anchor: str) -> bool:
    """Whether another phone has been bound since the one that shows this chain."""
    every = list(
        Binding.objects.filter(district=row.district, held=row)
        .order_by("-created_at", "-id")
        .values_list("anchor", "device")[:50]
    )
    mine = next((device for known, device in every if known == anchor), None)
    return mine is None or mine != every[0][1]


def _newest(row: Pass) -> str:
    every = Binding.objects.filter(district=row.district, held=row).order_by("-created_at", "-id")
    return every.values_list("device", flat=True).first() or ""


def _signed(row: Pass, made: Binding) -> str:
    signer = keys.signer(row.district)
    claims = Claims(
        number=body_of(row.number),
        kind=row.kind.code,
        issued=int(made.starts_at.timestamp()),
        expires=int(made.ends_at.timestamp()),
        period=row.kind.rotates,
        anchor=made.anchor,
    )
    return codes.sign(claims, signer.key, signer.kid)
