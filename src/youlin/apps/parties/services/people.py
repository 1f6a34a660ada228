"""People, their numbers and how to reach them."""

import json
import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import identifiers, permission, phones
from youlin.apps.parties.models import ContactPoint, Person, PersonIdentifier
from youlin.apps.parties.services import accounts
from youlin.kernel import clock, crypto, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


@transaction.atomic
def register_person(
    *,
    actor: Actor,
    name: str = "",
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    born_on: date | None = None,
    is_demo: bool = False,
    account_username: str | None = None,
    password: str | None = None,
    district: str = "",
    contacts_verified: bool = False,
    area: str = "",
    verb: str = "person.manage",
    organisation: UUID | None = None,
) -> Person:
    """A new person, with contact points and, when a username is given, a staff account.

    Contact points count as the person's own (`contacts_verified`, always so for demonstration people) only
    when somebody made sure: whoever holds a verified phone can sign in as its person. `district` is the one
    that registers (its `verb` over `area`, or over the body `organisation` alone, is needed unless the system acts)
    and the account's home. Looks for no duplicates: `selectors.persons_by_phone` and `merge_persons` do.
    """
    permission.demand(actor, verb, district=district, area=area, organisation=organisation)
    person = Person.objects.create(name=name.strip(), born_on=born_on, language=language, is_demo=is_demo)
    journal.append(
        act="parties.person_registered",
        actor=actor,
        subject=person,
        district=district,
        after={"language": language, "is_demo": is_demo},
        personal={person.id: {"name": person.name, "born_on": born_on}},
    )
    verified_at = clock.now() if contacts_verified or is_demo else None
    for kind, value in (("phone", phone), ("email", email)):
        if value:
            _add_contact(actor, person, kind, value, label="", verified_at=verified_at, district=district)
    if account_username is not None:
        accounts.make_account(
            actor=actor, person=person, username=account_username, password=password, district=district
        )
    return person


@transaction.atomic
def change_person(*, actor: Actor, person_id: UUID, district: str, **changes: Any) -> Person:
    """Correct name, birth date, language or needs. A person may change their own; else `person.manage`."""
    person = locked_person(person_id)
    demand_over(actor, person, district)
    unknown = changes.keys() - {"name", "born_on", "language", "needs"}
    if unknown:
        raise Invalid(_("不能更改：%(fields)s") % {"fields": "、".join(sorted(unknown))})
    before = {field: getattr(person, field) for field in changes}
    for field, value in changes.items():
        setattr(person, field, value)
    person.save(update_fields=list(changes))
    journal.append(
        act="parties.person_changed",
        actor=actor,
        subject=person,
        district=district,
        after={"fields": sorted(changes)},
        personal={person.id: {"before": before, "after": changes}},
    )
    return person


@transaction.atomic
def add_identifier(
    *, actor: Actor, person: Person, kind: str, value: str, district: str = ""
) -> tuple[PersonIdentifier, list[str]]:
    """A number a register gave the person, and warnings about it (a wrong check digit is taken as it is).

    The same number again is answered with the row that is there. Raises `Conflict` when the number belongs
    to somebody else: then the two may be one person.
    """
    demand_over(actor, person, district)
    checked = identifiers.check(kind, value)
    if not checked.value:
        raise Invalid(_("请填写证件号码"), field="value")
    blind = crypto.blind_index(checked.value, f"identifier:{kind}")
    found, created = PersonIdentifier.objects.get_or_create(
        kind=kind,
        blind=blind,
        defaults={"person": person, "value": checked.value, "check_ok": checked.ok},
    )
    if found.person_id != person.id:
        raise Conflict(
            _("该证件号已登记在另一人名下"), field="value", remedy=_("如为同一人，请合并两条人员记录")
        )
    if created:
        _born_from_identifier(person, kind, checked)
        journal.append(
            act="parties.identifier_added",
            actor=actor,
            subject=person,
            district=district,
            after={"kind": kind, "check_ok": checked.ok},
            personal={person.id: {"kind": kind, "value": checked.value}},
        )
    return found, checked.warnings


def _born_from_identifier(person: Person, kind: str, checked: identifiers.Checked) -> None:
    if kind == "resident_id" and checked.ok and person.born_on is None:
        person.born_on = identifiers.birth_date(checked.value)
        person.save(update_fields=["born_on"])


