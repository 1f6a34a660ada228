"""What is known of a case's way across district lines: for those who work on it, and for whoever reported it."""

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup, permission
from youlin.apps.cases.crossing import clockwork, places, standing
from youlin.apps.cases.models import Arrival, Case, CaseReporter, Crossing
from youlin.apps.cases.models.crossing import ACCEPTED, WAITING
from youlin.apps.cases.selectors.rows.crossing import Done, Offer, Received, Sent
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access

MOST_LINES = 10
"""How many lines a case is followed across."""


def sent(case: Case) -> tuple[Sent, ...]:
    """The hand-overs of a case, the newest first. One query, and one for each state over there."""
    rows = Crossing.objects.filter(district=case.district, case=case).order_by("-asked_at", "-id")
    return tuple(
        Sent(
            to_name=areas.short_name(one.to_district),
            to_number=one.to_number,
            state=one.state,
            state_name=one.get_state_display(),
            reason=one.reason,
            asked_at=one.asked_at,
            delivered=one.delivered_at is not None,
            answered_at=one.answered_at,
            answer=one.answer,
            state_there=_state_there(one) if one.state == ACCEPTED else "",
        )
        for one in rows
    )


def received(case: Case, access: Access) -> Received | None:
    """How the case came here, if it came from another district."""
    if case.channel != "district":
        return None
    one = Arrival.objects.filter(district=case.district, case=case).first()
    if one is None:
        return None
    declared = clockwork.way_out(case)
    return Received(
        from_name=areas.short_name(one.from_district),
        from_number=one.from_number,
        state=one.state,
        state_name=one.get_state_display(),
        reason=one.reason,
        arrived_at=one.arrived_at,
        promised_at=one.promised_at,
        decision=one.decision,
        history=tuple(
            Done(parse_datetime(line["at"]), line["what"], line.get("text", "")) for line in one.history
        ),
        may_decide=one.state == "offered"
        and declared is not None
        and not permission.why_not(access, case, declared, arriving=True),
    )


def may_hand_over(case: Case, access: Access) -> bool:
    """Whether the reader may ask another district to take the case now. No query: which of them could is asked later."""
    if len(duties.all_districts()) < 2 or case.parent_id is not None or standing.why_still(case):
        return False
    declared = clockwork.way_out(case)
    return declared is not None and not permission.why_not(access, case, declared)


def offer(case: Case) -> Offer:
    """What the form of handing over offers: districts, what they call such matters, and where the point lies."""
    found = places.destinations(case.district)
    names = {
        one.code: one.name
        for place in found
        for one in places.matters(place.district, confidential=case.confidential)
    }
    return Offer(
        districts=tuple((one.district, one.name) for one in found),
        categories=tuple(names.items()),
        guess=places.guess(case) or (found[0].district if len(found) == 1 else ""),
    )


def now_at(case: Case) -> Case:
    """The case as it lives on in the district that took it over, however many lines it crossed; else itself."""
    for _line in range(MOST_LINES):
        there = _over_the_line(case)
        if there is None:
            break
        case = lookup.head_of(there)
    return case


def reporter_at(reporter: CaseReporter) -> CaseReporter:
    """The same person's place with the case where it lives on; their own while it has not moved."""
    for _line in range(MOST_LINES):
        case = _over_the_line(reporter.case)
        if case is None:
            break
        rows = CaseReporter.objects.filter(
            Q(case=case) | Q(came_from=case), district=case.district, token_digest=reporter.token_digest
        )
        there = rows.select_related("case__case_type").first()
        if there is None:
            break
        reporter = there
    return reporter


def moving_to(case: Case) -> str:
    """The name of the district that is being asked to take the case; "" when none is."""
    if standing.OUT not in case.marks.split():
        return ""
    one = Crossing.objects.filter(district=case.district, case=case, state=WAITING).first()
    return areas.short_name(one.to_district) if one else ""


def _over_the_line(case: Case) -> Case | None:
    """The case in the district that took it over from this one, if any did."""
    if case.outcome != "transferred":
        return None
    rows = Crossing.objects.filter(district=case.district, case=case, state=ACCEPTED)
    crossing = rows.order_by("-answered_at").first()
    return _arrived(crossing) if crossing else None


def _arrived(crossing: Crossing) -> Case | None:
    rows = Arrival.objects.filter(district=crossing.to_district, id=crossing.id)
    there = rows.select_related("case__case_type").first()
    return there.case if there else None


def _state_there(crossing: Crossing) -> str:
    there = _arrived(crossing)
    return lookup.table_of(there.case_type).state(there.state).title() if there else ""
