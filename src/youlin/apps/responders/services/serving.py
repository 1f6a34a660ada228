"""Minutes served: real, without the way, as somebody else saw them; unpaid and no part of anybody's own post.

Written once. What turns out wrong is corrected by a row that takes the place of the one before.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.places.models import Place
from youlin.apps.responders import permission, words
from youlin.apps.responders.models import Call, Responder, Service, TaskKind, Thanks
from youlin.apps.responders.services import answering, voiding, writing
from youlin.kernel import calendars, clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

MOST_MINUTES = 16 * 60
EVIDENCE = ("organiser", "code", "pass")


@transaction.atomic
def confirm(
    *, actor: Actor, district: str, call_id: UUID, minutes: int | None = None, note: str = ""
) -> Service:
    """Say that somebody called out was there, from when they arrived until they finished; once.

    `minutes` may be fewer than that, or say how many where they did not tap on arriving; never more than lie between
    accepting and finishing. Raises `Conflict` before they have finished, `NotAllowed` for oneself.
    """
    call = _call(district, call_id)
    row = call.call_out
    permission.demand_organises(actor, district, row.area_now)
    responder = writing.locked(district, call.responder_id)
    known = Service.objects.filter(district=district, call=call, corrects=None).first()
    if known is not None:
        return known
    if call.answer != "finished" or call.finished_at is None or call.answered_at is None:
        raise Conflict(_("响应人还没有完成"), remedy=_("请等对方点“完成”，再确认时长"))
    most = answering.minutes(call) or int((call.finished_at - call.answered_at).total_seconds() // 60)
    counted = most if minutes is None and call.arrived_at else minutes
    if counted is None:
        raise Invalid(_("对方没有点“到达”，请填写实际服务的分钟数"), field="minutes")
    if counted > most:
        raise Invalid(
            _("不能超过 %(most)s 分钟") % {"most": most}, field="minutes", remedy=_("只算到达以后的实际时间")
        )
    return record(
        actor=actor,
        responder=responder,
        kind=row.kind,
        began_at=call.finished_at - timedelta(minutes=counted),
        minutes=counted,
        area=row.area_now,
        evidence="organiser",
        call=call,
        place=row.place,
        note=note,
        is_demo=row.is_demo,
    )


@transaction.atomic
def record(
    *,
    actor: Actor,
    responder: Responder,
    kind: TaskKind,
    began_at: datetime,
    minutes: int,
    area: str,
    evidence: str,
    call: Call | None = None,
    place: Place | None = None,
    organiser: UUID | None = None,
    note: str = "",
    is_demo: bool = False,
) -> Service:
    """Write down what a responder (locked) has served. `organiser` is who saw it, where that is not the actor.

    Raises `Invalid` for no minutes, too many, the time of one's own post, or time that is counted already.
    """
    permission.demand_organises(actor, responder.district, area)
    _check_not_self(actor, responder)
    _check_time(responder, began_at, minutes)
    row = Service(
        district=responder.district,
        responder=responder,
        kind=kind,
        call=call,
        place=place,
        area=area,
        began_at=began_at,
        minutes=minutes,
        evidence=evidence,
        organiser_id=organiser or actor.person_id,
        note=_tidy(note),
        is_demo=is_demo,
    )
    row.save(force_insert=True)
    _journal("responders.served", actor, row, responder, {}, first=True)
    return row


@transaction.atomic
def correct(*, actor: Actor, district: str, service_id: UUID, minutes: int, reason: str) -> Service:
    """Put something else in the place of a row that is wrong; 0 minutes where nothing was served. With a reason.

    Certificates that rest on it are void from now on.
    """
    old = (
        Service.objects.select_related("responder", "kind", "place")
        .filter(district=district, id=service_id)
        .first()
    )
    if old is None:
        raise NotFound(_("没有这条服务记录"))
    permission.demand_organises(actor, district, old.area)
    responder = writing.locked(district, old.responder_id)
    _check_not_self(actor, responder)
    why = _tidy(reason)
    if not why:
        raise Invalid(_("请说明更正的原因"), field="reason")
    if Service.objects.filter(district=district, corrects=old).exists():
        raise Conflict(_("这条记录已经更正过"), remedy=_("请更正最新的那一条"))
    if minutes:
        _check_time(responder, old.began_at, minutes, instead_of=old)
    new = Service(
        district=district,
        responder=responder,
        kind=old.kind,
        call_id=old.call_id,
        corrects=old,
        place=old.place,
        area=old.area,
        began_at=old.began_at,
        minutes=minutes,
        evidence="organiser",
        organiser_id=actor.person_id,
        note=why,
        is_demo=old.is_demo,
    )
    new.save(force_insert=True)
    voiding.revoke_resting_on(old)
    _journal(
        "responders.service_corrected", actor, new, responder, {"minutes": old.minutes}, first=True, note=why
    )
    return new


@transaction.atomic
def thank(*, actor: Actor, district: str, service_id: UUID, said: str) -> Thanks:
    """Thank a responder for a service, once; they are told."""
    row = Service.objects.select_related("responder").filter(district=district, id=service_id).first()
    if row is None:
        raise NotFound(_("没有这条服务记录"))
    permission.demand_organises(actor, district, row.area)
    _check_not_self(actor, row.responder)
    text = said.replace("\0", "").strip()[:120]
    if not text:
        raise Invalid(_("请写一句感谢的话"), field="said")
    locked = writing.locked(district, row.responder_id)
    known = Thanks.objects.filter(district=district, service=row).first()
    if known is not None:
        return known
    thanks = Thanks.objects.create(district=district, service=row, words=text, by_id=actor.person_id)
    journal.append(
        act="responders.thanked", actor=actor, subject=thanks, area=row.area, related=[row], first=True
    )
    notices.notify(
        district=district,
        person_id=locked.person_id,
        kind=words.NEWS,
        key=f"thanks:{row.id}",
        title=_("有人感谢您"),
        body=text,
        link="/respond/record/",
    )
    return thanks


def effective(rows: Any) -> Any:
    """Of a queryset of services those that count: nothing has taken their place."""
    replaced = Service.objects.filter(corrects__isnull=False).values("corrects_id")
    return rows.exclude(id__in=replaced)


def _call(district: str, call_id: UUID) -> Call:
    rows = Call.objects.select_related("call_out__kind", "call_out__place")
    found = rows.filter(district=district, id=call_id).first()
    if found is None:
        raise NotFound(_("没有这次召集"))
    return found


def _check_not_self(actor: Actor, responder: Responder) -> None:
    if actor.person_id == responder.person_id:
        raise NotAllowed(_("不能确认自己的服务"), remedy=_("请另一位组织者确认"))


def _check_time(
    responder: Responder, began_at: datetime, minutes: int, *, instead_of: Service | None = None
) -> None:
    ended_at = began_at + timedelta(minutes=minutes)
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(
            _("分钟数应在 1 到 %(most)s 之间") % {"most": MOST_MINUTES},
            field="minutes",
            remedy=_("只算实际服务的时间"),
        )
    if ended_at > clock.now():
        raise Invalid(_("服务还没有结束"), field="minutes")
    if duties.colleagues_among([responder.person_id]) and calendars.default().is_working_time(began_at):
        raise Invalid(
            _("这是对方在岗的时间，本职工作不计志愿时长"),
            field="minutes",
            remedy=_("工作时间以外的服务可以计"),
        )
    others = effective(Service.objects.filter(district=responder.district, responder=responder))
    if instead_of is not None:
        others = others.exclude(id=instead_of.id)
    near = others.filter(began_at__lt=ended_at, began_at__gt=began_at - timedelta(minutes=MOST_MINUTES))
    if any(one.began_at + timedelta(minutes=one.minutes) > began_at for one in near):
        raise Invalid(_("这段时间已经记过"), field="minutes", remedy=_("同一段时间只能记一次"))


def _tidy(text: str) -> str:
    return text.replace("\0", "").strip()[:200]


def _journal(
    act: str,
    actor: Actor,
    row: Service,
    responder: Responder,
    before: dict[str, Any],
    *,
    first: bool,
    note: str = "",
) -> None:
    """What earning rules read: which scene, how many minutes, where, who organised it, and whose it is."""
    after = {
        "task": row.kind.code,
        "minutes": row.minutes,
        "began_at": row.began_at,
        "place": str(row.place_id or ""),
        "area": row.area,
        "organiser": str(row.organiser_id or ""),
        "person": str(responder.person_id),
        "responder": responder.number,
        "evidence": row.evidence,
        "call": str(row.call_id or ""),
        "corrects": str(row.corrects_id or ""),
    }
    journal.append(
        act=act,
        actor=actor,
        subject=row,
        area=row.area,
        before=before,
        after=after,
        note=note,
        related=[responder.person],
        first=first,
    )
