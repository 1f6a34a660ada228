"""Every write about one subject: on record, corrected, over; and its code ends with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Person, Producer
from youlin.apps.passes.acts import SUBJECTS
from youlin.apps.passes.models import Pass
from youlin.apps.passes.services.finding import person_of
from youlin.apps.passes.services.revoking import revoke
from youlin.apps.passes.subjects import reading
from youlin.apps.passes.subjects.reading import Said
from youlin.kernel import ids
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid

PREFIX = "S"


@transaction.atomic
def register(*, actor: Actor, district: str, given: Mapping[str, str], is_demo: bool = False) -> Producer:
    """Put a subject on record, as a form says it (`HEADINGS`). Without a number it is given one.

    Raises `Invalid` naming the field and the remedy, `Conflict` for a number that is taken, `NotAllowed`.
    """
    told = reading.said(given, reading.words(actor, district))
    if told.problems:
        raise Invalid(problems=told.problems)
    return put(actor, district, told, is_demo=is_demo)


@transaction.atomic
def change(*, actor: Actor, subject: Producer, given: Mapping[str, str]) -> Producer:
    """Correct a subject; its number stays. A contact left empty stays; `no_contact` takes them away.

    Raises `Invalid` naming the field and the remedy, `NotAllowed`.
    """
    told = reading.said({**given, "code": subject.code}, reading.words(actor, subject.district))
    if told.problems:
        raise Invalid(problems=told.problems)
    contact = None if given.get("no_contact") else contact_id(subject, told)
    changes: dict[str, Any] = reading.values(told) | {"contact_id": contact}
    return parties.change_producer(actor=actor, producer=subject, changes=changes, verb=SUBJECTS)


@transaction.atomic
def end(*, actor: Actor, subject: Producer, reason: str = "ended") -> Producer:
    """The subject is none any more, and its codes hold no more (`reason`: of `REVOKING`). Done once. Raises
    `NotAllowed`."""
    closed = parties.close_producer(actor=actor, producer=subject, verb=SUBJECTS)
    for row in Pass.objects.filter(district=subject.district, producer=closed, revoked_at=None):
        revoke(actor=SYSTEM, district=subject.district, pass_id=row.id, reason=reason)
    return closed


@transaction.atomic
def bring_back(*, actor: Actor, subject: Producer) -> Producer:
    """A subject that was ended is one again; it gets a new code when one is issued. Raises `NotAllowed`."""
    return parties.change_producer(actor=actor, producer=subject, changes={"closed_on": None}, verb=SUBJECTS)


def put(actor: Actor, district: str, told: Said, *, is_demo: bool = False) -> Producer:
    """A new subject from what was read and found right."""
    return parties.register_producer(
        actor=actor,
        district=district,
        code=told.columns["code"] or ids.new_number(PREFIX),
        **reading.values(told),
        contact=_contact(district, told),
        is_demo=is_demo,
        verb=SUBJECTS,
    )


def change_to(actor: Actor, subject: Producer, told: Said, names: Sequence[str]) -> Producer:
    """Change what a row says otherwise of a subject: `names` of its columns; `closed_on` brings back what was over."""
    said: dict[str, Any] = reading.values(told)
    if "contact_id" in names:
        said["contact_id"] = contact_id(subject, told)
    said["closed_on"] = None
    changes = {name: said[name] for name in names}
    return parties.change_producer(actor=actor, producer=subject, changes=changes, verb=SUBJECTS)


def contact_id(subject: Producer, told: Said) -> Any:
    """Who speaks for a subject from now on: whoever did, where nothing else is said."""
    if is_same_contact(subject, told):
        return subject.contact_id
    found = _contact(subject.district, told)
    return found.id if found else None


def is_same_contact(subject: Producer, told: Said) -> bool:
    """Whether nothing new is said of who speaks for a subject."""
    known = subject.contact
    if not told.contact:
        return True
    if known is None or known.name != told.contact:
        return False
    return not told.phone or told.phone in people.addresses_of(known.id, "phone")


def _contact(district: str, told: Said) -> Person | None:
    """Somebody on record with this name and phone, else new; nobody where no name is said."""
    if not told.contact:
        return None
    if told.phone:
        return person_of(district, told.contact, told.phone)
    return parties.register_person(actor=SYSTEM, name=told.contact, district=district)
