"""Open measures follow the duty they wait on: whoever decides, was called or supervises hands that over too.

Who asked stays who asked; what becomes of it is told to the holder of the case as well (`telling.stepped`).
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from youlin.apps.cases import measures, routing
from youlin.apps.cases.models import Case, Measure
from youlin.apps.cases.services.measures import effects, rules, settling, telling
from youlin.apps.parties.models import Person
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor

PASSED_ON = "cases.measure_passed_on"
_CALL = "whistle"


@transaction.atomic
def hand_over(
    *,
    district: str,
    from_person: Person,
    to_person: Person | None,
    kind: str,
    areas: tuple[str, ...],
    actor: Actor,
) -> None:
    """What waits for `from_person` under a duty in these areas waits for `to_person` from now on.

    None means that each is asked anew of who holds the duty then. A decision that nobody is found for is left to
    anybody who may decide there; a call that nobody can answer ends, and whoever called is told.
    """
    waiting = Measure.objects.filter(
        Q(decider=from_person) | Q(assignee=from_person), within(areas), district=district, duty=kind
    )
    for case_id, id in list(
        waiting.filter(is_open=True).order_by("case_id", "id").values_list("case_id", "id")
    ):
        case = Case.objects.select_for_update().get(district=district, id=case_id)
        one = Measure.objects.filter(district=district, id=id, is_open=True).first()
        if one is None:
            continue
        if one.kind == _CALL:
            _call(case, one, to_person, actor)
        elif one.decider_id == from_person.id:
            _ask(case, one, _decider(case, one, to_person), actor)


def held_anew(cases: Iterable[Case]) -> None:
    """The cases have other holders now: nobody decides on their own case, and a supervision is told again."""
    for case in cases:
        if not case.marks:
            continue
        for one in Measure.objects.filter(district=case.district, case=case, is_open=True).order_by("id"):
            kind = measures.KINDS[one.kind]
            if one.state == measures.ASKED and one.decider_id == case.holder_id:
                _ask(case, one, rules.decider(case, one.duty, case.holder_id, clock.now()).person_id, SYSTEM)
            if one.kind == "supervision" and one.state == kind.first:
                telling.passed_on(case, kind, one, case.holder_id, duty=case.holder_duty)


def within(areas: Iterable[str]) -> Q:
    """Rows of cases that lie in one of the areas."""
    inside = Q(pk__in=[])
    for code in areas:
        inside |= Q(case__area_now__startswith=code)
    return inside


def _decider(case: Case, one: Measure, to_person: Person | None) -> UUID | None:
    """Who decides or supervises next; never somebody who is involved in what is to be decided."""
    involved = rules.involved(case, one) if measures.KINDS[one.kind].decided else set()
    if to_person is not None and to_person.id not in involved:
        return to_person.id
    asker = to_person.id if to_person is not None else one.requested_by_id
    found = rules.decider(case, one.duty, asker if involved else None, clock.now()).person_id
    return None if found in involved else found


def _ask(case: Case, one: Measure, person: UUID | None, actor: Actor) -> None:
    before = one.decider_id
    one.decider_id = person
    one.save(update_fields=["decider"])
    _tell(case, one, before, person, actor)


def _call(case: Case, one: Measure, to_person: Person | None, actor: Actor) -> None:
    """Another answers the call. Who holds the case, or is called already, is not called to it again."""
    duty = one.duty
    if to_person is None:
        found = routing.for_duty(
            district=case.district, duty=duty, area=case.area_now, confidential=case.confidential
        )
        to_person, duty = found.holder, found.duty
    before = one.assignee_id
    here = Measure.objects.filter(district=case.district, case=case, kind=_CALL, is_open=True)
    called = {case.holder_id, *here.exclude(id=one.id).values_list("assignee_id", flat=True)}
    if to_person is None or to_person.id in called:
        now = clock.now()
        settling.end(case, one, measures.ENDED_BY_THE_CASE[one.state], actor=actor, at=now)
        effects.mark(case, now)
        telling.nobody_answers(case, measures.KINDS[_CALL], one)
        return
    one.assignee_id, one.duty = to_person.id, duty
    one.save(update_fields=["assignee", "duty"])
    _tell(case, one, before, to_person.id, actor)


def _tell(case: Case, one: Measure, before: UUID | None, after: UUID | None, actor: Actor) -> None:
    now = clock.now()
    effects.mark(case, now)
    journal.append(
        act=PASSED_ON,
        actor=actor,
        subject=case,
        area=case.area_now,
        before={"to": str(before or "")},
        after={"measure": str(one.id), "kind": one.kind, "to": str(after or "")},
        at=now,
    )
    telling.passed_on(case, measures.KINDS[one.kind], one, after, duty=one.duty)
