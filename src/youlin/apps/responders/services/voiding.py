"""Certificates are void once the record they rest on is corrected."""

from youlin.apps.passes import selectors as codes
from youlin.apps.passes import services as passes
from youlin.apps.responders.models import Service
from youlin.kernel.actors import SYSTEM

KIND = "certificate"
"""The kind of code that a programme declares for certificates; its label is what is certified."""


def revoke_resting_on(corrected: Service) -> int:
    """Void the certificates in force of this service alone, and of whole records that had it; how many.

    In the caller's transaction.
    """
    district, person = corrected.district, corrected.responder.person_id
    others = set(
        Service.objects.filter(district=district, responder__person=person).values_list("id", flat=True)
    )
    others -= {corrected.id}
    held = codes.passes_of(district=district, person_id=person, kinds=(KIND,))
    found = [one for one in held if one.created_at >= corrected.at and one.about not in others]
    for one in found:
        passes.revoke(actor=SYSTEM, district=district, pass_id=one.id, reason="corrected")
    return len(found)
