"""People who were put on record by mistake, and of whom nothing else is known, are forgotten again."""

from uuid import UUID

from django.db import transaction

from youlin.apps.parties import personal_data
from youlin.apps.parties.models import Person
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

OWN = ("identifiers", "account", "signed_in", "memberships", "consents", "guardians", "wards")


@transaction.atomic
def forget_unknown(*, actor: Actor, person_id: UUID, app: str) -> bool:
    """Empty the record of somebody of whom only `app` knows, whose table put them there; whether that was done.

    Who has ever signed in, proved a phone, holds or did anything, or was merged, stays as they are. No erasure that is
    to outlast a backup: what brings the record back brings back what put it there.
    """
    person = Person.objects.select_for_update().filter(id=person_id, erased_at=None, merged_into=None).first()
    if person is None or Person.objects.filter(merged_into=person).exists():
        return False
    known = personal_data.export(person_id)
    if any(known[name] for name in OWN) or any(one["verified_at"] for one in known["contacts"]):
        return False
    if privacy.known_by(person_id, apart_from=("parties", app)):
        return False
    personal_data.erase(person_id, actor)
    return True
