"""Joining a case that is there already: "me too"."""

from django.db.models import F
from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, texts
from youlin.apps.cases.models import Case, CaseReporter
from youlin.apps.cases.services import intake
from youlin.kernel import clock, crypto, ids, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict
from youlin.kernel.idempotency import once


def me_too(
    *,
    actor: Actor,
    case_number: str,
    idempotency_key: str,
    contact: str = "",
    note: str = "",
) -> intake.Receipt:
    """Join a case that is open and public; the one who joins can follow and rate it like its reporter."""
    found = lookup.with_number(case_number, public=True)
    return join(actor=actor, found=found, idempotency_key=idempotency_key, contact=contact, note=note)


def join(
    *, actor: Actor, found: Case, idempotency_key: str, contact: str = "", note: str = ""
) -> intake.Receipt:
    """Join an open case, also one that is not public, which its caller knows to be the same matter."""
    intake.check_words(text=note, contact=contact, key=idempotency_key, may_be_silent=True)
    payload = {"number": found.number, "contact": contact, "note": note}
    with once(
        district=found.district, actor=actor, act="cases.me_too", key=idempotency_key, payload=payload
    ) as ask:
        if ask.prior is not None:
            return intake.receipt_again(found.district, ask.prior)
        case = lookup.locked(found.district, found.id)
        if not case.is_open:
            raise Conflict(_("这个案件已经办结"), remedy=_("如问题仍在，请重新上报"))
        _refuse_twice(case, actor)
        token = ids.new_token()
        reporter = intake.reporter_row(case, actor, token, contact=contact, note=note, kind="me_too")
        reporter.save(force_insert=True)
        Case.objects.filter(district=case.district, id=case.id).update(
            me_too_count=F("me_too_count") + 1, updated_at=clock.now()
        )
        case.me_too_count += 1
        journal.append(
            act="cases.joined",
            actor=actor,
            subject=case,
            area=case.area_now,
            after={"me_too": case.me_too_count},
            note=texts.without_personal(note),
        )
        ask.save({"case": str(case.id), "number": case.number, "token": crypto.encrypt(token)})
    return intake.receipt(case, token)


def _refuse_twice(case: Case, actor: Actor) -> None:
    if actor.person_id is None:
        return
    mine = CaseReporter.objects.filter(district=case.district, case=case, person_id=actor.person_id)
    if mine.exists():
        raise Conflict(_("您已经反映过这个问题"), remedy=_("可以在“我的反映”里看进展"))
