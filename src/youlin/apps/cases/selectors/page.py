"""The case page of desk and field: everything this actor may know, and what they may do next."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import attributes, clocks, duplicates, permission, texts, words, workflow
from youlin.apps.cases.crossing import selectors as crossings
from youlin.apps.cases.models import Case, CaseClock, CaseReporter, Category
from youlin.apps.cases.selectors import answers, beside, making, public, staff, timeline
from youlin.apps.cases.selectors.rows import (
    ActField,
    AvailableAct,
    Beginning,
    CasePage,
    Choice,
    ClockRow,
    Likely,
    Nearby,
    Offer,
    ReporterRow,
)
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import selectors as parties
from youlin.kernel import calendars, clock, privacy
from youlin.kernel.actors import Actor

NEARBY_METRES = 100
LIKELY_FROM = 0.2
"""Probability from which an earlier case is shown as perhaps the same."""
LIKELY_SHOWN = 3
REPORTERS_SHOWN = 50
_ELSEWHERE = ("split", "gather", "take_back", "hand_over")
"""Roles of acts that are no buttons: splitting and handing over have pages of their own, the rest the system does."""


def case_page(actor: Actor, case: UUID | str) -> CasePage:
    """The page of a case, by id or number. Raises `NotFound` unless the actor may know it."""
    access = permission.access(actor)
    found = staff.find(access, case)
    shown = _Shown(found, making.know([found], actor, people=_people(found)), access)
    photos = timeline.photos_of(found)
    history = timeline.of(found, shown.table, actor, photos)
    reporters, count = _reporters(shown)
    return CasePage(
        row=making.row(found, shown.known, actor, clock.now()),
        description=_description(shown),
        channel_name=words.channel_name(found.channel),
        external_number=found.external_number,
        workflow=found.case_type.workflow,
        timeline=history,
        acts=_acts(shown),
        steps=timeline.steps(found, shown.table),
        clocks=_clocks(shown),
        photos=photos,
        reporters=reporters,
        reporters_count=count,
        answers=answers.of(found, actor),
        nearby=_nearby(found),
        likely=_likely(shown),
        why_holder=tuple(str(step) for step in found.routing_reason.get("steps", ())),
        handler_label=shown.known.people.get(found.handler_id, "") if found.handler_id else "",
        lead_unit=found.lead_unit.name if found.lead_unit else "",
        duplicate_of=found.duplicate_of.number if found.duplicate_of else "",
        questions=attributes.answered(found, _category(found)),
        may_unmask=permission.may(access, "person.unmask", found),
        measures=beside.rows(found, access),
        beginnings=beside.beginnings(found, access),
        parts=beside.parts(found, access),
        whole=found.parent.number if found.parent else "",
        merged=beside.merged_numbers(found, access),
        may_split=beside.may_split(found, access),
        may_merge=beside.may_merge(found, access),
        may_hand_over=crossings.may_hand_over(found, access),
        sent=crossings.sent(found),
        received=crossings.received(found, access),
        may_unmerge=bool(found.duplicate_of_id) and permission.may(access, "case.void", found),
    )


def _category(case: Case) -> Category | None:
    """The category whose questions were answered; not read when there are no answers."""
    if not case.attributes:
        return None
    return Category.objects.filter(district=case.district, code=case.category).first()


def acts_of(actor: Actor, case: UUID | str) -> tuple[AvailableAct, ...]:
    """The acts alone, for those who need no page."""
    access = permission.access(actor)
    found = staff.find(access, case)
    return _acts(_Shown(found, making.know([found], None), access))


def crossing_offer(actor: Actor, case: UUID | str) -> Offer:
    """Where a case could be handed to. Raises `NotFound` unless the actor may know it."""
    return crossings.offer(staff.find(permission.access(actor), case))


def beginning(actor: Actor, case: UUID | str, kind: str) -> Beginning:
    """The form of one kind of measure on a case. Raises `NotFound` for the case, `Conflict` in words else."""
    access = permission.access(actor)
    found = staff.find(access, case)
    return beside.beginning(found, access, kind)


@dataclass(frozen=True)
class _Shown:
    """A case with what is needed to show it to somebody."""

    case: Case
    known: making.Known
    access: Access

    @property
    def table(self) -> workflow.Workflow:
        return self.known.table(self.case)


def _people(case: Case) -> list[UUID]:
    return [id for id in (case.holder_id, case.handler_id) if id is not None]


def _description(shown: _Shown) -> str:
    """As written for those who may know the reporter, without personal data for all others."""
    if permission.sees_reporter(shown.access, shown.case, protected=not _for_the_public(shown.case)):
        return shown.case.description
    return texts.without_personal(shown.case.description)


def _for_the_public(case: Case) -> bool:
    """Whether the case is or may come to be public: then nobody asked to be kept from its handlers."""
    return case.public or case.moderation != ""


def _acts(shown: _Shown) -> tuple[AvailableAct, ...]:
    """Acts the actor's duties grant; where only a rule stands in the way, with the reason."""
    found = []
    for act in shown.table.available(shown.case.state):
        why_not = permission.why_not(shown.access, shown.case, act)
        granted = not why_not or (bool(act.verb) and permission.may(shown.access, act.verb, shown.case))
        if act.actor != "reporter" and act.role not in _ELSEWHERE and granted:
            found.append(_act(shown, act, why_not))
    return tuple(found)


