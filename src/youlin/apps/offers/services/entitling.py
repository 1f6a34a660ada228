"""Saying who may have what is offered, until when, and ending it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from youlin.apps.offers import permission
from youlin.apps.offers.models import Entitlement, EntitlementKind, Roster
from youlin.apps.offers.services import checking
from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock, crypto, idempotency, ids, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

PREFIX = "C"
TAIL = 4
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True)
class Holder:
    """Somebody to be entitled: name and phone as told, and the last day (None: as long as the kind allows)."""

    name: str
    phone: str
    valid_to: date | None = None


class Put(NamedTuple):
    """An entitlement as it was put, what it was before (nothing of a new one), and whether its person is new too."""

    row: Entitlement
    before: dict[str, Any]
    registered: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nobody had it."""
        return not self.before


@transaction.atomic
def entitle(
    *,
    actor: Actor,
    district: str,
    kind: str,
    name: str,
    phone: str,
    idempotency_key: str,
    organisation: str = "",
    valid_to: date | None = None,
    is_demo: bool = False,
) -> Entitlement:
    """Entitle a person as one of a kind, for a body (by its code) or on their own.

    Who is entitled already gets the new last day. Raises `Invalid`, `NotAllowed`.
    """
    payload = {"kind": kind, "name": name, "phone": phone, "body": organisation, "to": str(valid_to)}
    with idempotency.once(
        district=district, actor=actor, act="offers.entitle", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return Entitlement.objects.select_related("kind").get(district=district, id=once.prior["id"])
        word, body = kind_of(district, kind), body_of(district, organisation)
        permission.demand_entitle(actor, district, body.id if body else None)
        given = checked(word, Holder(name, phone, valid_to))
        [(row, _before, _registered)] = put(actor, district, word, body, [given], None, is_demo=is_demo)
        once.save({"id": str(row.id)})
        return row


@transaction.atomic
def change_entitlement(
    *, actor: Actor, district: str, entitlement_id: UUID, valid_to: date | None
) -> Entitlement:
    """Give an entitlement another last day."""
    row = _locked(actor, district, entitlement_id)
    if row.ended_at:
        raise Conflict(_("这项资格已终止"))
    before, row.valid_to = row.valid_to, _until(row.kind, valid_to)
    row.save(update_fields=["valid_to"])
    _tell(
        "offers.entitlement_changed", actor, row, {"valid_to": _iso(before)}, {"valid_to": _iso(row.valid_to)}
    )
    return row


@transaction.atomic
def end_entitlement(*, actor: Actor, district: str, entitlement_id: UUID, reason: str) -> Entitlement:
    """End an entitlement now, with the reason; what was redeemed stays. Done once."""
    row = _locked(actor, district, entitlement_id)
    why = reason.replace("\0", "").strip()[:200]
    if not why:
        raise Invalid(_("请说明终止的原因"), field="reason")
    if row.ended_at is None:
        end(actor, [row], why)
    return row


@transaction.atomic
def draw_number(*, actor: Actor, district: str, entitlement_id: UUID) -> Entitlement:
    """Draw the holder's number anew; the old one is nobody's from now on. For the holder themselves."""
    row = Entitlement.objects.select_for_update(of=("self",)).select_related("kind")
    found = row.filter(district=district, id=entitlement_id, ended_at=None).first()
    if found is None or actor.person_id is None or found.person_id not in people.same_phone(actor.person_id):
        raise NotFound(_("没有这项资格"))
    found.number = ids.new_number(PREFIX)
    found.save(update_fields=["number"])
    _tell("offers.number_drawn", actor, found, {}, {})
    return found


def kind_of(district: str, code: str) -> EntitlementKind:
    """The kind in force. Raises `Invalid`."""
    found = EntitlementKind.objects.filter(
        district=district, code=code.replace("\0", "")[:64], retired_at=None
    ).first()
    if found is None:
        raise Invalid(_("请选择资格种类"), field="kind")
    return found


def body_of(district: str, code: str) -> Organisation | None:
    """The body by its code, None for none. Raises `Invalid`."""
    if not code:
        return None
    found = people.organisation(district=district, code=code.replace("\0", "")[:64])
    if found is None or found.closed_on is not None:
        raise Invalid(_("没有这个单位"), field="organisation", remedy=_("请从列表里选"))
    return found


def checked(kind: EntitlementKind, given: Holder) -> Holder:
    """A holder as they can be kept. Raises `Invalid`."""
    name = given.name.replace("\0", "").strip()
    if not name or len(name) > 64:
        raise Invalid(_("请填写姓名，最多 64 个字"), field="name")
    phone = given.phone.replace("\0", "").strip()
    if not phone:
        raise Invalid(_("请填写手机号"), field="phone")
    people.phone_index(phone)
    return Holder(name, phone, _until(kind, given.valid_to))


def put(
    actor: Actor,
    district: str,
    kind: EntitlementKind,
    body: Organisation | None,
    holders: Sequence[Holder],
    roster: Roster | None,
    *,
    is_demo: bool = False,
) -> list[Put]:
    """Entitle checked holders inside the caller's transaction."""
    found = []
    items = []
    for one in holders:
        person, registered = _person(district, one, is_demo=is_demo)
        row = _standing(district, person, kind, body)
        new = row is None
        row = row or Entitlement(
            district=district, person=person, kind=kind, organisation=body, number=ids.new_number(PREFIX)
        )
        before = {} if new else as_it_is(row)
        row.valid_to, row.roster, row.is_demo = one.valid_to, roster or row.roster, is_demo
        row.tail = tail_index(one.phone, one.name)
        _save(row, new)
        found.append(Put(row, before, registered))
        day = {} if new else {"valid_to": before["valid_to"]}
        if new or day["valid_to"] != _iso(row.valid_to):
            act = "offers.entitled" if new else "offers.entitlement_changed"
            items.append(_item(act, actor, row, day, _told(row), first=new))
    journal.append_many(items)
    return found


def end(actor: Actor, rows: Sequence[Entitlement], why: str) -> None:
    """End locked entitlements inside the caller's transaction."""
    for row in rows:
        row.ended_at, row.ended_why = clock.now(), why
        row.save(update_fields=["ended_at", "ended_why"])
    journal.append_many([_item("offers.entitlement_ended", actor, row, {}, {}, note=why) for row in rows])


def as_it_is(row: Entitlement) -> dict[str, Any]:
    """What a roster may change of an entitlement, as it is now."""
    roster = str(row.roster_id) if row.roster_id else None
    return {"valid_to": _iso(row.valid_to), "roster": roster, "is_demo": row.is_demo}


def put_back(actor: Actor, rows: Sequence[tuple[Entitlement, dict[str, Any]]]) -> None:
    """Give locked entitlements back what they were (`as_it_is`) inside the caller's transaction."""
    items = []
    for row, before in rows:
        now = {"valid_to": _iso(row.valid_to)}
        row.valid_to = date.fromisoformat(before["valid_to"]) if before["valid_to"] else None
        row.roster_id, row.is_demo = before["roster"] and UUID(before["roster"]), before["is_demo"]
        row.save(update_fields=["valid_to", "roster", "is_demo"])
        if now["valid_to"] != before["valid_to"]:
            items.append(
                _item("offers.entitlement_changed", actor, row, now, {"valid_to": before["valid_to"]})
            )
    journal.append_many(items)


def restore(actor: Actor, rows: Sequence[Entitlement]) -> None:
    """Let locked entitlements that had ended be in force again inside the caller's transaction."""
    for row in rows:
        row.ended_at, row.ended_why = None, ""
        _save(row, False)
    journal.append_many([_item("offers.entitlement_restored", actor, row, {}, _told(row)) for row in rows])


def tail_index(phone: str, name: str) -> str:
    """Under which a holder is found by the end of their phone and the beginning of their name."""
    digits = "".join(_DIGITS.findall(phone))[-TAIL:]
    return crypto.blind_index(f"{digits}|{name.strip()[:1].casefold()}", "offers.tail")


def _person(district: str, one: Holder, *, is_demo: bool) -> tuple[Person, bool]:
    """Who is reached under this phone by this name, or somebody new, and which; an unproved phone signs nobody in."""
    for known in people.persons_by_phone(one.phone):
        if known.name == one.name:
            return known, False
    made = parties.register_person(
        actor=SYSTEM, name=one.name, phone=one.phone, district=district, is_demo=is_demo
    )
    return made, True


def _standing(
    district: str, person: Person, kind: EntitlementKind, body: Organisation | None
) -> Entitlement | None:
    rows = Entitlement.objects.select_for_update(of=("self",)).filter(
        district=district, person=person, kind=kind, organisation=body, ended_at=None
    )
    return rows.first()


def _save(row: Entitlement, new: bool) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError as error:
        raise Conflict(_("刚刚有人认定了同一项资格"), remedy=_("请刷新后再看")) from error


def _locked(actor: Actor, district: str, entitlement_id: UUID) -> Entitlement:
    rows = Entitlement.objects.select_for_update(of=("self",)).select_related("kind")
    row = rows.filter(district=district, id=entitlement_id).first()
    if row is None or not permission.may_entitle(actor, district, row.organisation_id):
        raise NotFound(_("没有这项资格"))
    return row


def _until(kind: EntitlementKind, valid_to: date | None) -> date | None:
    """The last day: not before today, and no later than the kind allows."""
    today = clock.today()
    latest = today + timedelta(days=kind.most_days) if kind.most_days else None
    if valid_to is None:
        return latest
    checking.day(valid_to, "valid_to")
    if valid_to < today:
        raise Invalid(_("有效期不能早于今天"), field="valid_to")
    return min(valid_to, latest) if latest else valid_to


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _told(row: Entitlement) -> dict[str, str]:
    """What the journal keeps: nothing that names the person."""
    return {
        "kind": row.kind.code,
        "organisation": str(row.organisation_id or ""),
        "valid_to": _iso(row.valid_to),
    }


def _item(
    act: str,
    actor: Actor,
    row: Entitlement,
    before: dict[str, str],
    after: dict[str, str],
    *,
    first: bool = False,
    note: str = "",
) -> journal.Item:
    return journal.Item(
        act=act,
        actor=actor,
        subject=row,
        area=row.district,
        before=before,
        after=after,
        first=first,
        note=note,
    )


def _tell(act: str, actor: Actor, row: Entitlement, before: dict[str, str], after: dict[str, str]) -> None:
    journal.append_many([_item(act, actor, row, before, after)])
