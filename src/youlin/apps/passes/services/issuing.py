"""Issuing a code, or giving one that stands a later end; and the token of one that stands still."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Organisation, Person, Producer
from youlin.apps.passes import codes, keys, permission, revoked, sources
from youlin.apps.passes.codes import Claims
from youlin.apps.passes.keys import Signer
from youlin.apps.passes.models import Pass, PassKind
from youlin.apps.places.models import Place
from youlin.kernel import clock, ids, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

PREFIX = "T"
Holder = Person | Place | Organisation | Producer
LONGEST_LABEL = 24
LABEL_BYTES = 24
"""A label that stands in the code itself: eight Chinese characters, or three times as many Latin letters."""


@transaction.atomic
def issue(
    *,
    actor: Actor,
    district: str,
    kind: str,
    holder: Holder,
    body: Organisation | None = None,
    label: str = "",
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    about: UUID | None = None,
    is_demo: bool = False,
) -> Pass:
    """Issue a code of a kind to its holder, for a body or on their own.

    Who has one of the kind already (`about` the same) gets its end moved, not a second one: sent twice, it is done once.
    `valid_to` is at most the kind's days away (the default). A card that comes with something is for whoever has that,
    and ends with it. Raises `Invalid`, `NotAllowed`, `NotFound` for an unknown kind.
    """
    word = kind_of(district, kind)
    whose = {**_whose(word, holder, body), "about": about}
    _demand(actor, word, holder, body)
    valid_to = _as_long_as(word, holder, valid_from, valid_to)
    begins, ends = _span(word, valid_from, valid_to)
    text = _label(word, label)
    found = _standing(district, word, whose, text)
    if found is not None:
        return _extended(actor, found, ends)
    row = _inserted(
        district=district,
        kind=word,
        **whose,
        label=text,
        valid_from=begins,
        valid_to=ends,
        issued_by_id=actor.person_id,
        is_demo=is_demo,
    )
    if row is None:  # somebody issued the same at the same moment
        found = _standing(district, word, whose, text)
        if found is None:
            raise Conflict()
        return _extended(actor, found, ends)
    _tell("passes.issued", actor, row, first=True)
    return row


def take(*, actor: Actor, district: str, kind: str) -> Pass:
    """A code for the actor themselves, of a kind that people take. Raises as `issue`."""
    me = people.canonical(actor.person_id) if actor.person_id else None
    if me is None:
        raise NotFound(_("没有找到您的登记"))
    return issue(actor=actor, district=district, kind=kind, holder=_who_has(kind_of(district, kind), me))


def _who_has(kind: PassKind, me: Person) -> Person:
    """The actor; or whoever has what the card comes with among the records under the actor's phone."""
    if not kind.comes_with:
        return me
    others = [people.canonical(one) for one in sorted(people.same_phone(me.id))]
    found = [one for one in [me, *others] if one and sources.standing(kind, one.id, clock.now())]
    return found[0] if found else me


def tokens_of(rows: Sequence[Pass]) -> list[str]:
    """The tokens of several codes, in their order; a district's key is looked up once. Raises as `token_of`."""
    signers = {district: keys.signer(district) for district in {row.district for row in rows}}
    return [token_of(row, signers[row.district]) for row in rows]


def token_of(row: Pass, signer: Signer | None = None) -> str:
    """The token of a code that stands still, for paper and pages. Raises `Conflict` for one that moves or is over."""
    if row.kind.rotates:
        raise Conflict(_("会变的码只能在手机上出示"))
    if row.revoked_at or row.valid_to <= clock.now():
        raise Conflict(_("这个码已停用或过期"))
    signer = signer or keys.signer(row.district)
    issued = int(clock.now().timestamp())
    claims = Claims(
        number=body_of(row.number),
        kind=row.kind.code,
        issued=issued,
        expires=int(row.valid_to.timestamp()),
        begins=int(row.valid_from.timestamp()) if row.valid_from > clock.now() else 0,
        label=row.label if "label" in row.kind.inside else "",
    )
    return codes.sign(claims, signer.key, signer.kid)


def kind_of(district: str, code: str) -> PassKind:
    """A kind in force. Raises `NotFound`."""
    known = PassKind.objects.filter(district=district, code=code.replace("\0", "")[:64], retired_at=None)
    found = known.first()
    if found is None:
        raise NotFound(_("没有这种码证"), field="kind")
    return found


def body_of(number: str) -> str:
    """A number as it stands in a code: without its prefix."""
    return number.partition("-")[2]


def number_of(body: str) -> str:
    """The number of which a code holds the rest."""
    return f"{PREFIX}-{body}"


