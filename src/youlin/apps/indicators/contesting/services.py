"""Every write of contesting: an appeal is lodged; where it is upheld cases are left out and the figure is told anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case, CaseReporter, Measure
from youlin.apps.indicators import declarations, reading, selectors
from youlin.apps.indicators.contesting import grounds
from youlin.apps.indicators.contesting.acts import CATEGORY, CHANNEL
from youlin.apps.indicators.models import Contest, Restatement
from youlin.apps.indicators.periods import Period
from youlin.apps.indicators.selectors.rows import Figure
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, Problem, YoulinError
from youlin.kernel.journal import JournalEntry

LONGEST = 1000


@transaction.atomic
def contest(
    *,
    actor: Actor,
    area: str,
    indicator: str,
    period: Period,
    numbers: Sequence[str],
    choice: str,
    reason: str,
    idempotency_key: str,
    is_demo: bool = False,
) -> Contest:
    """Contest a figure of an area over a period: these cases (by number) should not count, and why.

    Opens a case that goes to whoever checks such appeals. The same key gives the same appeal. Raises `NotAllowed` for
    a figure that the actor does not see, `Invalid` naming what is wrong.
    """
    district, figure = _contestable(actor, area, indicator, period)
    reason = reason.strip()
    found = grounds.cases_of(actor, district, area, numbers)
    problems = [*grounds.problems(found, choice), *_wrong(reason)]
    if problems:
        raise Invalid(problems=problems)
    receipt = cases.report(
        actor=actor,
        district=district,
        category=CATEGORY,
        title=_title(figure.name, area, period)[:120],
        text=_text(figure.said, choice, reason, [one.number for one in found]),
        area=area,
        channel=CHANNEL,
        idempotency_key=idempotency_key,
        is_demo=is_demo,
    )
    made, is_new = Contest.objects.get_or_create(
        district=receipt.case.district,
        case=receipt.case,
        defaults={
            "indicator": indicator,
            "version": figure.version,
            "area": area,
            "first_day": period[0],
            "last_day": period[1],
            "value": figure.value,
            "numerator": figure.n,
            "denominator": figure.d,
            "rows": [str(one.id) for one in found],
            "choice": choice,
        },
    )
    if is_new:
        _journal("indicators.contested", actor, made, {"number": receipt.number, "rows": made.rows})
    return made


def _contestable(actor: Actor, area: str, indicator: str, period: Period) -> tuple[str, Figure]:
    """The district and the figure as it stands; raises `Invalid` where there is none or no case makes it."""
    shown = selectors.figures(actor, area=area, codes=[indicator], period=period)
    if not shown:
        raise Invalid(_("没有这个指标"), field="indicator")
    district = areas.get(area).district
    if not grounds.contestable(declarations.in_force(district)[indicator].rule.dataset or ""):
        raise Invalid(_("这个指标不是按案件算的，不能这样申诉"), field="indicator")
    return district, shown[0]


def _wrong(reason: str) -> list[Problem]:
    problems = []
    if not reason:
        problems.append(Problem("reason", _("请写明理由"), _("写清这些案件为什么不该计入")))
    if len(reason) > LONGEST:
        problems.append(Problem("reason", _("最多 %(n)d 字") % {"n": LONGEST}))
    return problems


def restate_all(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """What follows when appeals are upheld (a reaction): their cases are left out of the figures."""
    for entry in entries:
        contest = (
            Contest.objects.select_for_update(of=("self",))
            .select_related("case")
            .filter(district=entry.district, case_id=entry.subject_id, settled_at=None)
            .first()
        )
        if contest is not None:
            restate(contest=contest, decided_by=entry.actor_person, why=entry.note)


@transaction.atomic
def restate(*, contest: Contest, decided_by: UUID | None, why: str) -> Restatement:
    """Leave the cases of an upheld appeal out, by the exclusion every case has, and keep the value there was.

    Whoever decided an appeal of their own, or about cases that they worked on, leaves none of these out.
    """
    lodged = CaseReporter.objects.filter(district=contest.district, case=contest.case_id)
    own = decided_by is not None and lodged.filter(person_id=decided_by).exists()
    out, kept = 0, []
    for case in Case.objects.filter(district=contest.district, id__in=contest.rows).order_by("id"):
        refused = _("由提出申诉的人自己裁定") if own else _exclude(case, contest, decided_by, why)
        out += not refused
        kept += [{"number": case.number, "why": refused}] if refused else []
    made = Restatement.objects.create(
        district=contest.district,
        contest=contest,
        indicator=contest.indicator,
        version=contest.version,
        area=contest.area,
        first_day=contest.first_day,
        last_day=contest.last_day,
        before=contest.value,
        left_out=out,
        kept=len(kept),
        kept_why=kept,
        why=why[:500],
        number=contest.case.number,
        decided_at=clock.now(),
    )
    contest.settled_at = clock.now()
    contest.save(update_fields=["settled_at"])
    _journal("indicators.restated", SYSTEM, contest, {"number": made.number, "left_out": out, "kept": kept})
    return made


def recalculate(district: str) -> int:
    """Keep the new value of every restated figure whose refreshed rows know of the exclusions; how many there were.

    Run after figures were refreshed; what was decided since then waits for the next time.
    """
    rows = Restatement.objects.filter(district=district, recalculated_at=None).order_by("id")
    return sum(_recalculated(one.id, district) for one in rows)


@transaction.atomic
def _recalculated(restatement_id: UUID, district: str) -> bool:
    one = Restatement.objects.select_for_update().filter(
        district=district, id=restatement_id, recalculated_at=None
    ).first()  # fmt: skip
    if one is None:
        return False
    moment = reading.as_of(district, [one.indicator])
    if moment is None or moment <= one.decided_at:
        return False
    shown = selectors.figures(
        SYSTEM, area=one.area, codes=[one.indicator], period=(one.first_day, one.last_day)
    )
    if not shown:
        return False
    one.after, one.recalculated_at = shown[0].value, clock.now()
    one.save(update_fields=["after", "recalculated_at"])
    _journal(
        "indicators.recalculated",
        SYSTEM,
        one,
        {"number": one.number, "before": one.before, "after": one.after},
    )
    return True


def _exclude(case: Case, contest: Contest, decided_by: UUID | None, why: str) -> str:
    """Leave one case out; why it was not, "" when it was."""
    if case.excluded:
        return _("已经剔除")
    if decided_by is not None and decided_by in (case.holder_id, case.handler_id):
        return _("由经办人自己裁定")
    note = _("指标申诉 %(number)s 成立：%(why)s") % {
        "number": contest.case.number,
        "why": why or contest.choice,
    }
    key = f"restate:{contest.id}:{case.id}"
    try:
        with transaction.atomic():
            asked = _asked(case)
            if asked is None:
                cases.begin_measure(
                    actor=SYSTEM,
                    case_id=case.id,
                    kind=grounds.EXCLUSION,
                    note=note,
                    choice=contest.choice,
                    idempotency_key=key,
                )
                asked = _asked(case)
            if asked is None:
                raise Conflict()
            cases.take_step(
                actor=SYSTEM,
                case_id=case.id,
                measure_id=asked.id,
                step="approve",
                note=note,
                idempotency_key=f"{key}:approve",
            )
    except YoulinError as error:
        return error.message
    return ""


def _asked(case: Case) -> Measure | None:
    """The exclusion that waits to be decided."""
    return Measure.objects.filter(
        district=case.district, case=case, kind=grounds.EXCLUSION, is_open=True
    ).first()


def _title(name: str, area: str, period: Period) -> str:
    return _("申诉：%(area)s %(name)s（%(first)s 至 %(last)s）") % {
        "area": areas.short_name(area),
        "name": name,
        "first": period[0],
        "last": period[1],
    }


def _text(said: str, choice: str, reason: str, numbers: Sequence[str]) -> str:
    words = {"value": said, "n": len(numbers), "choice": choice or "—", "reason": reason}
    listed = "、".join(numbers)
    return _("当时的值 %(value)s；%(n)d 件不应计入，情形：%(choice)s。%(reason)s") % words + f"\n{listed}"


def _journal(act: str, actor: Actor, subject: Contest | Restatement, after: dict[str, Any]) -> None:
    told = {
        "indicator": subject.indicator,
        "version": subject.version,
        "period": [subject.first_day.isoformat(), subject.last_day.isoformat()],
    }
    journal.append(act=act, actor=actor, subject=subject, area=subject.area, after=told | after)
