"""Signing a certificate: the hours somebody has served up to a day, or one service of theirs."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from youlin.apps.passes import selectors as codes
from youlin.apps.passes import services as passes
from youlin.apps.passes.models import Pass
from youlin.apps.responders.models import Responder, Service
from youlin.apps.responders.services import serving, writing
from youlin.apps.responders.services.voiding import KIND
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, NotFound


@transaction.atomic
def certify(*, actor: Actor, district: str, service_id: UUID | None = None) -> Pass:
    """A signed certificate of the actor's record as it stands, or of one service. The same record gets the same one.

    Earlier ones stay in force: what they say was so on their day. Raises `NotFound` for a service that is not the
    actor's, `Conflict` where nothing was served or no programme declares the kind.
    """
    row = Responder.objects.filter(district=district, person=actor.person_id).order_by("-created_at").first()
    if row is None or actor.person_id is None:
        raise NotFound(_("没有这条服务记录"))
    responder = writing.locked(district, row.id)
    rows = rows_of(responder, service_id)
    if not rows and service_id is not None:
        raise NotFound(_("没有这条服务记录"))
    if not rows:
        raise Conflict(_("还没有可以证明的服务"), remedy=_("组织者确认时长以后再来"))
    if not any(one.code == KIND for one in codes.kinds(district)):
        raise Conflict(_("这里还没有开通带码的证明"), remedy=_("仍可打印没有码的证明"))
    known = issued(responder, rows, service_id)
    return known or _signed(actor, responder, rows, service_id)


def rows_of(responder: Responder, service_id: UUID | None) -> list[Service]:
    """What a certificate rests on: every service that counts, over all enrolments of the person; or the one."""
    every = Service.objects.filter(district=responder.district, responder__person=responder.person_id)
    found = serving.effective(every).filter(minutes__gt=0)
    return list(found.filter(id=service_id) if service_id else found)


def issued(responder: Responder, rows: Sequence[Service], service_id: UUID | None) -> Pass | None:
    """The certificate in force that says exactly this, if there is one."""
    wanted = service_id or about(responder.person_id, rows)
    held = codes.passes_of(district=responder.district, person_id=responder.person_id, kinds=(KIND,))
    return next((one for one in held if one.about == wanted), None)


def label_of(rows: Sequence[Service], service_id: UUID | None) -> str:
    """What stands in the code itself: hours and times, or the day and the minutes; at most 24 bytes."""
    minutes = sum(one.minutes for one in rows)
    if service_id:
        return f"{localtime(rows[0].began_at):%Y-%m-%d} {minutes}分钟"
    return f"{minutes * 10 // 60 / 10:.1f}小时 {len(rows)}次"


def about(person_id: UUID, rows: Sequence[Service]) -> UUID:
    """A name for exactly these services of a person."""
    named = ",".join(sorted(str(one.id) for one in rows))
    return uuid5(NAMESPACE_URL, f"youlin:services:{person_id}:{named}")


def _signed(actor: Actor, responder: Responder, rows: Sequence[Service], service_id: UUID | None) -> Pass:
    made = passes.issue(
        actor=SYSTEM,
        district=responder.district,
        kind=KIND,
        holder=responder.person,
        label=label_of(rows, service_id),
        about=service_id or about(responder.person_id, rows),
        is_demo=responder.is_demo,
    )
    journal.append(
        act="responders.certified",
        actor=actor,
        subject=responder,
        area=responder.area_now,
        after={"number": made.number, "minutes": sum(one.minutes for one in rows), "times": len(rows)},
    )
    return made
