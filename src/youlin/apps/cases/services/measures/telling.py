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
    """Whoever waited for this step: who asked, and who holds the case since, for them it was asked."""
    asked = [measure.requested_by_id, *([case.holder_id] if case.is_open else [])]
    waiting: dict[str, list[UUID | None]] = {
        "approve": asked,
        "refuse": asked,
        "revoke": asked,
        "answer": [case.holder_id] if kind.code == "pause" else [_supervisor(measure)],
        "return": [case.holder_id],
        "lift": [case.holder_id],
        "arrive": asked,
        "report": asked,
        "decline": asked,
        "release": [measure.assignee_id],
    }
    words = gettext_lazy("%(number)s %(kind)s：%(state)s")
    for person in dict.fromkeys(waiting.get(step.code, ())):
        if person == actor.person_id:
            continue
        duties_of = {measure.assignee_id: measure.duty, case.holder_id: case.holder_duty}
        _tell(case, measure, [person], words, kind, duty=duties_of.get(person, ""), step=step.code)


def passed_on(case: Case, kind: Kind, measure: Measure, person: UUID | None, *, duty: str) -> None:
    """Whoever has to do something about a measure since the duty it hung on came to them."""
    if kind.calls:
        words = gettext_lazy("%(number)s 吹哨转到您：请 %(until)s 前报到")
        if measure.arrived_at is not None:
            words = gettext_lazy("%(number)s 吹哨转到您：请反馈结果")
    elif kind.code == "supervision":
        words = gettext_lazy("%(number)s 督办转到您，%(until)s 前完成")
        if person == measure.decider_id:
            words = gettext_lazy("%(number)s 督办转由您跟进")
    else:
        words = gettext_lazy("%(number)s %(kind)s转到您：%(state)s")
    _tell(case, measure, [person], words, kind, duty=duty, step="passed", urgent=kind.calls)


def nobody_answers(case: Case, kind: Kind, measure: Measure) -> None:
    """Whoever called, and whoever holds the case: the one who was called has gone, and nobody took over."""
    words = gettext_lazy("%(number)s %(kind)s：被叫到的人已离岗，无人接替，请另叫")
    _tell(case, measure, [measure.requested_by_id, case.holder_id], words, kind, step="nobody")


def woken(case: Case, kind: Kind, measure: Measure) -> None:
    """Whoever has to go on, or owes an answer."""
    if measure.is_open and measure.state not in (kind.first, measures.RUNNING):
        return
    people = [case.holder_id, measure.assignee_id, measure.decider_id if measure.is_open else None]
    if kind.code == "supervision":
        people.append(_supervisor(measure))
    words = gettext_lazy("%(number)s %(kind)s到期：%(state)s")
    _tell(case, measure, people, words, kind, duty=case.holder_duty, step="woken")


def _supervisor(measure: Measure) -> UUID | None:
    """Who supervises: whoever the duty of the one who began it has come to since."""
    return measure.decider_id or measure.requested_by_id


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
