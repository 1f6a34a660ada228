"""What places hold about a person: what they borrowed, which photos they put up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.places.models import Loan, PlacePhoto
from youlin.apps.places.photos.services import forget_of_retired, forget_strays
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

KEPT_DAYS = 180
PHOTO_DAYS = 365
"""How long the photos of a place are kept that was taken off the map."""
STRAY_DAYS = 1
"""How long a file is kept that was received and never became a photo."""


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("places", export)
    privacy.register_eraser("places", erase)
    privacy.register_retention("places", "loan", KEPT_DAYS, forget_before)
    privacy.register_retention("place photos", "place photo", PHOTO_DAYS, forget_of_retired)
    privacy.register_retention("stray place photos", "place photo", STRAY_DAYS, forget_strays)


def export(person_id: UUID) -> dict[str, Any]:
    """What the person borrowed, where and until when; which photos they put up."""
    rows = Loan.objects.filter(borrower_id=person_id).order_by("lent_at")
    fields = ("lendable__name", "lendable__place__name", "lent_at", "due_at", "returned_at")
    photos = PlacePhoto.objects.filter(looked_by_id=person_id).order_by("looked_at")
    return {
        "loans": list(rows.values(*fields)),
        "photos": list(photos.values("place__name", "alt", "caption", "looked_at")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """Loans stay as figures without the person, photos without who put them up."""
    PlacePhoto.objects.filter(looked_by_id=person_id).update(looked_by=None)
    Loan.objects.filter(borrower_id=person_id).update(borrower=None, contact="")


def forget_before(before: datetime) -> int:
    """Forget who borrowed what came back before a moment; how many."""
    old = Loan.objects.filter(returned_at__lt=before).exclude(borrower=None)
    return old.update(borrower=None, contact="")
