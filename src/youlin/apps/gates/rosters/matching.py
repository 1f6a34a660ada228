"""Whom a roster means, and whose visit codes end. When in doubt, nobody's.

Somebody has left who is marked so, or who was on the body's last roster or holds a code for it and is not on this one.
A row that could mean several people protects them all and ends nobody's code; so does another body's roster on which
somebody still is.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from youlin.apps.gates.models import Roster, RosterRow
from youlin.apps.gates.rosters.reading import Row
from youlin.apps.gates.words import VISIT
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Organisation, Person
from youlin.apps.passes.models import Pass
from youlin.kernel import clock
from youlin.kernel.errors import Invalid

DIGITS = 11
"""Of a mobile phone, when it is told in full."""


@dataclass
class Matched:
    """`listed` are on record and still there; `ending` the codes that end; `unclear` people whom a row of somebody who
    left could mean; `elsewhere` those whom another body lists; `unknown` are lines of nobody who is of this body."""

    listed: set[UUID] = field(default_factory=set)
    ending: list[Pass] = field(default_factory=list)
    unclear: set[UUID] = field(default_factory=set)
    elsewhere: set[UUID] = field(default_factory=set)
    unknown: list[int] = field(default_factory=list)


def matched(body: Organisation, rows: Sequence[Row]) -> Matched:
    """What a roster would do now. Writes nothing."""
    found = Matched()
    known = _known(body)
    names = _by_name(known)
    left: set[UUID] = set()
    protected: set[UUID] = set()
    for row in rows:
        meant = _meant(row, names)
        if not meant:
            found.unknown.append(row.line)
        elif len(meant) > 1:
            protected |= meant
            found.unclear |= meant if row.left else set()
        elif row.left:
            left |= meant
        else:
            found.listed |= meant
    left |= known - found.listed
    left -= found.listed | protected
    found.elsewhere = left & _elsewhere(body, left)
    found.ending = _codes(body, left - found.elsewhere)
    return found


def _known(body: Organisation) -> set[UUID]:
    """Who is of this body: on its last roster, or with a code for it."""
    last = _last(body)
    rows = RosterRow.objects.filter(district=body.district, run=last, state="listed") if last else None
    listed = set(rows.values_list("person_id", flat=True)) if rows is not None else set()
    now = clock.now()
    held = Pass.objects.filter(
        district=body.district, organisation=body, kind__code=VISIT, revoked_at=None, valid_to__gt=now
    )
    return listed | {one for one in held.values_list("person_id", flat=True) if one}


def _last(body: Organisation) -> Roster | None:
    taken = Roster.objects.filter(district=body.district, organisation=body, undone_at=None)
    return taken.exclude(taken_at=None).order_by("-taken_at", "-id").first()


def _by_name(known: set[UUID]) -> dict[str, set[UUID]]:
    names: dict[str, set[UUID]] = defaultdict(set)
    for id, name in Person.objects.filter(id__in=known).values_list("id", "name"):
        names[name].add(id)
    return names


def _meant(row: Row, names: dict[str, set[UUID]]) -> set[UUID]:
    """Whom a row could mean: by name and phone; with no whole phone, whoever of the body has this name."""
    digits = "".join(sign for sign in row.phone if sign.isdigit())
    if len(digits) < DIGITS:
        return names.get(row.name, set())
    try:
        of_phone = people.persons_by_phone(row.phone)
    except Invalid:
        return names.get(row.name, set())
    return {one.id for one in of_phone if one.name == row.name}


def _elsewhere(body: Organisation, left: set[UUID]) -> set[UUID]:
    """Those of them whom another body's last roster still lists."""
    rows = RosterRow.objects.filter(district=body.district, person_id__in=left, state="listed")
    others = rows.exclude(run__organisation=body).select_related("run__organisation")
    return {
        one.person_id for one in others if (last := _last(one.run.organisation)) and last.id == one.run_id
    }


def _codes(body: Organisation, left: set[UUID]) -> list[Pass]:
    """The visit codes in force of these people: taken by themselves, or issued for this body."""
    now = clock.now()
    own = Q(organisation=None) | Q(organisation=body)
    rows = Pass.objects.filter(
        own, district=body.district, person_id__in=left, kind__code=VISIT, revoked_at=None, valid_to__gt=now
    )
    return list(rows.select_related("kind", "person").order_by("id"))
