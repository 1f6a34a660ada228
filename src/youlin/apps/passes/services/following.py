"""Cards end with what they came with: a duty that is over, an enrolment that was given up."""

from typing import Any
from uuid import UUID

from youlin.apps.parties.models import Person
from youlin.apps.passes import sources
from youlin.apps.passes.models import Pass
from youlin.apps.passes.services.revoking import revoke
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM


def end_with(*, district: str, person_id: UUID, comes_with: str) -> int:
    """Revoke somebody's cards that came with this, unless they still have it; how many. In the caller's transaction."""
    rows = Pass.objects.filter(
        district=district, person_id=person_id, kind__comes_with=comes_with, revoked_at=None
    )
    ended = [
        row
        for row in rows.select_related("kind")
        if sources.standing(row.kind, person_id, clock.now()) is None
    ]
    for row in ended:
        revoke(actor=SYSTEM, district=district, pass_id=row.id, reason="left")
    return len(ended)


def follow_duty(*, district: str, from_person: Person, kind: str, **_given: Any) -> None:
    """A duty has changed hands or ended (`duties.services.register_handover`)."""
    end_with(district=district, person_id=from_person.id, comes_with=f"{sources.DUTY}:{kind}")
