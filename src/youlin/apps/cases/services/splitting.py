"""Splitting a case into parts: each goes its own way with its own clock; when all are over, the whole goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import attributes, clocks, lookup, permission, routing, texts
from youlin.apps.cases.models import Case, CaseClock, Category
from youlin.apps.cases.services import intake
from youlin.apps.cases.services.measures import effects
from youlin.apps.cases.words import SEARCH_KIND
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock, ids, journal, search
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.kernel.idempotency import once

LEAST, MOST = 2, 8
TEXT_LENGTH = 2000


@dataclass(frozen=True)
class Part:
    """One part: what it is about, in words, and where (empty: where the whole is).

    `lead_unit` is the body that is asked to answer, `answers` are those to what the category asks besides.
    """

    category: str
    text: str
    area: str = ""
    lead_unit: Organisation | None = None
    answers: attributes.Given = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        return not (self.category or self.text.strip() or self.area)


def split(
    *,
    actor: Actor,
    case_id: UUID,
    parts: Sequence[Part],
    idempotency_key: str,
    note: str = "",
    expected_version: int | None = None,
    least: int = LEAST,
) -> tuple[Case, ...]:
    """Split a case by the act that its table declares; the parts, in the order given, at least `least`.

    The reporters stay with the whole, and its promise to them runs on. Raises `Invalid` naming each part that
    is wrong (`part-1-text` …), `Conflict` when the case has moved on or cannot be split now.
    """
    from youlin.apps.cases.services import acts  # which gathers the parts by this module

    given = [part for part in parts if not part.blank]
    district = lookup.district_of(case_id)
    payload = {
        "case": str(case_id),
        "note": note.strip(),
        "parts": [_said(part) for part in given],
    }
    with once(district=district, actor=actor, act="cases.split", key=idempotency_key, payload=payload) as ask:
        case = lookup.locked(district, case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        if ask.prior is not None:
            return parts_of(case)
        effects.check_version(case, expected_version)
        declared = lookup.table_of(case.case_type).role("split", case.state)
        if declared is None:
            state = lookup.table_of(case.case_type).state(case.state).title()
            raise Conflict(_("案件现在是“%(state)s”，不能分办") % {"state": state})
        categories = _checked(case, parts, least)
        asked = acts.Asked(actor, note.strip(), fields={"parts": len(given)})
        acts.perform(case, declared, asked, access=access)
        made = tuple(_make(actor, case, part, categories[part.category]) for part in given)
        ask.save({"parts": [one.number for one in made]})
    return made


def parts_of(case: Case) -> tuple[Case, ...]:
    """The parts of a case, the oldest first."""
    rows = Case.objects.filter(district=case.district, parent=case).select_related("case_type")
    return tuple(rows.order_by("reported_at", "id"))


def gather(part: Case) -> None:
    """When the last part of a whole is over, the whole goes on by its table's act; by the system."""
    from youlin.apps.cases.services import acts  # which calls this when a case is over

    if part.is_open or part.parent_id is None:
        return
    whole = lookup.locked(part.district, part.parent_id)
    parts = Case.objects.filter(district=part.district, parent=whole)
    if not whole.is_open or parts.exclude(id=part.id).filter(is_open=True).exists():
        return
    solved = part.outcome == "solved" or parts.exclude(id=part.id).filter(outcome="solved").exists()
    table = lookup.table_of(whole.case_type)
    declared = table.role("gather" if solved else "take_back", whole.state)
    if declared is not None:
        acts.perform(whole, declared, acts.Asked(SYSTEM, _("各分办件都已办结")))


def _said(part: Part) -> list[Any]:
    """What makes two parts the same."""
    more = [str(part.lead_unit.id) if part.lead_unit else "", {k: list(v) for k, v in part.answers.items()}]
    return [part.category, part.text.strip(), part.area, *(more if any(more) else ())]


