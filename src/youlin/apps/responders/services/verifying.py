"""A street or a company says that a responder is who they say they are and does what they say they do."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.passes import services as passes
from youlin.apps.responders import cards, permission, words
from youlin.apps.responders.models import Responder
from youlin.apps.responders.services import writing
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed

LINK = "/respond/me/"


@transaction.atomic
def verify(*, actor: Actor, district: str, responder_id: UUID) -> Responder:
    """Verify a responder; twice changes nothing. Nobody verifies themselves. Raises `NotAllowed`, `Conflict`."""
    row = _locked(actor, district, responder_id)
    if row.ended_at is not None:
        raise Conflict(_("这位已经退出"))
    if row.consented_at is None:
        raise Conflict(_("监护人还没有同意"))
    if row.verified_at is None:
        row.verified_at, row.verified_by_id = clock.now(), actor.person_id
        writing.save([row], ["verified_at", "verified_by_id"])
        journal.append_many([writing.item("responders.verified", actor, row)])
        _tell(row, _("您已通过核实"), _("以后附近需要人手时会召集您。"))
    return row


@transaction.atomic
def withdraw_verification(*, actor: Actor, district: str, responder_id: UUID, reason: str) -> Responder:
    """Take a verification back, with a reason that the responder is told."""
    row = _locked(actor, district, responder_id)
    why = reason.replace("\0", "").strip()[:200]
    if not why:
        raise Invalid(_("请说明原因"), field="reason")
    if row.verified_at is not None:
        row.verified_at, row.verified_by_id = None, None
        writing.save([row], ["verified_at", "verified_by_id"])
        journal.append_many([writing.item("responders.verification_withdrawn", actor, row, note=why)])
        passes.end_with(district=district, person_id=row.person_id, comes_with=cards.SOURCE)
        _tell(row, _("您的核实已撤回"), why)
    return row


def _locked(actor: Actor, district: str, responder_id: UUID) -> Responder:
    row = writing.locked(district, responder_id)
    if not permission.verifies(duties.access(actor), row):
        raise NotAllowed(_("这位不归您核实"))
    if actor.person_id == row.person_id:
        raise NotAllowed(_("不能核实自己"))
    return row


def _tell(row: Responder, title: str, body: str) -> None:
    notices.notify(
        district=row.district,
        person_id=row.person_id,
        kind=words.NEWS,
        key=f"responder:{row.id}:{row.revision}",
        title=title,
        body=body,
        link=LINK,
    )
