"""Reads of people. Whatever leaves here is masked unless the reader may see more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, UUIDField
from django.utils.translation import gettext as _

from youlin.apps.parties import permission, phones
from youlin.apps.parties.models import (
    Account,
    Consent,
    ContactPoint,
    Guardianship,
    Membership,
    Organisation,
    Person,
    Producer,
)
from youlin.apps.parties.services.people import contact_index
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound
from youlin.kernel.prepared import PreparedFor


@dataclass(frozen=True)
class MaskedContact:
    """A contact point as everybody in duty may see it."""

    id: UUID
    kind: str
    masked: str
    verified: bool


def canonical(person_id: UUID) -> Person | None:
    """The person a record stands for: itself, or the one it was merged into; None when there is none."""
    return canonical_many([person_id]).get(person_id)


def canonical_many(person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The same for many, by the id that was asked for, in one query; those that are not there are missing."""
    people = Person.objects.select_related("merged_into").filter(id__in=set(person_ids))
    return {person.id: person.merged_into or person for person in people}


def person_label(person_id: UUID, *, viewer: Actor | None) -> str:
    """What to call a person on a page: see `person_labels`."""
    return person_labels([person_id], viewer=viewer)[person_id]


def person_labels(person_ids: Iterable[UUID], *, viewer: Actor | None) -> dict[UUID, str]:
    """What to call people on a page, in two queries for any number.

    People in duty see the full names of people in duty, and everybody their own; all other names are masked
    (the family name and stars), also for visitors.
    """
    ids = set(person_ids)
    rows = _NAMES.values(ids)
    names = {
        id: _Named(other_name, other_erased) if merged_into else _Named(name, erased)
        for id, name, erased, merged_into, other_name, other_erased in rows
    }
    open_names = _open_names(set(names), viewer)
    return {id: _label(names.get(id), full=id in open_names) for id in ids}


_NAMES: PreparedFor[Person] = PreparedFor(
    UUIDField(),
    lambda ids: Person.objects.filter(**{"id__in": ids}).values_list(
        "id", "name", "erased_at", "merged_into_id", "merged_into__name", "merged_into__erased_at"
    ),
)
"""Asked on every list in which people are named."""


class _Named(NamedTuple):
    """Of a person, or of the one they were merged into, what a label needs."""

    name: str
    erased_at: datetime | None


def _open_names(ids: set[UUID], viewer: Actor | None) -> set[UUID]:
    if viewer is None:
        return set()
    if viewer.kind == "system":
        return ids
    if viewer.person_id is None:
        return set()
    in_duty = permission.colleagues_among(ids | {viewer.person_id})
    return (in_duty if viewer.person_id in in_duty else set()) | {viewer.person_id}


def _label(person: _Named | None, *, full: bool) -> str:
    if person is None:
        return _("未知人员")
    if person.erased_at is not None:
        return _("已删除的人员")
    if not person.name:
        return _("未留姓名")
    return person.name if full else privacy.mask_name(person.name)


def masked_contact(person_id: UUID) -> str:
    """The person's phone with its middle hidden, else their mail address masked; empty when there is none."""
    contacts = masked_contacts(person_id)
    return contacts[0].masked if contacts else ""


def masked_contacts(person_id: UUID) -> list[MaskedContact]:
    """All phones and mail addresses of a person, masked; phones first, verified ones before others."""
    points = ContactPoint.objects.filter(person_id=person_id, kind__in=["phone", "email"])
    found = [
        MaskedContact(point.id, point.kind, _masked(point.kind, point.value), point.verified_at is not None)
        for point in points
    ]
    return sorted(found, key=lambda contact: (contact.kind != "phone", not contact.verified))


