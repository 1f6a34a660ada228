"""Standing tasks are planned, one turn or a turn each week, and called off."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.places.models import Place
from youlin.apps.responders import permission
from youlin.apps.responders.models import Seat, Shift, TaskKind
from youlin.apps.responders.services import telling, writing
from youlin.kernel import clock, idempotency, ids, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

PREFIX = "B"
MOST_SEATS, MOST_WEEKS = 200, 12
LONGEST = timedelta(hours=8)
FARTHEST = timedelta(days=180)


@dataclass(frozen=True)
class Plan:
    """Whom a turn is for, where and when; `weeks` turns, a week apart. A place has its own area."""

    kind: str
    what: str
    where: str
    starts_at: datetime | None
    ends_at: datetime | None
    seats: int
    area: str = ""
    place: str = ""
    weeks: int = 1


@transaction.atomic
def open_shifts(
    *, actor: Actor, district: str, plan: Plan, idempotency_key: str, is_demo: bool = False
) -> list[Shift]:
    """Open the seats of one turn or of several weeks. Sent twice it is one.

    Raises `Invalid` with everything that is wrong, `NotAllowed` unless the actor organises there.
    """
    with idempotency.once(
        district=district,
        actor=actor,
        act="responders.open_shifts",
        key=idempotency_key,
        payload={**asdict(plan), "starts_at": str(plan.starts_at), "ends_at": str(plan.ends_at)},
    ) as once:
        if once.prior is not None:
            return list(
                Shift.objects.filter(district=district, series=once.prior["series"]).order_by("starts_at")
            )
        made = _turns(actor, district, _checked(actor, district, plan), is_demo)
        rows.insert_many(made)
        journal.append_many(
            [
                writing.item("responders.shift_opened", actor, one, after=_facts(one), first=True)
                for one in made
            ]
        )
        once.save({"series": str(made[0].series)})
        return made


@transaction.atomic
def cancel_shift(*, actor: Actor, district: str, shift_id: UUID, reason: str) -> Shift:
    """Call a turn off: all who have a seat or wait are told why. Again changes nothing."""
    row = writing.locked_shift(district, shift_id)
    permission.demand_organises(actor, district, row.area_now)
    why = reason.replace("\0", "").strip()[:200]
    if row.cancelled_at is not None:
        return row
    if row.closed_at is not None:
        raise Conflict(_("这次已经点过名"), remedy=_("时长有误的，请更正服务记录"))
    if not why:
        raise Invalid(_("请说明为什么取消"), field="reason", remedy=_("例如：当天有暴雨"))
    told = writing.locked_roll(row, ("seated", "waiting", "came"))
    for one in told:
        one.state = "dropped"
    rows.update_many(told, ["state"])
    row.cancelled_at, row.why, row.taken = clock.now(), why, 0
    row.save(update_fields=["cancelled_at", "why", "taken"])
    journal.append_many(
        [writing.item("responders.shift_cancelled", actor, row, after={"told": len(told)}, note=why)]
    )
    telling.shift_cancelled(row, told)
    return row


@dataclass(frozen=True)
class _Checked:
    plan: Plan
    kind: TaskKind
    place: Place | None
    area: str
    starts_at: datetime
    ends_at: datetime


def _checked(actor: Actor, district: str, plan: Plan) -> _Checked:
    said = replace(
        plan, **{name: getattr(plan, name).replace("\0", "").strip() for name in ("kind", "what", "where")}
    )
    kind = TaskKind.objects.filter(district=district, code=said.kind, way="session", retired_at=None).first()
    place = _place(district, said.place)
    area = place.area_now if place else said.area.replace("\0", "")
    problems = [
        *([] if kind else [Problem("kind", _("请选择响应场景"), "")]),
        *_word_problems(said),
        *_time_problems(said.starts_at, said.ends_at),
    ]
    if not area.startswith(district) or not areas.live(area):
        problems.append(Problem("area", _("请选择所在区域"), _("或填写友好地图上的地点编号")))
    if problems:
        raise Invalid(problems=problems)
    assert kind is not None and said.starts_at is not None and said.ends_at is not None
    permission.demand_organises(actor, district, area)
    return _Checked(said, kind, place, area, said.starts_at, said.ends_at)


def _place(district: str, number: str) -> Place | None:
    if not number.strip():
        return None
    rows_ = Place.objects.filter(district=district, number=ids.normalise_number(number), retired_at=None)
    found = rows_.defer("outline").first()
    if found is None:
        raise NotFound(_("没有这个地点"), field="place")
    return found


def _word_problems(said: Plan) -> list[Problem]:
    problems = []
    if not 2 <= len(said.what) <= 200:
        problems.append(
            Problem("what", _("请用一两句话写明请大家做什么"), _("2 到 200 个字，不写他人姓名、电话"))
        )
    if not 2 <= len(said.where) <= 200:
        problems.append(Problem("where", _("请写明在哪里集合"), _("例如：东口红绿灯下")))
    for name, number, most in (("seats", said.seats, MOST_SEATS), ("weeks", said.weeks, MOST_WEEKS)):
        if not 1 <= number <= most:
            problems.append(Problem(name, _("应在 1 到 %(most)s 之间") % {"most": most}, ""))
    return problems


def _time_problems(start: datetime | None, end: datetime | None) -> list[Problem]:
    if start is None or end is None:
        return [Problem("starts_at", _("请填写哪天、几点到几点"), "")]
    if end <= start:
        return [Problem("ends_at", _("结束应晚于开始"), "")]
    if end - start > LONGEST:
        return [Problem("ends_at", _("一次最长 8 小时"), _("更久的请分成几次"))]
    if not clock.now() < start <= clock.now() + FARTHEST:
        return [Problem("starts_at", _("开始时间应在以后半年之内"), "")]
    return []


def _turns(actor: Actor, district: str, checked: _Checked, is_demo: bool) -> list[Shift]:
    series = ids.uuid7()
    return [
        Shift(
            district=district,
            number=ids.new_number(PREFIX),
            series=series,
            kind=checked.kind,
            place=checked.place,
            what=checked.plan.what,
            where=checked.plan.where,
            area_at_event=checked.area,
            area_now=checked.area,
            starts_at=checked.starts_at + timedelta(weeks=week),
            ends_at=checked.ends_at + timedelta(weeks=week),
            seats=checked.plan.seats,
            made_by_id=actor.person_id,
            is_demo=is_demo,
        )
        for week in range(checked.plan.weeks)
    ]


def _facts(row: Shift) -> Mapping[str, Any]:
    return {
        "number": row.number,
        "task": row.kind.code,
        "seats": row.seats,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "place": str(row.place_id or ""),
    }


def waiting_list(seats: list[Seat]) -> list[Seat]:
    """Those who wait, whoever came first before the others."""
    return sorted((one for one in seats if one.state == "waiting"), key=lambda one: (one.joined_at, one.id))
