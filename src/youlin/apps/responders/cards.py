"""What the volunteer's card comes with: an enrolment that was verified, as long as both hold."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from youlin.apps.areas import selectors as areas
from youlin.apps.passes.sources import Standing
from youlin.apps.responders.models import Responder

SOURCE = "responder"


def standing(district: str, person_id: UUID, _detail: str, at: datetime) -> Standing | None:
    """Since when somebody is verified, and in which street: the areas where they usually are stay theirs."""
    rows = Responder.objects.filter(district=district, person=person_id, verified_at__lte=at)
    row = rows.filter(Q(ended_at=None) | Q(ended_at__gt=at)).order_by("-created_at").first()
    if row is None or row.verified_at is None:
        return None
    above = [row.area_now, *areas.ancestors(row.area_now)]
    street = next((code for code in above if areas.level(code) == "street"), row.area_now)
    return Standing(areas=(street,), since=row.verified_at)
