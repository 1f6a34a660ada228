"""Before many cases are acted on: which acts there are, and of each case whether it will and, if not, why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup, permission, workflow
from youlin.apps.cases.lists import sets
from youlin.apps.cases.lists.bulk import rules
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.selectors.rows import Choice
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import selectors as parties
from youlin.kernel.actors import Actor

_PLACES_ASKED = 40
"""For how many different places and categories candidates are looked up; beyond, the list is theirs only."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that can be done on `count` of the chosen cases."""

    code: str
    name: str
    count: int
    danger: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One chosen case: `why_not` is empty when the act will be done on it."""

    number: str
    title: str
    place: str
    state_name: str
    holder_label: str
    version: int
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do to the chosen cases, and what its form asks.

    `note` is "none", "optional" or "required". `undo` says whether all, some or none of it can be taken back.
    """

    act: str
    name: str
    danger: bool
    note: str
    asks_person: bool
    asks_category: bool
    asks_duplicate: bool
    people: tuple[Choice, ...]
    verdicts: tuple[Verdict, ...]
    undo: str
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def will(self) -> tuple[Verdict, ...]:
        return tuple(one for one in self.verdicts if not one.why_not)

    @property
    def will_not(self) -> tuple[Verdict, ...]:
        return tuple(one for one in self.verdicts if one.why_not)


def offers(actor: Actor, numbers: Sequence[str]) -> tuple[Offer, ...]:
    """The acts that the actor may do now on at least one of the cases, the most frequent first."""
    access = permission.access(actor)
    counts: Counter[str] = Counter()
    named: dict[str, workflow.Act] = {}
    for case in _cases(access, numbers):
        for act in lookup.table_of(case.case_type).available(case.state):
            if rules.for_many(act) and not permission.why_not(access, case, act):
                counts[act.code] += 1
                named.setdefault(act.code, act)
    return tuple(
        Offer(code, named[code].title(), count, named[code].danger) for code, count in counts.most_common()
    )


def preview(
    actor: Actor, numbers: Sequence[str], *, act: str, to_person: UUID | None = None, to_category: str = ""
) -> Preview:
    """Look at every chosen case with this act in mind; a handful of queries for any number of cases."""
    access = permission.access(actor)
    cases = _cases(access, numbers)
    theirs = permission.access(Actor("person", person_id=to_person)) if to_person else None
    asked = _Asked(
        access, act, theirs, to_person, _type_of(cases, to_category), cases[0].district if cases else ""
    )
    reasons = {case.id: _why_not(case, asked) for case in cases}
    doing = [case for case in cases if not reasons[case.id]]
    found = _acts(cases, act)
    asks_person = any(one.asks_person for one in found)
    return Preview(
        act=act,
        name=found[0].title() if found else act,
        danger=any(one.danger for one in found),
        note=_strictest([one.note for one in found]),
        asks_person=asks_person,
        asks_category=any(one.recategorises for one in found),
        asks_duplicate=any(one.role == "duplicate" for one in found),
        people=_people(actor, [case for case in cases if _offered(case, act)]) if asks_person else (),
        verdicts=_verdicts(actor, cases, reasons),
        undo=_undo(doing, act),
        refused=dict(Counter(reason for reason in reasons.values() if reason).most_common()),
    )


@dataclass(frozen=True)
class _Asked:
    access: Access
    act: str
    theirs: Access | None
    to_person: UUID | None
    case_type: str
    district: str


def _cases(access: Access, numbers: Sequence[str]) -> list[Case]:
    """The chosen cases in the order chosen, at most `rules.MOST`."""
    wanted = list(dict.fromkeys(numbers))[: rules.MOST]
    rows = sets.chosen_rows(access, wanted).select_related("case_type").defer("description", "routing_reason")
    found = {case.number: case for case in rows}
    return [found[number] for number in wanted if number in found]


def _why_not(case: Case, asked: _Asked) -> str:
    table = lookup.table_of(case.case_type)
    act = _offered(case, asked.act)
    if case.district != asked.district:
        return _("在另一个区，请分开办理")
    if act is None:
        return _("现在是“%(state)s”，没有这一步") % {"state": table.state(case.state).title()}
    if not rules.for_many(act):
        return _("这一步要逐件办理")
    refused = permission.why_not(asked.access, case, act)
    if refused:
        return refused
    if act.asks_person and asked.theirs is not None:
        if asked.to_person == case.holder_id:
            return _("案件已经在这位同事手里")
        if permission.duty_for(asked.theirs, case) is None:
            return _("这位同事没有办理此案的岗位")
    if act.recategorises and asked.case_type and asked.case_type != case.case_type.code:
        return _("新的类别走另一种流程")
    return ""


def _offered(case: Case, code: str) -> workflow.Act | None:
    available = lookup.table_of(case.case_type).available(case.state)
    return next((act for act in available if act.code == code), None)


def _acts(cases: Sequence[Case], code: str) -> list[workflow.Act]:
    """The act as the different tables of the cases declare it, those that offer it now."""
    types = {(case.case_type_id, case.state): case for case in cases}
    return [act for case in types.values() if (act := _offered(case, code)) is not None]


def _strictest(notes: Sequence[str]) -> str:
    order = ("required", "optional", "none")
    return next((note for note in order if note in notes), "none")


def _undo(cases: Sequence[Case], code: str) -> str:
    can = {
        rules.can_undo(lookup.table_of(case.case_type), act, case.state)
        for case in cases
        if (act := _offered(case, code)) is not None
    }
    return "some" if can == {True, False} else "all" if can == {True} else "none"


def _type_of(cases: Sequence[Case], category: str) -> str:
    if not category or not cases:
        return ""
    rows = Category.objects.filter(district=cases[0].district, code=category)
    return rows.values_list("case_type", flat=True).first() or ""


def _people(actor: Actor, cases: Sequence[Case]) -> tuple[Choice, ...]:
    """Who could handle at least one of the cases."""
    places = dict.fromkeys((case.district, case.area_now, case.category) for case in cases)
    kinds: dict[UUID, str] = {}
    for district, area, category in list(places)[:_PLACES_ASKED]:
        for one in duties.able(permission.HANDLE, district=district, area=area, category=category):
            kinds.setdefault(one.person_id, one.kind_name)
    labels = parties.person_labels(kinds, viewer=actor)
    return tuple(Choice(str(id), f"{labels[id]}（{kind}）") for id, kind in kinds.items())


def _verdicts(actor: Actor, cases: Sequence[Case], reasons: dict[UUID, str]) -> tuple[Verdict, ...]:
    holders = {case.holder_id for case in cases if case.holder_id}
    labels = parties.person_labels(holders, viewer=actor) if holders else {}
    return tuple(
        Verdict(
            number=case.number,
            title=case.title,
            place=areas.local_path(case.area_now),
            state_name=lookup.table_of(case.case_type).state(case.state).title(),
            holder_label=labels.get(case.holder_id, "") if case.holder_id else "",
            version=case.version,
            why_not=reasons[case.id],
        )
        for case in cases
    )