def masked_phones(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Of each of these persons who has one, a phone with its middle hidden. One query."""
    rows = ContactPoint.objects.filter(person_id__in=set(person_ids), kind="phone").order_by(
        "-created_at", "id"
    )
    return {row.person_id: _masked("phone", row.value) for row in rows}


def contacts_of(*, district: str, role: str, organisation: UUID | None = None) -> dict[UUID, UUID]:
    """Who bears a role in each body of a district today (body → person); of several the one who came last."""
    today = clock.today()
    rows = Membership.objects.filter(district=district, role=role, valid_from__lte=today).filter(
        Q(valid_to=None) | Q(valid_to__gt=today), organisation__isnull=False
    )
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return dict(rows.order_by("valid_from", "id").values_list("organisation_id", "person_id"))


def bodies_of(person_id: UUID, *, district: str) -> list[Organisation]:
    """The bodies of a district to which a person belongs today."""
    today = clock.today()
    rows = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today),
        district=district,
        person_id=person_id,
        valid_from__lte=today,
        organisation__isnull=False,
    )
    return [row.organisation for row in rows.select_related("organisation") if row.organisation is not None]


def _masked(kind: str, value: str) -> str:
    if kind == "phone":
        return privacy.mask_phone(value.removeprefix("+86"))
    name, _at, host = value.rpartition("@")
    return f"{name[:1]}***@{host}"


def persons_by_phone(phone: str) -> list[Person]:
    """People who can be reached under a phone, merged ones as the person they became. Raises `Invalid`."""
    return _persons_by_contact("phone", phone)


def persons_by_email(email: str) -> list[Person]:
    """People who can be reached under a mail address. Raises `Invalid`."""
    return _persons_by_contact("email", email)


def phone_index(phone: str) -> str:
    """The blind index under which a phone number is found. Raises `Invalid` for what is no number."""
    return contact_index("phone", phone)[1]


@dataclass(frozen=True)
class Address:
    """Where a message can be sent: a mobile phone or a mailbox in its normal form, and its blind index."""

    kind: str
    value: str
    blind: str


def address_in(contact: str) -> Address | None:
    """The mobile phone or mailbox that somebody wrote as their contact; None for anything else."""
    for kind in ("phone", "email"):
        try:
            value, blind = contact_index(kind, contact)
        except Invalid:
            continue
        if kind == "email" or phones.can_receive_sms(value):
            return Address(kind, value, blind)
    return None


def same_phone(person_id: UUID) -> set[UUID]:
    """The person, and whoever is on record under a phone that the person has shown to be theirs."""
    mine = ContactPoint.objects.filter(person_id=person_id, kind="phone", verified_at__isnull=False)
    same = ContactPoint.objects.filter(kind="phone", blind__in=mine.values("blind"))
    return {person_id, *same.filter(person__erased_at=None).values_list("person_id", flat=True)}


def _persons_by_contact(kind: str, value: str) -> list[Person]:
    _value, blind = contact_index(kind, value)
    points = ContactPoint.objects.filter(kind=kind, blind=blind, person__erased_at__isnull=True)
    people = [point.person for point in points.select_related("person__merged_into").order_by("id")]
    return list({(p.merged_into or p).id: p.merged_into or p for p in people}.values())


def addresses_of(person_id: UUID, kind: str) -> list[str]:
    """Where messages to the person go, best first: verified contacts of that kind first, newest first.

    For `notices` alone: never shown.
    """
    points = ContactPoint.objects.filter(person_id=person_id, kind=kind).order_by("-id")
    return [point.value for point in sorted(points, key=lambda point: point.verified_at is None)]


def contact_kinds_of(person_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """The kinds of contact points (`phone`, `email`, `push`, `wecom`) that people have. One query."""
    found: dict[UUID, set[str]] = {person_id: set() for person_id in person_ids}
    points = ContactPoint.objects.filter(person_id__in=list(found)).order_by()
    for person_id, kind in points.values_list("person_id", "kind").distinct():
        found[person_id].add(kind)
    return found


def language_of(person_id: UUID) -> str:
    """The language in which a person is written to."""
    return languages_of([person_id])[person_id]


def languages_of(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The same for many, in one query."""
    wanted = set(person_ids)
    known = dict(Person.objects.filter(id__in=wanted).values_list("id", "language"))
    return {person_id: known.get(person_id) or "zh-hans" for person_id in wanted}


def account_of(person: Person) -> Account | None:
    """The account with which the person signs in."""
    return Account.objects.filter(person=person).first()


def account(account_id: UUID) -> Account:
    """An account as it stands. Raises `NotFound`."""
    found = Account.objects.filter(id=account_id).first()
    if found is None:
        raise NotFound(_("没有这个账号"), field="account")
    return found


def person_of_account(username: str) -> Person | None:
    """Whose account this is."""
    account = Account.objects.filter(username=username).select_related("person").first()
    return account.person if account else None


def username_of(person_id: UUID) -> str:
    """The name under which a person signs in, "" for somebody without an account."""
    return Account.objects.filter(person_id=person_id).values_list("username", flat=True).first() or ""


def has_consent(*, district: str, person_id: UUID, purpose: str, wording: str = "") -> bool:
    """Whether the person's consent to the purpose stands (in that wording, when one is given)."""
    rows = Consent.objects.filter(
        district=district, person_id=person_id, purpose=purpose, withdrawn_at__isnull=True
    )
    return (rows.filter(wording=wording) if wording else rows).exists()


def wards_of(*, district: str, guardian_id: UUID) -> list[UUID]:
    """The people for whom the guardian may act today."""
    today = clock.today()
    rows = Guardianship.objects.filter(district=district, guardian_id=guardian_id, valid_from__lte=today)
    return [row.ward_id for row in rows if row.valid_to is None or row.valid_to > today]


def organisations(*, district: str) -> list[Organisation]:
    """The bodies of a district that answer today, by code."""
    rows = Organisation.objects.filter(district=district, closed_on__isnull=True)
    return list(rows.order_by("code"))


def organisation(*, district: str, code: str) -> Organisation | None:
    """One body by its code, closed or not."""
    return Organisation.objects.filter(district=district, code=code).first()


def members(*, organisation: Organisation) -> list[UUID]:
    """The people who belong to a body today."""
    today = clock.today()
    rows = Membership.objects.filter(
        district=organisation.district, organisation=organisation, valid_from__lte=today
    )
    return [row.person_id for row in rows if row.valid_to is None or row.valid_to > today]


def known_here(person_id: UUID) -> set[tuple[str, str]]:
    """Where this app itself knows a person: the areas of their bodies and of subjects they speak for, the districts of
    their consents.

    Asked only when somebody wants to see more than is shown, so it may look into every district.
    """
    memberships = Membership.objects.filter(person_id=person_id).select_related("organisation", "household")
    found = {
        (row.district, body.area or row.district)
        for row in memberships
        if (body := row.organisation or row.household) is not None
    }
    found |= set(Producer.objects.filter(contact=person_id).values_list("district", "area"))
    consents = Consent.objects.filter(person_id=person_id)
    return found | {(home, home) for home in consents.values_list("district", flat=True).distinct()}
