"""Telling people about measures: who decides, who is called, who asked, who holds, who reported."""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import formats, timezone, translation
from django.utils.translation import gettext_lazy

from youlin.apps.cases import measures
from youlin.apps.cases.measures import Kind, Step
from youlin.apps.cases.models import Case, CaseReporter, Measure
from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.parties import selectors as parties
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words

MOST_REPORTERS = 500


def begun(case: Case, kind: Kind, made: list[Measure], actor: Actor) -> None:
    """Whoever has to do something about a new measure."""
    first = made[0]
    if kind.decided and first.decider_id:
        _tell(
            case,
            first,
            [first.decider_id],
            gettext_lazy("%(number)s %(kind)s，等您决定"),
            kind,
            duty=first.duty,
        )
    if kind.calls:
        for one in made:
            _tell(
                case,
                one,
                [one.assignee_id],
                gettext_lazy("%(number)s 吹哨：请 %(until)s 前报到"),
                kind,
                duty=one.duty,
                urgent=True,
            )
    if kind.code == "supervision" and case.holder_id != actor.person_id:
        words = gettext_lazy("%(number)s 被督办，%(until)s 前完成")
        _tell(case, first, [case.holder_id], words, kind, duty=case.holder_duty, urgent=True)
    if kind.code == "pause":
        _tell_reporters(case, first, gettext_lazy("%(number)s 需要您补充：请打开查询页答复"), kind)


def stepped(case: Case, kind: Kind, measure: Measure, step: Step, actor: Actor) -> None:
    """Whoever waited for this step."""
    waiting = {
        "approve": measure.requested_by_id,
        "refuse": measure.requested_by_id,
        "revoke": measure.requested_by_id,
        "answer": case.holder_id if kind.code == "pause" else measure.requested_by_id,
        "return": case.holder_id,
        "lift": case.holder_id,
        "arrive": measure.requested_by_id,
        "report": measure.requested_by_id,
        "decline": measure.requested_by_id,
        "release": measure.assignee_id,
    }.get(step.code)
    if waiting == actor.person_id:
        return
    words = gettext_lazy("%(number)s %(kind)s：%(state)s")
    duty = (
        case.holder_duty
        if waiting == case.holder_id
        else measure.duty
        if waiting == measure.assignee_id
        else ""
    )
    _tell(case, measure, [waiting], words, kind, duty=duty, step=step.code)


def woken(case: Case, kind: Kind, measure: Measure) -> None:
    """Whoever has to go on, or owes an answer."""
    if measure.is_open and measure.state not in (kind.first, measures.RUNNING):
        return
    people = [case.holder_id, measure.assignee_id, measure.decider_id if measure.is_open else None]
    if kind.code == "supervision":
        people.append(measure.requested_by_id)
    words = gettext_lazy("%(number)s %(kind)s到期：%(state)s")
    _tell(case, measure, people, words, kind, duty=case.holder_duty, step="woken")


def _tell(
    case: Case,
    measure: Measure,
    people: Iterable[UUID | None],
    words: "Words",
    kind: Kind,
    *,
    duty: str = "",
    step: str = "begun",
    urgent: bool = False,
) -> None:
    door = duties.door_of(district=case.district, kind=duty) if duty else "desk"
    for person in dict.fromkeys(one for one in people if one is not None):
        _notify(
            case, measure, person, words, kind, link=f"/{door}/case/{case.number}/", step=step, urgent=urgent
        )


def _tell_reporters(case: Case, measure: Measure, words: "Words", kind: Kind) -> None:
    rows = CaseReporter.objects.filter(
        district=case.district, case=case, kind="reporter", person_id__isnull=False
    )
    people = rows.order_by("created_at").values_list("person_id", flat=True).distinct()
    for person in people[:MOST_REPORTERS]:
        if person is not None:
            _notify(
                case, measure, person, words, kind, link=f"/track/{case.number}/", step="asked", urgent=True
            )


def _notify(
    case: Case,
    measure: Measure,
    person: UUID,
    words: "Words",
    kind: Kind,
    *,
    link: str,
    step: str,
    urgent: bool,
) -> None:
    """Whoever was erased meanwhile is told nothing; a demonstration writes to nobody outside the house."""
    with translation.override(parties.language_of(person)), suppress(NotFound):
        notices.notify(
            district=case.district,
            person_id=person,
            kind="cases.measure",
            key=f"{measure.id.hex}:{case.version}:{step}",
            title=str(words)
            % {
                "number": case.number,
                "kind": kind.name,
                "state": measures.KINDS[measure.kind].states[measure.state],
                "until": _day(measure),
            },
            body="" if case.confidential else case.title,
            link=link,
            urgent=urgent and not case.is_demo,
            subject=case,
        )


def _day(measure: Measure) -> str:
    if measure.until is None:
        return ""
    local = timezone.localtime(measure.until, timezone.get_default_timezone())
    return formats.date_format(local, "m-d H:i")
