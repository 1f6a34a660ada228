"""Organisations, households, and who belongs to them."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import identifiers, permission
from youlin.apps.parties.models import Household, Membership, Organisation, Person, Producer
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

MANAGE = "person.manage"


@transaction.atomic
def register_organisation(
    *,
    actor: Actor,
    district: str,
    code: str,
    name: str,
    kind: str = "department",
    area: str = "",
    credit_code: str = "",
    parent: Organisation | None = None,
    address: str = "",
    is_demo: bool = False,
    verb: str = MANAGE,
) -> Organisation:
    """A body that answers. A credit code whose check digit fails is taken and marked (`credit_code_ok`).

    `verb` is what the duty must grant: an app that keeps a register of its own bodies names its own.
    """
    permission.demand(actor, verb, district=district, area=area)
    checked = _checked_credit_code(credit_code)
    organisation = Organisation(
        district=district,
        code=required(code, "code"),
        name=required(name, "name"),
        kind=kind,
        area=area,
        credit_code=checked.value,
        credit_code_ok=checked.ok,
        parent=parent,
        address=address.strip(),
        is_demo=is_demo,
    )
    insert(organisation, code)
    after = {"code": code, "name": name, "kind": kind, "credit_code_ok": checked.ok}
    journal.append(
        act="parties.organisation_registered", actor=actor, subject=organisation, area=area, after=after
    )
    return organisation


@transaction.atomic
def change_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    kind: str,
    area: str,
    credit_code: str,
    address: str | None = None,
    parent: Organisation | None = None,
    verb: str = MANAGE,
) -> Organisation:
    """Correct what is on record of a body; its code is for ever. Address and parent stay where none is given."""
    for place in {organisation.area, area}:
        _demand(actor, verb, organisation, place)
    locked = Organisation.objects.select_for_update().get(district=organisation.district, id=organisation.id)
    checked = _checked_credit_code(credit_code)
    values = {
        "name": required(name, "name"),
        "kind": kind,
        "area": area,
        "credit_code": checked.value,
        "credit_code_ok": checked.ok,
        "address": locked.address if address is None else address.strip(),
        "parent_id": parent.id if parent else locked.parent_id,
    }
    before = {
        field: getattr(locked, field) for field, value in values.items() if getattr(locked, field) != value
    }
    if before:
        for field in before:
            setattr(locked, field, values[field])
        locked.save(update_fields=list(before))
        journal.append(
            act="parties.organisation_changed",
            actor=actor,
            subject=locked,
            area=area,
            before=before,
            after={field: values[field] for field in before},
        )
    return locked


@transaction.atomic
def close_organisation(
    *, actor: Actor, organisation: Organisation, on: date | None = None, verb: str = MANAGE
) -> Organisation:
    """The body answers no more from a day on; its history stays."""
    _demand(actor, verb, organisation, organisation.area)
    locked = Organisation.objects.select_for_update().get(district=organisation.district, id=organisation.id)
    locked.closed_on = on or clock.today()
    locked.save(update_fields=["closed_on"])
    after = {"closed_on": locked.closed_on.isoformat()}
    journal.append(
        act="parties.organisation_closed", actor=actor, subject=locked, area=locked.area, after=after
    )
    return locked


@transaction.atomic
def register_household(
    *, actor: Actor, district: str, code: str, area: str, address: str = "", is_demo: bool = False
) -> Household:
    """People who live at one address; the address is encrypted and never in the journal's public part."""
    permission.demand(actor, "person.manage", district=district, area=area)
    household = Household(
        district=district, code=required(code, "code"), area=area, address=address, is_demo=is_demo
    )
    insert(household, code)
    journal.append(
        act="parties.household_registered", actor=actor, subject=household, area=area, after={"code": code}
    )
    return household


@transaction.atomic
def join(
    *,
    actor: Actor,
    person: Person,
    organisation: Organisation | None = None,
    household: Household | None = None,
    role: str = "member",
    valid_from: date | None = None,
    verb: str = MANAGE,
) -> Membership:
    """Make the person a member of one organisation or one household, from a day on."""
    body = organisation or household
    if body is None or (organisation and household):
        raise Invalid(_("请指定一个单位或一个住户"))
    _demand(actor, verb, body, body.area)
    membership = Membership.objects.create(
        district=body.district,
        person=person,
        organisation=organisation,
        household=household,
        role=role,
        valid_from=valid_from or clock.today(),
    )
    journal.append(
        act="parties.member_joined",
        actor=actor,
        subject=membership,
        area=body.area,
        after={"role": role},
        related=[body],
        personal={person.id: {"person": str(person.id), "role": role}},
    )
    return membership


@transaction.atomic
def leave(*, actor: Actor, membership: Membership, on: date | None = None, verb: str = MANAGE) -> Membership:
    """End a membership; the row stays with its dates."""
    locked = Membership.objects.select_for_update().get(district=membership.district, id=membership.id)
    body = locked.organisation or locked.household
    if actor.person_id is None or actor.person_id != locked.person_id:
        _demand(actor, verb, body or locked, body.area if body else "")
    locked.valid_to = on or clock.today()
    locked.save(update_fields=["valid_to"])
    journal.append(
        act="parties.member_left",
        actor=actor,
        subject=locked,
        after={"valid_to": locked.valid_to.isoformat()},
    )
    return locked


def _demand(actor: Actor, verb: str, over: Organisation | Household | Membership, area: str) -> None:
    """A duty for one body alone counts where an app keeps a register of its own; `MANAGE` is held over places."""
    alone = over.id if verb != MANAGE and isinstance(over, Organisation) else None
    permission.demand(actor, verb, district=over.district, area=area, organisation=alone)


def _checked_credit_code(text: str) -> identifiers.Checked:
    """Warned about, not refused; only what does not fit into the column is."""
    checked = identifiers.check("credit_code", text) if text else identifiers.Checked("", [])
    if len(checked.value) > 18:
        raise Invalid(checked.warnings[0], field="credit_code")
    return checked


def required(text: str, field: str) -> str:
    """What was written, without blanks around it. Raises `Invalid` for nothing."""
    if not text.strip():
        raise Invalid(_("请填写"), field=field)
    return text.strip()


def insert(row: Organisation | Household | Producer, code: str) -> None:
    """Put a new row on record. Raises `Conflict` where its code is taken."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("代码“%(code)s”在本区已使用") % {"code": code}, field="code") from error
