"""When a duty changes hands, the matters held under it follow. Apps register how theirs do."""

from datetime import datetime
from typing import Protocol

from django.db import transaction

from youlin.apps.duties import places
from youlin.apps.duties.models import Assignment, AssignmentArea, Handover
from youlin.apps.parties.models import Person
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM, Actor


class Follow(Protocol):
    """How an app's rows follow: those `from_person` holds under a kind in these areas go to `to_person`.

    `to_person` None means that each row is to be answered anew by `selectors.who`. Runs in a transaction and
    may run again: rows that moved already are not held by `from_person` any more.
    """

    def __call__(
        self,
        *,
        district: str,
        from_person: Person,
        to_person: Person | None,
        kind: str,
        areas: tuple[str, ...],
        actor: Actor,
    ) -> None: ...


_followers: list[Follow] = []


def register_handover(follow: Follow) -> None:
    """Let an app's rows follow a change of hands."""
    if follow not in _followers:
        _followers.append(follow)


def pass_on(
    assignment: Assignment, from_person: Person, to_person: Person | None, reason: str, at: datetime
) -> Handover:
    """Note that work passes on at a moment, and let it follow at once when that moment has come."""
    handover = Handover.objects.create(
        district=assignment.district,
        assignment=assignment,
        from_person=from_person,
        to_person=to_person,
        reason=reason,
        due_at=at,
    )
    if at <= clock.now():
        _carry_out(handover)
    return handover


def foresee_end(assignment: Assignment) -> None:
    """Note that the work of an assignment with a last day is answered anew on that day."""
    if assignment.valid_to is not None and assignment.valid_to > clock.now():
        pass_on(assignment, assignment.holder, None, "end", assignment.valid_to)


def withdraw(assignment: Assignment, *, reasons: tuple[str, ...]) -> None:
    """Forget changes of hands that have not happened yet."""
    Handover.objects.filter(
        district=assignment.district, assignment=assignment, done_at__isnull=True, reason__in=reasons
    ).delete()


@jobs.every(minutes=5, name="duties.carry_out_due")
def carry_out_due() -> int:
    """Let the work follow for every change of hands whose moment has come; the number of them."""
    due = Handover.objects.filter(done_at__isnull=True, due_at__lte=clock.now()).order_by("due_at")
    count = 0
    for district, id in due.values_list("district", "id"):
        with transaction.atomic():
            handover = (
                Handover.objects.select_for_update(of=("self",))
                .select_related("assignment__kind", "from_person", "to_person")
                .filter(district=district, id=id, done_at__isnull=True)
                .first()
            )
            if handover is not None:
                _carry_out(handover)
                count += 1
    return count


def _carry_out(handover: Handover) -> None:
    assignment = handover.assignment
    codes = _follow(handover, assignment.district)
    for shard in sorted(places.reach().of(assignment.district) - {assignment.district}):
        follow_elsewhere.enqueue(home=assignment.district, handover=str(handover.id), district=shard)
    handover.done_at = clock.now()
    handover.save(update_fields=["done_at"])
    people = [person for person in (handover.from_person, handover.to_person) if person is not None]
    journal.append(
        act="duties.followed",
        actor=SYSTEM,
        subject=assignment,
        area=codes[0] if codes else "",
        after={"reason": handover.reason},
        related=people,
    )


@jobs.job(name="duties.follow_elsewhere", attempts=8)
def follow_elsewhere(*, home: str, handover: str, district: str) -> None:
    """Let the rows follow that were born in a district merged with the assignment's, in their own transaction."""
    with transaction.atomic():
        rows = Handover.objects.select_related("assignment__kind", "from_person", "to_person")
        _follow(rows.get(district=home, id=handover), district)


def _follow(handover: Handover, district: str) -> tuple[str, ...]:
    """Ask every app to move its rows of one district; the areas in which they lie."""
    assignment = handover.assignment
    areas = AssignmentArea.objects.filter(
        district=assignment.district, assignment=assignment, valid_to__isnull=True
    )
    codes = tuple(sorted(areas.values_list("code", flat=True)))
    for follow in _followers:
        follow(
            district=district,
            from_person=handover.from_person,
            to_person=handover.to_person,
            kind=assignment.kind.code,
            areas=codes,
            actor=SYSTEM,
        )
    return codes
