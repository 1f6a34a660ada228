"""What an act's form says besides note and photos: a follow-up's three questions, a duplicate, declared fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from youlin.apps.cases import workflow
from youlin.apps.cases.models import Case, FollowUpCall
from youlin.apps.cases.services import merging
from youlin.kernel.errors import Problem

if TYPE_CHECKING:
    from youlin.apps.cases.services.acts import Asked

YES, NO = "yes", "no"


@dataclass
class Given:
    """The answers as read. `solved` and `satisfied` are None where not asked or not answered."""

    reached: bool | None = None
    solved: bool | None = None
    satisfied: bool | None = None
    channel: str = "phone"
    duplicate_of: str = ""
    problems: list[Problem] = field(default_factory=list)


def read(declared: workflow.Act, asked: "Asked") -> Given:
    """Read what `declared` asks for; what is missing or wrong is in `problems`."""
    fields = asked.fields
    given = Given(problems=list(_declared(declared, fields)))
    if declared.role == "follow_up":
        given.reached = truth(fields.get("reached"))
        given.channel = str(fields.get("channel") or "phone")[:16]
        if given.reached is None:
            given.problems.append(Problem("reached", _("没有写是否接通"), _("选“接通”或“未接通”")))
        if given.reached:
            given.solved, given.satisfied = truth(fields.get("solved")), truth(fields.get("satisfied"))
    if declared.role == "duplicate":
        given.duplicate_of = str(fields.get("duplicate_of") or "").strip()
        if not given.duplicate_of:
            given.problems.append(Problem("duplicate_of", _("没有写与哪个案件重复"), _("填那个案件的编号")))
    return given


def keep(case: Case, declared: workflow.Act, asked: "Asked", given: Given, at: datetime) -> None:
    """Save the answers; the case in memory takes the petitioner's last word."""
    if declared.role == "follow_up":
        FollowUpCall.objects.create(
            district=case.district,
            case=case,
            caller_id=asked.actor.person_id,
            channel=given.channel,
            at=at,
            reached=bool(given.reached),
            solved=given.solved,
            satisfied=given.satisfied,
            note=asked.note,
        )
        last_word(case, given.solved, given.satisfied, at)
    if declared.role == "duplicate":
        case.duplicate_of = merging.original(case, given.duplicate_of, asked.actor)
        merging.bring_together(case, case.duplicate_of, asked.actor)


def last_word(case: Case, solved: bool | None, satisfied: bool | None, at: datetime) -> None:
    """The petitioner's last answer counts; silence changes nothing."""
    if solved is None and satisfied is None:
        return
    case.solved, case.satisfied, case.answered_at = solved, satisfied, at
    case.answer_set_aside = False


def truth(value: object) -> bool | None:
    """A yes, a no, or no answer, as forms, JSON and Python say it."""
    if isinstance(value, bool) or value is None:
        return value
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
        str(value).strip().lower()
    )


def _declared(declared: workflow.Act, fields: Mapping[str, Any]) -> Iterator[Problem]:
    for one in declared.fields:
        value = fields.get(one.name)
        if value in (None, ""):
            if one.required:
                yield Problem(one.name, _("“%(field)s”没有填") % {"field": one.title()})
        elif one.choices and value not in one.choices:
            yield Problem(
                one.name,
                _("“%(field)s”不能是“%(value)s”") % {"field": one.title(), "value": value},
                _("可选：") + "、".join(one.choices),
            )
