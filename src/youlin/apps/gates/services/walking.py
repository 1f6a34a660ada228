"""From the gate to the door: two taps of whoever wants to, kept as seconds of a day at a compound and of nobody."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.gates.models import Compound, Walk
from youlin.apps.gates.services.passing import local_day
from youlin.apps.passes import selectors as passes
from youlin.kernel import clock, journal, pacing, rows
from youlin.kernel.actors import ANONYMOUS, Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, TooMany

LATE = timedelta(days=7)
AHEAD = timedelta(minutes=5)
LONGEST = 7_200
PACE = (60, 3600)


@transaction.atomic
def walked(
    *,
    actor: Actor,
    district: str,
    compound_id: UUID,
    walk_id: UUID,
    started_at: datetime,
    stopped_at: datetime,
    is_demo: bool = False,
) -> Walk:
    """Keep how long a way took. `walk_id` is drawn by the phone: sent twice, it is kept once.

    Neither the row nor the journal says whose way it was, or at what hour. Only who holds a code may say so. Raises
    `Invalid`, `Conflict`, `TooMany`, `NotFound`.
    """
    row = Compound.objects.select_related("place").filter(district=district, id=compound_id).first()
    if row is None:
        raise NotFound(_("没有这个小区"))
    _demand_holder(actor, district)
    if pacing.hit([pacing.Counter(f"gate-walk:{actor.key}", *PACE)]) and actor.kind != "system":
        raise TooMany(_("按得太快了"), remedy=_("请稍后再试"))
    made = Walk(
        id=walk_id,
        district=district,
        compound=row,
        day=local_day(_moment(started_at)),
        seconds=_seconds(started_at, _moment(stopped_at)),
        is_demo=is_demo or row.is_demo,
    )
    if rows.insert_if_new(made):
        after = {"place": row.place.number, "seconds": made.seconds}
        journal.append(
            act="gates.walked",
            actor=ANONYMOUS,
            subject=made,
            area=row.place.area_now,
            after=after,
            first=True,
        )
    return made


def _demand_holder(actor: Actor, district: str) -> None:
    if actor.kind == "system":
        return
    if actor.person_id is None or not passes.passes_of(district=district, person_id=actor.person_id):
        raise Conflict(_("您没有本区有效的到访码"), remedy=_("请先在“我的码”里领取"))


def _moment(at: datetime) -> datetime:
    now = clock.now()
    if not now - LATE <= at <= now + AHEAD:
        raise Invalid(_("时间不对"), field="at", remedy=_("请核对手机的时间"))
    return at


def _seconds(started: datetime, stopped: datetime) -> int:
    seconds = round((stopped - started).total_seconds())
    if not 1 <= seconds <= LONGEST:
        raise Invalid(
            _("从门到家门应在 1 秒到 2 小时之间"), field="at", remedy=_("请在进门时按开始，到门口按结束")
        )
    return seconds
