"""What parties hold about a person: shown to them on request, and deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from youlin.apps.parties import codes, open_sessions
from youlin.apps.parties.models import (
    Account,
    Consent,
    ContactPoint,
    Guardianship,
    Membership,
    OneTimeCode,
    OpenSession,
    Person,
    PersonIdentifier,
    Producer,
)
from youlin.kernel import clock, crypto, journal, privacy
from youlin.kernel.actors import Actor

CLOSED_DAYS = 365
"""How long it is known where a subject was that is none any more, and who spoke for it."""


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("parties", export)
    privacy.register_eraser("parties", erase)
    privacy.register_retention("parties.codes", "one_time_code", codes.KEPT.days, codes.forget_old_codes)
    privacy.register_retention(
        "parties.sessions", "open_session", open_sessions.KEPT.days, open_sessions.forget_old
    )
    privacy.register_retention("parties.closed_subjects", "producer", CLOSED_DAYS, forget_closed)


def export(person_id: UUID) -> dict[str, Any]:
    """Everything on record about the person, in the open: it is theirs."""
    person = Person.objects.get(id=person_id)
    return {
        "name": person.name,
        "born_on": person.born_on,
        "language": person.language,
        "needs": person.needs,
        "registered_at": person.created_at,
        "identifiers": [{"kind": row.kind, "value": row.value} for row in person.identifiers.all()],
        "contacts": [
            {"kind": row.kind, "value": row.value, "label": row.label, "verified_at": row.verified_at}
            for row in person.contact_points.all()
        ],
        "account": Account.objects.filter(person=person).values_list("username", flat=True).first(),
        "signed_in": list(
            OpenSession.objects.filter(account__person=person).values(
                "device", "door", "place", "began_at", "seen_at"
            )
        ),
        "memberships": [
            {"body": str(row.organisation or row.household), "role": row.role, "from": row.valid_from}
            for row in Membership.objects.filter(person=person).select_related("organisation", "household")
        ],
        "subjects": list(Producer.objects.filter(contact=person).values("code", "name", "closed_on")),
        "consents": list(
            Consent.objects.filter(person=person).values("purpose", "wording", "given_at", "withdrawn_at")
        ),
        "guardians": Guardianship.objects.filter(ward=person).count(),
        "wards": Guardianship.objects.filter(guardian=person).count(),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """Empty the person's record and delete what hangs on it; runs in the transaction of the erasure.

    The row itself stays without content, so that history keeps pointing at somebody. Consents stay too: they
    name a purpose, no person, and prove what was agreed. Records merged into this one go along.
    """
    for person in Person.objects.select_for_update().filter(Q(id=person_id) | Q(merged_into=person_id)):
        _erase_one(person)
        journal.append(act="parties.erased", actor=actor, subject=person)
        crypto.erase_person_key(person.id)


def _erase_one(person: Person) -> None:
    blinds = ContactPoint.objects.filter(person=person, kind="phone").values_list("blind", flat=True)
    OneTimeCode.objects.filter(blind__in=list(blinds)).delete()
    ContactPoint.objects.filter(person=person).delete()
    PersonIdentifier.objects.filter(person=person).delete()
    Membership.objects.filter(person=person).delete()
    Producer.objects.filter(contact=person).update(contact=None)
    account = Account.objects.select_for_update().filter(person=person).first()
    if account is not None:
        account.username, account.is_active = f"erased-{account.id.hex}", False
        account.set_unusable_password()
        account.save(update_fields=["username", "is_active", "password"])
        OpenSession.objects.filter(account=account).delete()
    person.name, person.born_on, person.needs = "", None, {}
    person.erased_at = person.erased_at or clock.now()
    person.save(update_fields=["name", "born_on", "needs", "erased_at"])


def forget_closed(before: datetime) -> int:
    """Of subjects closed before a moment: no address and no contact any more, and no name of a household; how many."""
    closed = Producer.objects.filter(closed_on__lt=timezone.localdate(before))
    households = closed.filter(kind="household").exclude(name=F("code"))
    told = closed.exclude(contact=None, address="")
    return households.update(name=F("code")) + told.update(address="", contact=None)
