"""Consent and guardianship: who agreed to what, and who may act for whom."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import permission
from youlin.apps.parties.models import Consent, Guardianship, Person
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound

CHILD_YEARS = 14
"""Below this age only a guardian can consent (Personal Information Protection Law, article 31)."""


@transaction.atomic
def give_consent(
    *,
    actor: Actor,
    district: str,
    person: Person,
    purpose: str,
    wording: str,
    given_by: Person | None = None,
) -> Consent:
    """The person agrees to a purpose in a stated wording; a standing consent to the same is answered again.

    `given_by` is the guardian who agrees for them. Raises `Invalid` for a child under 14 without guardian.
    """
    giver = given_by or person
    _demand_own_or_manage(actor, {person.id, giver.id}, district)
    _check_giver(district, person, giver)
    standing = Consent.objects.select_for_update().filter(
        district=district, person=person, purpose=purpose, wording=wording, withdrawn_at__isnull=True
    )
    if found := standing.first():
        return found
    consent = Consent.objects.create(
        district=district,
        person=person,
        purpose=purpose,
        wording=wording,
        given_by=giver,
        given_at=clock.now(),
    )
    after = {"purpose": purpose, "wording": wording, "by_guardian": giver.id != person.id}
    journal.append(act="parties.consent_given", actor=actor, subject=consent, after=after, related=[person])
    return consent


@transaction.atomic
def withdraw_consent(*, actor: Actor, district: str, consent_id: UUID) -> Consent:
    """Take a consent back, as easily as it was given; withdrawing twice changes nothing."""
    consent = Consent.objects.select_for_update().filter(district=district, id=consent_id).first()
    if consent is None:
        raise NotFound()
    _demand_own_or_manage(actor, {consent.person_id, consent.given_by_id}, district)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = clock.now()
        consent.save(update_fields=["withdrawn_at"])
        journal.append(
            act="parties.consent_withdrawn", actor=actor, subject=consent, after={"purpose": consent.purpose}
        )
    return consent


@transaction.atomic
def set_guardian(
    *,
    actor: Actor,
    district: str,
    guardian: Person,
    ward: Person,
    basis: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Guardianship:
    """Record that one person may act for another, and on what basis."""
    permission.demand(actor, "person.manage", district=district)
    if guardian.id == ward.id:
        raise Invalid(_("监护人不能是本人"), field="guardian")
    start = valid_from or clock.today()
    if valid_to is not None and valid_to <= start:
        raise Invalid(_("终止日期应晚于开始日期"), field="valid_to")
    row = Guardianship.objects.create(
        district=district, guardian=guardian, ward=ward, basis=basis, valid_from=start, valid_to=valid_to
    )
    journal.append(
        act="parties.guardian_set",
        actor=actor,
        subject=row,
        after={"basis": basis, "valid_from": start.isoformat()},
        related=[guardian, ward],
    )
    return row


@transaction.atomic
def end_guardianship(*, actor: Actor, district: str, guardianship_id: UUID, on: date | None = None) -> None:
    """The guardian acts no more from a day on."""
    permission.demand(actor, "person.manage", district=district)
    row = Guardianship.objects.select_for_update().filter(district=district, id=guardianship_id).first()
    if row is None:
        raise NotFound()
    row.valid_to = on or clock.today()
    row.save(update_fields=["valid_to"])
    journal.append(
        act="parties.guardian_ended", actor=actor, subject=row, after={"valid_to": row.valid_to.isoformat()}
    )


def _demand_own_or_manage(actor: Actor, own: set[UUID | None], district: str) -> None:
    if actor.kind == "person" and actor.person_id in own:
        return
    permission.demand(actor, "person.manage", district=district)


def _check_giver(district: str, person: Person, giver: Person) -> None:
    if giver.id != person.id:
        if not _is_guardian(district, giver, person):
            raise NotAllowed(_("只有监护人可以代为同意"), field="given_by")
    elif person.born_on and _years(person.born_on, clock.today()) < CHILD_YEARS:
        raise Invalid(_("未满 14 周岁，须由监护人同意"), field="given_by", remedy=_("请监护人登录后代为同意"))


def _is_guardian(district: str, guardian: Person, ward: Person) -> bool:
    rows = Guardianship.objects.filter(
        district=district, guardian=guardian, ward=ward, valid_from__lte=clock.today()
    )
    return any(row.valid_to is None or row.valid_to > clock.today() for row in rows)


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@transaction.atomic
def carry_consents(*, person_id: UUID, from_district: str, to_district: str) -> int:
    """What a person agreed to in one district holds in another to which their matter was handed; how many.

    With purpose, wording and time as they were given; nothing that was withdrawn. Again carries nothing twice.
    """
    standing = Consent.objects.filter(district=to_district, person=person_id, withdrawn_at__isnull=True)
    known = set(standing.values_list("purpose", "wording"))
    given = Consent.objects.filter(district=from_district, person=person_id, withdrawn_at__isnull=True)
    carried = 0
    for one in given.order_by("given_at", "id"):
        if (one.purpose, one.wording) in known:
            continue
        consent = Consent.objects.create(
            district=to_district,
            person_id=person_id,
            purpose=one.purpose,
            wording=one.wording,
            given_by_id=one.given_by_id,
            given_at=one.given_at,
        )
        after = {"purpose": one.purpose, "wording": one.wording, "from_district": from_district}
        journal.append(act="parties.consent_given", actor=SYSTEM, subject=consent, after=after, first=True)
        known.add((one.purpose, one.wording))
        carried += 1
    return carried
