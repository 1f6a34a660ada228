"""What petitioners answered: follow-up calls and their own ratings, oldest first."""

from youlin.apps.cases.models import Case, FollowUpCall, Rating
from youlin.apps.cases.selectors.rows import Answer
from youlin.apps.parties import selectors as parties
from youlin.kernel.actors import Actor


def of(case: Case, actor: Actor | None) -> tuple[Answer, ...]:
    """All answers on a case; who called is named for colleagues only."""
    calls = list(FollowUpCall.objects.filter(district=case.district, case=case))
    callers = {call.caller_id for call in calls if call.caller_id}
    labels = parties.person_labels(callers, viewer=actor) if actor and callers else {}
    found = [
        Answer(
            at=call.at,
            kind="call",
            reached=call.reached,
            solved=call.solved,
            satisfied=call.satisfied,
            stars=None,
            text=call.note,
            by=labels.get(call.caller_id, "") if call.caller_id else "",
        )
        for call in calls
    ]
    found += [of_rating(one) for one in Rating.objects.filter(district=case.district, case=case)]
    return tuple(sorted(found, key=lambda one: one.at))


def of_rating(rating: Rating) -> Answer:
    """A rating as an answer."""
    return Answer(
        at=rating.created_at,
        kind="rating",
        reached=True,
        solved=rating.solved,
        satisfied=None,
        stars=rating.stars,
        text=rating.comment,
    )