@transaction.atomic
def add_contact(
    *,
    actor: Actor,
    person: Person,
    kind: str,
    value: str,
    label: str = "",
    verified: bool = False,
    district: str = "",
) -> ContactPoint:
    """A phone number, mail address or push endpoint; the same one again is answered with what is there."""
    demand_over(actor, person, district)
    verified_at = clock.now() if verified else None
    return _add_contact(actor, person, kind, value, label, verified_at, district)


def contact_index(kind: str, value: str) -> tuple[str, str]:
    """A contact in its normal form and its blind index. Raises `Invalid` in words."""
    if kind == "phone":
        value = phones.normalise(value)
    elif kind == "email":
        value = _mail_address(value)
    elif kind == "wecom":
        value = _member_id(value)
    elif kind != "push":
        raise Invalid(_("没有这种联系方式：%(kind)s") % {"kind": kind}, field="kind")
    return value, crypto.blind_index(value, f"contact:{kind}")


def _member_id(text: str) -> str:
    """A member's id in WeCom: 1 to 64 letters, digits and `_-@.`, whose case does not count."""
    value = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.@-]{0,63}", value):
        raise Invalid(
            _("企业微信账号有误"),
            field="wecom",
            remedy=_("1 到 64 个字母、数字或 _-@. ，与通讯录里的账号相同"),
        )
    return value


def _mail_address(text: str) -> str:
    value = text.strip()
    try:
        validate_email(value)
    except ValidationError as error:
        raise Invalid(_("邮箱地址有误"), field="email", remedy=_("请检查 @ 前后是否完整")) from error
    name, _at, host = value.rpartition("@")
    return f"{name}@{host.lower()}"


def _add_contact(
    actor: Actor,
    person: Person,
    kind: str,
    value: str,
    label: str,
    verified_at: datetime | None,
    district: str,
) -> ContactPoint:
    value, blind = contact_index(kind, value)
    point, created = ContactPoint.objects.get_or_create(
        person=person,
        kind=kind,
        blind=blind,
        defaults={"value": value, "label": label, "verified_at": verified_at},
    )
    if not created and verified_at and point.verified_at is None:
        point.verified_at = verified_at
        point.save(update_fields=["verified_at"])
    if created:
        journal.append(
            act="parties.contact_added",
            actor=actor,
            subject=person,
            district=district,
            after={"kind": kind, "verified": verified_at is not None},
            personal={person.id: {"kind": kind, "value": value}},
        )
    return point


@transaction.atomic
def remove_contact(*, actor: Actor, contact_id: UUID, district: str = "") -> None:
    """Take a contact point away; its value stays only sealed in the journal."""
    point = ContactPoint.objects.select_for_update().select_related("person").filter(id=contact_id).first()
    if point is None:
        raise NotFound()
    demand_over(actor, point.person, district)
    journal.append(
        act="parties.contact_removed",
        actor=actor,
        subject=point.person,
        district=district,
        before={"kind": point.kind},
        personal={point.person_id: {"kind": point.kind, "value": point.value}},
    )
    point.delete()


@transaction.atomic
def remove_push(*, actor: Actor, person_id: UUID, endpoint: str) -> int:
    """Take away the person's push subscriptions to an endpoint; how many there were."""
    points = ContactPoint.objects.filter(person_id=person_id, kind="push")
    gone = [point.id for point in points if json.loads(point.value)["endpoint"] == endpoint]
    for id in gone:
        remove_contact(actor=actor, contact_id=id)
    return len(gone)


def locked_person(person_id: UUID) -> Person:
    """The person's row, locked for this transaction. Raises `NotFound`; erased people are not found."""
    person = Person.objects.select_for_update().filter(id=person_id, erased_at__isnull=True).first()
    if person is None:
        raise NotFound(_("没有这位人员"))
    return person


def demand_over(actor: Actor, person: Person, district: str) -> None:
    """People may act on themselves; others need `person.manage` over the district that acts."""
    if actor.kind == "person" and actor.person_id == person.id:
        return
    if actor.kind != "system" and not district:
        raise NotAllowed()
    permission.demand(actor, "person.manage", district=district)
