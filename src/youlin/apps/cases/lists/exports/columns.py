"""What an exported table can show, column by column. Contacts are masked unless the export has a reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import attributes, clocks, permission, texts, words
from youlin.apps.cases.models import Case, CaseReporter, Category
from youlin.apps.cases.selectors import making
from youlin.apps.cases.selectors.page import masked_contact
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor

UNMASK = "person.unmask"
Cell = str | int | float | None


@dataclass(frozen=True)
class Batch:
    """Some cases with what their rows need to know; read once for all of them."""

    cases: Sequence[Case]
    known: making.Known
    access: Access
    now: datetime
    full: bool
    reporters: dict[UUID, CaseReporter] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    categories: dict[tuple[str, str], Category] = field(default_factory=dict)

    def opened(self, case: Case) -> bool:
        """Whether the contact of this case's reporter is shown in full."""
        reporter = self.reporters.get(case.id)
        return (
            self.full
            and reporter is not None
            and bool(reporter.contact or reporter.person_id)
            and permission.may(self.access, UNMASK, case)
            and permission.sees_reporter(self.access, case, protected=reporter.protected)
        )


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it says of a case, how wide it is in characters; `personal` ones are masked."""

    title: str | Promise
    value: Callable[[Case, Batch], Cell]
    width: int = 14
    personal: bool = False
    usual: bool = True


def batch(cases: Sequence[Case], access: Access, *, full: bool, with_people: bool) -> Batch:
    """Read what the rows of these cases share: a fixed number of queries, more with people or answers."""
    actor = access.actor
    handlers = [case.handler_id for case in cases if case.handler_id]
    made = Batch(cases, making.know(cases, actor, people=handlers), access, clock.now(), full)
    if with_people and cases:
        _add_reporters(made, actor)
    if asked := [case for case in cases if case.attributes]:
        districts, codes = {case.district for case in asked}, {case.category for case in asked}
        found = Category.objects.filter(district__in=districts, code__in=codes)
        made.categories.update({(one.district, one.code): one for one in found})
    return made


def _add_reporters(made: Batch, actor: Actor) -> None:
    rows = CaseReporter.objects.filter(
        district__in={case.district for case in made.cases},
        case__in=[case.id for case in made.cases],
        kind="reporter",
    )
    for row in rows.order_by("created_at", "id"):
        made.reporters.setdefault(row.case_id, row)
    people = {row.person_id for row in made.reporters.values() if row.person_id}
    made.names.update(parties.person_labels(people, viewer=actor) if people else {})


def _time(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return timezone.localtime(moment, timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M:%S")


def _yes_no(value: bool | None) -> str:
    return "" if value is None else _("是") if value else _("否")


def _light(case: Case, made: Batch) -> str:
    shown = clocks.light(case, made.now)
    return {"ok": _("期限内"), "soon": _("快到期"), "late": _("超时")}.get(shown, "")


def _address(case: Case, made: Batch) -> str:
    """House and door are somebody's home: they are shown to whoever may know who reported, else masked."""
    if permission.sees_reporter(made.access, case, protected=False):
        return case.address
    return privacy.mask_address(case.address)


def _reporter(case: Case, made: Batch) -> str:
    found = made.reporters.get(case.id)
    if found is None:
        return ""
    if not permission.sees_reporter(made.access, case, protected=found.protected):
        return _("身份受保护") if found.protected else _("反映人")
    if found.person_id is None:
        return _("匿名")
    return made.names.get(found.person_id, "")


def _contact(case: Case, made: Batch) -> str:
    found = made.reporters.get(case.id)
    if found is None or not permission.sees_reporter(made.access, case, protected=found.protected):
        return ""
    return found.contact if made.opened(case) else masked_contact(found.contact)


def _handler(case: Case, made: Batch) -> str:
    return made.known.people.get(case.handler_id, "") if case.handler_id else ""


def _holder(case: Case, made: Batch) -> str:
    return made.known.people.get(case.holder_id, "") if case.holder_id else ""


def _answers(case: Case, made: Batch) -> str:
    """What was answered to the questions of the category: question and answer, one after the other."""
    found = attributes.answered(case, made.categories.get((case.district, case.category)))
    return "；".join(f"{one.name}：{texts.without_personal(one.text)}" for one in found)


_lazy = gettext_lazy
COLUMNS: dict[str, Column] = {
    "number": Column(_lazy("编号"), lambda case, made: case.number),
    "title": Column(_lazy("标题"), lambda case, made: case.title, 30),
    "category": Column(_lazy("类别"), lambda case, made: made.known.category_name(case), 18),
    "state": Column(_lazy("状态"), lambda case, made: made.known.table(case).state(case.state).title(), 12),
    "light": Column(_lazy("时限灯"), _light, 8),
    "area": Column(_lazy("位置"), lambda case, made: areas.local_path(case.area_now), 34),
    "area_code": Column(_lazy("区划代码"), lambda case, made: case.area_now, 18, usual=False),
    "address": Column(_lazy("地址"), _address, 30),
    "holder": Column(_lazy("承办"), _holder, 12),
    "handler": Column(_lazy("处置"), _handler, 12, usual=False),
    "channel": Column(_lazy("来源"), lambda case, made: words.channel_name(case.channel), 10),
    "external_number": Column(_lazy("来源编号"), lambda case, made: case.external_number, 16, usual=False),
    "reported_at": Column(_lazy("反映时间"), lambda case, made: _time(case.reported_at), 20),
    "due_at": Column(_lazy("应在"), lambda case, made: _time(case.due_at), 20),
    "handled_at": Column(_lazy("处置时间"), lambda case, made: _time(case.handled_at), 20, usual=False),
    "closed_at": Column(_lazy("结案时间"), lambda case, made: _time(case.closed_at), 20),
    "outcome": Column(_lazy("结果"), lambda case, made: case.outcome, 10, usual=False),
    "solved": Column(_lazy("诉求人称已解决"), lambda case, made: _yes_no(case.solved), 12, usual=False),
    "satisfied": Column(_lazy("诉求人满意"), lambda case, made: _yes_no(case.satisfied), 12, usual=False),
    "me_too": Column(_lazy("同感人数"), lambda case, made: case.me_too_count, 8, usual=False),
    "reopened": Column(_lazy("重开次数"), lambda case, made: case.reopened, 8, usual=False),
    "lon": Column(_lazy("经度"), lambda case, made: case.lon, 12, usual=False),
    "lat": Column(_lazy("纬度"), lambda case, made: case.lat, 12, usual=False),
    "description": Column(
        _lazy("内容"), lambda case, made: texts.without_personal(case.description), 50, usual=False
    ),
    "answers": Column(_lazy("附加问题"), _answers, 40, usual=False),
    "reporter": Column(_lazy("反映人"), _reporter, 12, personal=True, usual=False),
    "contact": Column(_lazy("联系方式"), _contact, 16, personal=True, usual=False),
}


def row(case: Case, made: Batch, names: Sequence[str]) -> list[Cell]:
    """One line of the table."""
    return [COLUMNS[name].value(case, made) for name in names]
