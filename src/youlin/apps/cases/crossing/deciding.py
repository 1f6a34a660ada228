"""The district that was asked takes the case over, or sends it back with a reason."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, permission, repeats, routing, texts
from youlin.apps.cases.crossing import answering, clockwork
from youlin.apps.cases.models import Arrival, Case, CaseClock, CaseMedia, CaseReporter
from youlin.apps.cases.moderation import birth
from youlin.apps.cases.services import intake
from youlin.apps.cases.services.measures import effects
from youlin.apps.cases.words import SEARCH_KIND
from youlin.kernel import clock, journal, search
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed
from youlin.kernel.idempotency import once
from youlin.kernel.media import services as media

NOTE_LENGTH = 2000

Deed = Callable[[Actor, Case, Arrival, str, datetime], None]


def accept(
    *, actor: Actor, case_id: UUID, idempotency_key: str, note: str = "", expected_version: int | None = None
) -> Case:
    """Take over a case that another district handed here: from now on its clock runs, as for a new report.

    The time of the report stays. Raises `NotFound`, `NotAllowed`, `Conflict` when it was decided already.
    """
    return _decide(actor, case_id, "accept", note, idempotency_key, expected_version, _accept)


def refuse(
    *, actor: Actor, case_id: UUID, reason: str, idempotency_key: str, expected_version: int | None = None
) -> Case:
    """Send a case back to where it came from, with the reason; people, words and pictures are not kept here."""
    if not reason.strip():
        raise Invalid(_("请写明为什么退回"), field="note", remedy=_("写一两句话，对方照此接着办"))
    return _decide(actor, case_id, "refuse", reason, idempotency_key, expected_version, _refuse)


def _decide(
    actor: Actor, case_id: UUID, what: str, note: str, key: str, expected_version: int | None, deed: Deed
) -> Case:
    district, note = lookup.district_of(case_id), note.strip()
    if len(note) > NOTE_LENGTH:
        raise Invalid(_("说明超过 %(n)d 字") % {"n": NOTE_LENGTH}, field="note")
    payload = {"case": str(case_id), "note": note}
    act = f"cases.crossing.{what}"
    with once(district=district, actor=actor, act=act, key=key, payload=payload) as ask:
        case = lookup.locked(district, case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        if ask.prior is not None:
            return case
        effects.check_version(case, expected_version)
        arrival = Arrival.objects.filter(district=district, case=case).first()
        if arrival is None or arrival.state != "offered":
            raise Conflict(_("这一件没有在等接收"), remedy=_("请看最新状态"))
        declared = clockwork.way_out(case)
        if declared is not None and (why := permission.why_not(access, case, declared, arriving=True)):
            raise NotAllowed(why)
        deed(actor, case, arrival, texts.without_personal(note), clock.now())
        ask.save({"version": case.version})
    answering.answer_due.enqueue()
    return case


def _decided(arrival: Arrival, state: str, actor: Actor, note: str, now: datetime) -> None:
    arrival.state, arrival.decided_by_id, arrival.decided_at, arrival.decision = (
        state,
        actor.person_id,
        now,
        note,
    )
    arrival.not_before = now
    arrival.save(update_fields=["state", "decided_by", "decided_at", "decision", "not_before"])


def _accept(actor: Actor, case: Case, arrival: Arrival, note: str, now: datetime) -> None:
    """The case is one of this district's like any other: public as its type says, promised from now on."""
    _decided(arrival, "accepted", actor, note, now)
    kind = routing.category_of(case.district, case.category)
    hidden = CaseReporter.objects.filter(district=case.district, case=case, protected=True).exists()
    shown = birth.of_case(case.case_type, protected=hidden or case.confidential)
    case.public, case.moderation = shown.public, shown.moderation
    state = lookup.table_of(case.case_type).state(case.state)
    CaseClock.objects.bulk_create(clocks.change(case, state, [], limits=kind.limits, at=now).started)
    clockwork.mark(case, "")
    case.version, case.updated_at = case.version + 1, now
    case.save(force_update=True)
    _show_pictures(case)
    repeats.mark(case.district, [case.id])
    after = {"from_district": arrival.from_district, "from_number": arrival.from_number}
    _tell(actor, case, "cases.crossing_accepted", after, note, now)
    journal.append(
        act="cases.reported",
        actor=SYSTEM,
        subject=case,
        area=case.area_now,
        after={**intake.report_facts(case, case.category), **after},
        at=case.reported_at,
    )


def _show_pictures(case: Case) -> None:
    """Pictures that came along are looked at before they show, like those of a new report."""
    table = lookup.table_of(case.case_type)
    for one in CaseMedia.objects.filter(district=case.district, case=case).select_related("file"):
        standing_of = birth.of_photo(case, one.file.kind) if one.step == table.initial else None
        if standing_of is not None:
            CaseMedia.objects.filter(district=case.district, id=one.id).update(
                public=standing_of.public, checked=standing_of.moderation
            )


def _refuse(actor: Actor, case: Case, arrival: Arrival, note: str, now: datetime) -> None:
    """What is left here: number, matter, time and reason. The rest is with the district that it belongs to."""
    _decided(arrival, "refused", actor, note, now)
    before = {"state": case.state}
    if clockwork.way_out(case) is None:
        raise Conflict(_("这类案件的流程没有移交外区这一步，不能退回"), remedy=_("请平台管理员更新方案"))
    case.description, case.address, case.lon, case.lat, case.attributes = "", "", None, None, {}
    clockwork.end(case, actor=actor, at=now, outcome="returned")
    CaseReporter.objects.filter(district=case.district, case=case).delete()
    for one in CaseMedia.objects.filter(district=case.district, case=case).select_related("file"):
        media.remove(media=one.file, actor=SYSTEM, reason=_("移交件已退回来区"))
    CaseMedia.objects.filter(district=case.district, case=case).delete()
    search.index(
        district=case.district,
        kind=SEARCH_KIND,
        object_id=case.id,
        text="\n".join((case.number, case.external_number)),
        marks=search.marks.of(case.area_now, is_open=case.is_open),
    )
    after = {"state": case.state, "from_district": arrival.from_district, "from_number": arrival.from_number}
    _tell(actor, case, "cases.crossing_refused", after, note, now, before=before)


def _tell(
    actor: Actor,
    case: Case,
    act: str,
    after: dict[str, str],
    note: str,
    now: datetime,
    before: dict[str, str] | None = None,
) -> None:
    journal.append(
        act=act, actor=actor, subject=case, area=case.area_now, before=before, after=after, note=note, at=now
    )