def _checked(case: Case, parts: Sequence[Part], least: int) -> dict[str, Category]:
    """The categories of the parts, if all parts can be made of them."""
    rows = Category.objects.filter(
        district=case.district, code__in={part.category for part in parts}, retired_at__isnull=True
    )
    known = {row.code: row for row in rows}
    problems = []
    for number, part in enumerate(parts, start=1):
        if not part.blank:
            problems += _wrong(case, part, f"part-{number}", known)
    if sum(not part.blank for part in parts) < least:
        problems.append(Problem("part-1-text", _("至少分成 %(n)d 件") % {"n": least}))
    if len(parts) > MOST:
        problems.append(Problem("part-1-text", _("最多分成 %(n)d 件") % {"n": MOST}))
    if problems:
        raise Invalid(problems=problems)
    return known


def _wrong(case: Case, part: Part, name: str, known: dict[str, Category]) -> list[Problem]:
    problems = []
    if part.category not in known:
        problems.append(Problem(f"{name}-category", _("没有选类别"), _("请从列表中选一个类别")))
    elif intake.type_of(known[part.category]).confidential != case.confidential:
        problems.append(Problem(f"{name}-category", _("保密与公开的案件不能互相分办")))
    if not part.text.strip():
        problems.append(Problem(f"{name}-text", _("没有写这一件办什么")))
    elif len(part.text) > TEXT_LENGTH:
        problems.append(Problem(f"{name}-text", _("内容超过 %(n)d 字") % {"n": TEXT_LENGTH}))
    if part.category in known and _lacks_unit(case, part, known[part.category]):
        problems.append(Problem(f"{name}-unit", _("没有写由谁办"), _("请写明由哪个单位办")))
    if part.area and not (part.area.startswith(case.district) and areas.live(part.area)):
        problems.append(Problem(f"{name}-area", _("没有区划“%(code)s”") % {"code": part.area}))
    return problems


def _lacks_unit(case: Case, part: Part, category: Category) -> bool:
    """Whether a part that names no body would go to somebody who answers for one of them alone."""
    if part.lead_unit is not None:
        return False
    table = lookup.table_of(intake.type_of(category))
    area = part.area if part.area.startswith(case.district) and areas.live(part.area) else case.area_now
    return any(
        routing.for_duty(
            district=case.district, duty=act.assigns[5:], area=area, category=part.category
        ).organisation_id
        for act in table.available(table.initial)
        if act.assigns.startswith("unit:")
    )


def _make(actor: Actor, whole: Case, part: Part, category: Category) -> Case:
    """One part: a case of its own that began with the whole. Nobody reported it but through the whole."""
    case_type = intake.type_of(category)
    table = lookup.table_of(case_type)
    now = clock.now()
    moved = bool(part.area) and part.area != whole.area_now
    case = Case(
        district=whole.district,
        number=ids.new_number(intake.prefix_of(whole.district)),
        case_type=case_type,
        category=category.code,
        state=table.initial,
        is_open=table.state(table.initial).open,
        title=texts.title_of(part.text, category.name),
        description=texts.without_personal(part.text.strip()),
        channel=whole.channel,
        lon=None if moved else whole.lon,
        lat=None if moved else whole.lat,
        address=whole.address,
        area_at_event=part.area or whole.area_now,
        area_now=part.area or whole.area_now,
        confidential=whole.confidential,
        anonymous=whole.anonymous,
        lead_unit=part.lead_unit,
        attributes=attributes.read(category, part.answers) if part.answers else {},
        reported_at=now,
        updated_at=now,
        parent=whole,
        is_demo=whole.is_demo,
    )
    running: list[CaseClock] = clocks.change(
        case, table.state(case.state), [], limits=category.limits, at=now
    ).started
    case.save(force_insert=True)
    CaseClock.objects.bulk_create(running)
    _journal(actor, case, whole, category)
    search.index(
        district=case.district,
        kind=SEARCH_KIND,
        object_id=case.id,
        text=intake.search_text(case, category.name),
        marks=search.marks.of(case.area_now, is_open=case.is_open),
    )
    return case


def _journal(actor: Actor, case: Case, whole: Case, category: Category) -> None:
    facts: dict[str, Any] = intake.report_facts(case, category.code) | {"part_of": whole.number}
    journal.append(
        act="cases.reported",
        actor=actor,
        subject=case,
        area=case.area_now,
        after=facts,
        related=[whole],
        first=True,
    )
