"""From cases to the rows of a list, in a fixed number of queries whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import CharField

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import clocks, lookup, workflow
from youlin.apps.cases.models import Case, CaseType, Category
from youlin.apps.cases.selectors.rows import CaseRow, Choice
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.languages import in_language
from youlin.kernel.prepared import PreparedFor


@dataclass(frozen=True)
class Known:
    """What many rows share: tables by case type, category names, and how people are called."""

    tables: Mapping[UUID, tuple[str, workflow.Workflow]]
    categories: Mapping[tuple[str, str], str]
    people: Mapping[UUID, str]

    def table(self, case: Case) -> workflow.Workflow:
        return self.tables[case.case_type_id][1]

    def category_name(self, case: Case) -> str:
        return self.categories.get((case.district, case.category), case.category)


def know(cases: Sequence[Case], actor: Actor | None, *, people: Iterable[UUID] = ()) -> Known:
    """Read once what the rows of `cases` share. `actor` None names nobody."""
    wanted = {case.holder_id for case in cases if case.holder_id} | set(people)
    return Known(
        tables_of(cases),
        category_names(cases),
        parties.person_labels(wanted, viewer=actor) if actor and wanted else {},
    )


def tables_of(cases: Sequence[Case]) -> dict[UUID, tuple[str, workflow.Workflow]]:
    """Code and table of every case type that occurs. One query for types this process has not met.

    A type's row never changes its code or workflow: another workflow is another version, another row.
    """
    wanted = {case.case_type_id for case in cases}
    if new := wanted - _tables.keys():
        if len(_tables) + len(new) > _MOST_TABLES:
            _tables.clear()
            new = wanted
        districts = {case.district for case in cases}
        types = CaseType.objects.filter(district__in=districts, id__in=new)
        _tables.update({one.id: (one.code, lookup.table_of(one)) for one in types})
    return {id: _tables[id] for id in wanted}


_MOST_TABLES = 1_000
_tables: dict[UUID, tuple[str, workflow.Workflow]] = {}


def category_names(cases: Sequence[Case]) -> dict[tuple[str, str], str]:
    """Names in the language of the request, by district and code. One query."""
    if not cases:
        return {}
    districts = tuple(sorted({case.district for case in cases}))
    return {
        (district, code): in_language(name, name_en)
        for district, code, name, name_en in _named(districts).values({case.category for case in cases})
    }


@lru_cache(maxsize=64)
def _named(districts: tuple[str, ...]) -> PreparedFor[Category]:
    return PreparedFor(
        CharField(),
        lambda codes: Category.objects.filter(district__in=districts, code__in=codes).values_list(
            "district", "code", "name", "name_en"
        ),
    )


def rows(cases: Sequence[Case], actor: Actor) -> tuple[CaseRow, ...]:
    """The cases as rows of a list, in their order."""
    known, now = know(cases, actor), clock.now()
    return tuple(row(case, known, actor, now) for case in cases)


def row(case: Case, known: Known, actor: Actor, now: datetime) -> CaseRow:
    """One case as a row."""
    code, table = known.tables[case.case_type_id]
    mine = case.holder_id is not None and case.holder_id == actor.person_id
    act = _at_once(table, case.state) if mine else None
    return CaseRow(
        id=case.id,
        district=case.district,
        number=case.number,
        title=case.title,
        category=case.category,
        category_name=known.category_name(case),
        case_type=code,
        state=case.state,
        state_name=table.state(case.state).title(),
        step=table.step_of(case.state),
        steps=len(table.steps),
        is_open=case.is_open,
        area=case.area_now,
        area_path=areas.local_path(case.area_now),
        address=case.address,
        lon=case.lon,
        lat=case.lat,
        light=clocks.light(case, now),
        light_at=case.light_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        holder_id=case.holder_id,
        holder_label=known.people.get(case.holder_id, "") if case.holder_id else "",
        mine=mine,
        reported_at=case.reported_at,
        updated_at=case.updated_at,
        channel=case.channel,
        me_too=case.me_too_count,
        reopened=case.reopened,
        escalation=case.escalation,
        confidential=case.confidential,
        is_demo=case.is_demo,
        outcome=case.outcome,
        version=case.version,
        marks=tuple(case.marks.split()),
        at_once=Choice(act.code, act.title()) if act else None,
    )


def _at_once(table: workflow.Workflow, state: str) -> workflow.Act | None:
    """The holder's next act in `state`, if it can be done with one tap: it asks for no word, photo or choice."""
    for act in table.available(state):
        if act.primary and act.actor == "holder" and not act.role:
            chooses = act.asks_person or act.recategorises or bool(act.fields)
            return None if chooses or act.photos or act.note == "required" else act
    return None
