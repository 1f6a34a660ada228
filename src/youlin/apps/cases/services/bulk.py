"""Many cases at the price of a few queries: the same table, the same journal, one transaction.

For imports. Nobody is routed, notified or asked; acts were done by others, elsewhere, at the times given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, repeats, texts, workflow
from youlin.apps.cases.models import Case, CaseClock, CaseType, Category
from youlin.apps.cases.moderation import birth
from youlin.apps.cases.services import intake, transition
from youlin.apps.cases.words import SEARCH_KIND
from youlin.apps.duties import selectors as duties
from youlin.kernel import ids, journal, rows, search
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A case to be taken in, and the acts it has been through, each with its time, oldest first.

    `duplicate_of` is an earlier case, or the place of an earlier arrival in the same call.
    """

    category: str
    reported_at: datetime
    area: str
    title: str = ""
    description: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    channel: str = "import"
    external_number: str = ""
    acts: Sequence[tuple[str, datetime]] = ()
    duplicate_of: Case | int | None = None


@dataclass(frozen=True)
class Tables:
    """The district's categories with their case types and workflows, read once for any number of cases."""

    district: str
    prefix: str
    categories: Mapping[str, Category]
    types: Mapping[str, tuple[CaseType, workflow.Workflow]]

    def of(self, category: str) -> tuple[Category, CaseType, workflow.Workflow]:
        """Raises `NotFound` for a category the district does not have."""
        found = self.categories.get(category)
        if found is None or found.case_type not in self.types:
            raise NotFound(
                _("没有类别“%(code)s”") % {"code": category},
                field="category",
                remedy=_("请先启用声明它的方案"),
            )
        return (found, *self.types[found.case_type])


def tables(district: str) -> Tables:
    """Two queries."""
    types = CaseType.objects.filter(district=district, is_current=True, retired_at__isnull=True)
    categories = Category.objects.filter(district=district, retired_at__isnull=True)
    return Tables(
        district,
        intake.prefix_of(district),
        {category.code: category for category in categories},
        {one.code: (one, lookup.table_of(one)) for one in types},
    )


def check_may_import(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless `actor` may import cases for the whole district."""
    if actor.kind == "system":
        return
    if not duties.access(actor).may("case.import", district=district, area=district):
        raise NotAllowed(_("您没有导入本区案件的权限"), remedy=_("请联系区级管理员"))


@transaction.atomic
def report_many(*, actor: Actor, using: Tables, arrivals: Sequence[Arrival]) -> list[Case]:
    """Take in `arrivals` and run their acts; cases in the order given.

    Every case is journalled as reported and once for each act, at the times given. Clocks run for what is
    still open. Raises `NotAllowed`, `NotFound` (category), `Conflict` (an act the state does not allow),
    `Invalid` (an act the workflow does not have).
    """
    check_may_import(actor, using.district)
    taken: list[_Taken] = []
    for arrival in arrivals:
        repeated = arrival.duplicate_of
        earlier = taken[repeated].case if isinstance(repeated, int) else repeated
        taken.append(_take(actor, using, arrival, earlier))
    cases = [one.case for one in taken]
    _renumber(using, cases)
    rows.insert_many(cases)
    repeats.mark(using.district, [case.pk for case in cases if case.is_open])
    rows.insert_many([clock for one in taken for clock in one.clocks])
    journal.append_many([item for one in taken for item in one.journalled(actor)])
    search.index_many(
        search.Document(
            using.district,
            SEARCH_KIND,
            one.case.pk,
            intake.search_text(one.case, one.category.name),
            search.marks.of(one.case.area_now, is_open=one.case.is_open),
        )
        for one in taken
    )
    return cases


@dataclass
class _Done:
    act: workflow.Act
    at: datetime
    result: transition.Result


@dataclass
class _Taken:
    """A case with what it has been through."""

    case: Case
    category: Category
    facts: dict[str, Any]
    done: list[_Done]
    clocks: list[CaseClock]

    def journalled(self, actor: Actor) -> Iterator[journal.Item]:
        case, area = self.case, self.case.area_now
        after = {**self.facts, "number": case.number}
        yield journal.Item(
            act="cases.reported",
            actor=actor,
            subject=case,
            area=area,
            after=after,
            at=case.reported_at,
            first=True,
        )
        for one in self.done:
            yield journal.Item(
                act=one.act.journal_act,
                actor=actor,
                subject=case,
                area=area,
                before=one.result.before,
                after=one.result.after,
                at=one.at,
                related=[case.duplicate_of] if case.duplicate_of else None,
                first=True,
            )


def _take(actor: Actor, using: Tables, arrival: Arrival, repeated: Case | None) -> _Taken:
    category, case_type, table = using.of(arrival.category)
    case = _case(using, category, case_type, table, arrival)
    case.duplicate_of = repeated
    start = clocks.change(case, table.state(case.state), [], limits=category.limits, at=arrival.reported_at)
    taken = _Taken(case, category, intake.report_facts(case, category.code), [], [])
    running = start.running
    for code, at in arrival.acts:
        act = table.acts.get(code)
        if act is None:
            raise Invalid(_("流程里没有动作“%(act)s”") % {"act": code}, field="statuses")
        result = transition.apply(
            case, table, act, actor=actor, at=at, running=running, limits=category.limits
        )
        running = result.clocks.running
        taken.clocks += result.clocks.stopped
        taken.done.append(_Done(act, at, result))
    taken.clocks += running
    return taken


def _case(
    using: Tables, category: Category, case_type: CaseType, table: workflow.Workflow, arrival: Arrival
) -> Case:
    standing = birth.of_case(case_type)
    return Case(
        district=using.district,
        number=ids.new_number(using.prefix),
        case_type=case_type,
        category=category.code,
        state=table.initial,
        is_open=table.state(table.initial).open,
        title=texts.without_personal(arrival.title)[:120]
        or texts.title_of(arrival.description, category.name),
        description=arrival.description,
        channel=arrival.channel,
        external_number=arrival.external_number,
        lon=arrival.lon,
        lat=arrival.lat,
        address=arrival.address,
        area_at_event=arrival.area,
        area_now=arrival.area,
        confidential=case_type.confidential,
        public=standing.public,
        moderation=birth.SHOWN if standing.public else standing.moderation,
        anonymous=True,
        reported_at=arrival.reported_at,
        updated_at=arrival.reported_at,
    )


def _renumber(using: Tables, cases: Sequence[Case]) -> None:
    """Numbers are random: give another to the few that are taken already."""
    while True:
        by_number = {case.number: case for case in cases}
        used = Case.objects.filter(district=using.district, number__in=by_number)
        taken = set(used.values_list("number", flat=True))
        clashing = [case for case in cases if case.number in taken or by_number[case.number] is not case]
        if not clashing:
            return
        for case in clashing:
            case.number = ids.new_number(using.prefix)