def _act(shown: _Shown, act: workflow.Act, why_not: str) -> AvailableAct:
    target = act.target(shown.case.state)
    return AvailableAct(
        code=act.code,
        name=act.title(),
        primary=act.primary,
        danger=act.danger,
        role=act.role,
        note=act.note,
        photos=act.photos,
        asks_person=act.asks_person,
        asks_category=act.recategorises,
        asks_duplicate=act.role == "duplicate",
        people=_colleagues(shown) if act.asks_person and not why_not else (),
        fields=_fields(act),
        to_state=target,
        to_state_name=shown.table.state(target).title(),
        why_not=why_not,
    )


def _fields(act: workflow.Act) -> tuple[ActField, ...]:
    """What the form asks besides note, photos, person and category."""
    declared = tuple(
        ActField(one.name, one.title(), one.required, tuple(Choice(c, c) for c in one.choices))
        for one in act.fields
    )
    if act.role == "follow_up":
        yes_no = (Choice("yes", _("是")), Choice("no", _("否")))
        return (
            ActField("reached", _("接通"), True, yes_no),
            ActField("solved", _("已解决"), False, yes_no),
            ActField("satisfied", _("满意"), False, yes_no),
            *declared,
        )
    if act.role == "duplicate":
        return (ActField("duplicate_of", _("与哪个案件重复（编号）"), True), *declared)
    return declared


def _colleagues(shown: _Shown) -> tuple[Choice, ...]:
    """Those who may handle the case now, but for the one who holds it."""
    case = shown.case
    able = duties.able(permission.HANDLE, district=case.district, area=case.area_now, category=case.category)
    kinds = {one.person_id: one.kind_name for one in able if one.person_id != case.holder_id}
    labels = parties.person_labels(kinds, viewer=shown.access.actor)
    return tuple(Choice(str(id), f"{labels[id]}（{kind}）") for id, kind in kinds.items())


def _clocks(shown: _Shown) -> tuple[ClockRow, ...]:
    now = clock.now()
    labels = {one.name: one.title() for state in shown.table.states.values() for one in state.clocks}
    rows = CaseClock.objects.filter(district=shown.case.district, case=shown.case).order_by(
        "started_at", "id"
    )
    return tuple(
        ClockRow(
            name=one.name,
            label=labels.get(one.name, one.name),
            limit=calendars.Limit.parse(one.limit).label(),
            started_at=one.started_at,
            amber_at=one.amber_at,
            due_at=one.due_at,
            stopped_at=one.stopped_at,
            outcome=one.outcome,
            light=clocks.light_at(
                one.stopped_at is None and one.suspended_at is None, one.amber_at, one.due_at, now
            ),
            first_due_at=one.first_due_at,
            suspended_at=one.suspended_at if one.stopped_at is None else None,
            extensions=one.extensions,
        )
        for one in rows
    )


def _reporters(shown: _Shown) -> tuple[tuple[ReporterRow, ...], int]:
    """Who reported, as far as the actor may know, and how many there are."""
    case = shown.case
    rows = list(
        CaseReporter.objects.filter(district=case.district, case=case).order_by("created_at", "id")[
            :REPORTERS_SHOWN
        ]
    )
    people = [row.person_id for row in rows if row.person_id]
    labels = parties.person_labels(people, viewer=shown.access.actor) if people else {}
    return tuple(_reporter(shown, row, labels) for row in rows), 1 + case.me_too_count


def _reporter(shown: _Shown, row: CaseReporter, labels: dict[UUID, str]) -> ReporterRow:
    sees = permission.sees_reporter(shown.access, shown.case, protected=row.protected)
    person = row.person_id if sees else None
    label = labels.get(person, "") if person else _("匿名") if not row.person_id else _("反映人")
    return ReporterRow(
        kind="me_too" if row.kind == "me_too" else "reporter",
        label=_("身份受保护") if row.protected and not sees else label,
        contact=masked_contact(row.contact) if sees else "",
        note=row.note,
        protected=row.protected,
        at=row.created_at,
        id=row.id,
        person_id=person,
    )


def masked_contact(contact: str) -> str:
    """A contact with its middle hidden: enough to recognise, not enough to use."""
    if not contact:
        return ""
    digits = re.sub(r"\D", "", contact)
    if "@" in contact or len(digits) < 7:
        return f"{contact[:1]}***"
    return privacy.mask_phone(digits[-11:])


def _nearby(case: Case) -> tuple[Nearby, ...]:
    if case.lon is None or case.lat is None:
        return ()
    found = public.nearby_open(lon=case.lon, lat=case.lat, metres=NEARBY_METRES, district=case.district)
    return tuple(one for one in found if one.number != case.number)


def _likely(shown: _Shown) -> tuple[Likely, ...]:
    """Earlier cases that this one may repeat, as far as the actor may know them; none once it is decided."""
    if shown.case.duplicate_of_id:
        return ()
    found = duplicates.candidates(shown.case, least=LIKELY_FROM)
    known = [one for one in found if permission.may_know(shown.access, one.case)]
    return tuple(
        Likely(
            number=one.case.number,
            title=one.case.title,
            percent=round(100 * one.probability),
            reasons=tuple(one.reasons),
            is_open=one.case.is_open,
        )
        for one in known[:LIKELY_SHOWN]
    )