def _whose(kind: PassKind, holder: Holder, body: Organisation | None) -> dict[str, UUID | None]:
    named: Mapping[str, type] = {
        "person": Person,
        "place": Place,
        "organisation": Organisation,
        "producer": Producer,
    }
    if not isinstance(holder, named[kind.holder]):
        raise Invalid(
            _("“%(name)s”不是发给这一类的") % {"name": kind.name}, field="holder", remedy=_("请换一种码证")
        )
    if isinstance(holder, Producer) and holder.closed_on is not None:
        raise Invalid(_("这个主体已注销"), field="holder", remedy=_("先恢复登记，再发码"))
    if isinstance(holder, Organisation) and body is not None:
        raise Invalid(_("发给单位的码证不再写所属单位"), field="body")
    found: dict[str, UUID | None] = dict.fromkeys(("person_id", "place_id", "organisation_id", "producer_id"))
    found["organisation_id"] = body.id if body else None
    found[f"{kind.holder}_id"] = holder.id
    return found


def _demand(actor: Actor, kind: PassKind, holder: Holder, body: Organisation | None) -> None:
    """The duty the kind names; or, where the kind says so or comes with what they have, the holder themselves."""
    mine = isinstance(holder, Person) and body is None and _is(actor, holder)
    if mine and (kind.by_holder or kind.comes_with):
        return
    area, organisation = "", body.id if body else None
    if isinstance(holder, Place):
        area, organisation = holder.area_now, holder.keeper_id
    elif isinstance(holder, Organisation):
        organisation = holder.id
    elif isinstance(holder, Producer):
        area, organisation = holder.area, holder.organisation_id
    permission.demand_issue(actor, kind, area=area, organisation=organisation)


def _as_long_as(
    kind: PassKind, holder: Holder, begins: datetime | None, ends: datetime | None
) -> datetime | None:
    """The end that was asked for, or before it that of what the card comes with. Raises `Invalid` without that."""
    if not kind.comes_with:
        return ends
    has = sources.standing(kind, holder.id, max(begins or clock.now(), clock.now()))
    if has is None:
        raise Invalid(
            _("“%(name)s”随岗位或登记发，这位没有") % {"name": kind.name},
            field="holder",
            remedy=_("先定岗或登记，本人就能在“我的码”里领取"),
        )
    if has.until is None:
        return ends
    most = (begins or clock.now()) + timedelta(days=kind.days)
    return min(ends or most, has.until)


def _is(actor: Actor, person: Person) -> bool:
    return actor.person_id is not None and person.id in people.same_phone(actor.person_id)


def _span(kind: PassKind, begins: datetime | None, ends: datetime | None) -> tuple[datetime, datetime]:
    now = clock.now()
    first = begins or now
    most = first + timedelta(days=kind.days)
    last = ends or most
    if last <= max(first, now):
        raise Invalid(_("结束时间早于开始时间，或已过去"), field="valid_to")
    if last > most:
        raise Invalid(
            _("“%(name)s”最长 %(days)s 天") % {"name": kind.name, "days": kind.days}, field="valid_to"
        )
    return first, last


def _label(kind: PassKind, label: str) -> str:
    text = label.replace("\0", "").strip()
    inside = "label" in kind.inside
    if len(text) > LONGEST_LABEL or (inside and len(text.encode()) > LABEL_BYTES):
        most = LABEL_BYTES // 3 if inside else LONGEST_LABEL
        raise Invalid(_("说明太长，最多 %(n)s 个汉字") % {"n": most}, field="label")
    return text


def _standing(district: str, kind: PassKind, whose: Mapping[str, UUID | None], label: str) -> Pass | None:
    """The holder's code of this kind (about the same) that was not revoked, locked."""
    same: dict[str, Any] = dict(whose)
    if whose["place_id"]:
        same |= {"label": label}
    found = Pass.objects.select_for_update(of=("self",)).select_related("kind")
    return found.filter(district=district, kind=kind, revoked_at=None, **same).first()


def _extended(actor: Actor, row: Pass, ends: datetime) -> Pass:
    if ends <= row.valid_to:
        return row
    row.valid_to = ends
    row.save(update_fields=["valid_to"])
    _tell("passes.extended", actor, row)
    return row


def _inserted(**values: Any) -> Pass | None:
    """A new row under a number whose place in the list is free; None when the holder has just got one."""
    for _attempt in range(64):
        number = ids.new_number(PREFIX)
        slot = revoked.slot_of(body_of(number))
        if Pass.objects.filter(district=values["district"], slot=slot).exists():
            continue
        row = Pass(number=number, slot=slot, **values)
        return row if rows.insert_if_new(row) else None
    raise Conflict(_("本区的码证号已快用完"), remedy=_("请联系管理员清理到期的码证"))


def _tell(act: str, actor: Actor, row: Pass, *, first: bool = False) -> None:
    """The journal says which code of which kind, until when; whose it is stands in the row alone."""
    after = {"number": row.number, "kind": row.kind.code, "valid_to": row.valid_to}
    journal.append(act=act, actor=actor, subject=row, area=row.district, after=after, first=first)
