"""Platform companies and outlets: on record, with whoever speaks for them, and when they were last spoken to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import services as cases
from youlin.apps.cases.services import Receipt
from youlin.apps.duties import services as duties
from youlin.apps.duties.models import Assignment
from youlin.apps.linkage import acts, permission, words
from youlin.apps.linkage.models import Contacted
from youlin.apps.linkage.posts import posts
from youlin.apps.parties import selectors as party_rows
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Membership, Organisation, Person
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotFound
from youlin.kernel.languages import listed


@transaction.atomic
def register(
    *,
    actor: Actor,
    district: str,
    code: str,
    name: str,
    kind: str,
    area: str = "",
    address: str = "",
    credit_code: str = "",
    parent: str = "",
    is_demo: bool = False,
) -> Organisation:
    """Put a company, a partner or an outlet on record. `parent` is the code of the company it belongs to.

    An outlet stands in a street, a company in the district. Raises `Invalid` naming what is wrong.
    """
    return parties.register_organisation(
        actor=actor,
        district=district,
        code=code.strip()[:64],
        name=name.strip()[:128],
        kind=checked_kind(kind),
        area=checked_area(district, kind, area),
        credit_code=credit_code,
        parent=checked_parent(district, kind, parent),
        address=address[:255],
        is_demo=is_demo,
        verb=acts.KEEP,
    )


@transaction.atomic
def change(
    *,
    actor: Actor,
    body: Organisation,
    name: str,
    area: str,
    address: str,
    credit_code: str,
    parent: str = "",
) -> Organisation:
    """Correct what is on record of a body. Its kind and code stay."""
    return parties.change_organisation(
        actor=actor,
        organisation=body,
        name=name.strip()[:128],
        kind=body.kind,
        area=checked_area(body.district, body.kind, area),
        credit_code=credit_code,
        address=address[:255],
        parent=checked_parent(body.district, body.kind, parent) if parent else None,
        verb=acts.KEEP,
    )


def close(*, actor: Actor, body: Organisation) -> Organisation:
    """The body is no more; its history stays."""
    return parties.close_organisation(actor=actor, organisation=body, verb=acts.KEEP)


@transaction.atomic
def name_contact(*, actor: Actor, body: Organisation, name: str, phone: str = "") -> Person:
    """Who speaks for the body from now on; whoever did until now does no more.

    A person on record with this phone and this name is the same one, and so is who speaks for it already under this
    name, where no other phone is given.
    """
    permission.demand_keeps(actor, body)
    if not name.strip():
        raise Invalid(_("请填写联系人"), field="name")
    locked = _locked(body)
    speaker = _speaker(locked)
    if speaker is not None and _is(speaker, name, phone):
        return speaker
    known = [one for one in party_rows.persons_by_phone(phone) if one.name == name.strip()] if phone else []
    person = known[0] if known else _registered(actor, locked, name, phone)
    _end(actor, locked)
    parties.join(actor=actor, person=person, organisation=locked, role=words.CONTACT, verb=acts.KEEP)
    journal.append(
        act="linkage.contact_named", actor=actor, subject=locked, area=locked.area, related=[person]
    )
    return person


def speaks(body: Organisation, name: str, phone: str = "") -> bool:
    """Whether whoever speaks for the body now is the one of this name, and of this phone where one is given."""
    speaker = _speaker(body)
    return speaker is not None and _is(speaker, name, phone)


@transaction.atomic
def end_contact(*, actor: Actor, body: Organisation) -> None:
    """Nobody speaks for the body any more, until somebody is named."""
    permission.demand_keeps(actor, body)
    locked = _locked(body)
    if _end(actor, locked):
        journal.append(act="linkage.contact_ended", actor=actor, subject=locked, area=locked.area)


@transaction.atomic
def give_post(*, actor: Actor, body: Organisation, holder: Person) -> Assignment:
    """Whoever speaks for the body gets the post in which what is addressed to it is seen and answered, and no more.

    Somebody else becomes the one who speaks for it. The post ends when the next one is named. Nobody gives it to
    themselves; it grants nothing that whoever gives it does not have.
    """
    permission.demand_posts(actor, body)
    if holder.id == actor.person_id:
        raise Invalid(_("不能给自己定岗"), field="account")
    locked = _locked(body)
    speaker = _speaker(locked)
    if speaker is None or speaker.id != holder.id:
        _end(actor, locked)
        parties.join(actor=actor, person=holder, organisation=locked, role=words.CONTACT, verb=acts.KEEP)
        journal.append(
            act="linkage.contact_named", actor=actor, subject=locked, area=locked.area, related=[holder]
        )
    if standing := [post for post in posts(locked) if post.holder_id == holder.id]:
        return standing[0]
    journal.append(act="linkage.post_given", actor=actor, subject=locked, area=locked.area, related=[holder])
    return duties.assign(
        actor=SYSTEM,
        district=locked.district,
        kind=words.ANSWERER,
        holder=holder,
        areas=[locked.area or locked.district],
        organisation=locked,
        is_demo=locked.is_demo,
    )


@transaction.atomic
def end_post(*, actor: Actor, body: Organisation) -> None:
    """Nobody of the body answers on line any more; who speaks for it stays."""
    permission.demand_posts(actor, body)
    locked = _locked(body)
    for row in posts(locked):
        journal.append(
            act="linkage.post_ended", actor=actor, subject=locked, area=locked.area, related=[row.holder]
        )
        duties.end_assignment(actor=SYSTEM, assignment=row, reason=_("撤岗"))


@transaction.atomic
def note_contacted(
    *, actor: Actor, bodies: Sequence[Organisation], way: str, at: datetime | None = None
) -> None:
    """The bodies were spoken to, now or at a moment before."""
    if way not in dict(words.WAYS):
        raise Invalid(_("没有这种联系方式"), field="way")
    moment = min(at or clock.now(), clock.now())
    for body in bodies:
        permission.demand_keeps(actor, body)
        Contacted.objects.create(
            district=body.district, organisation=body, way=way, at=moment, by_id=actor.person_id
        )
    journal.append_many(
        [
            journal.Item(
                act="linkage.contacted",
                actor=actor,
                subject=body,
                area=body.area,
                after={"way": way, "at": moment},
            )
            for body in bodies
        ]
    )


def name_owner(*, actor: Actor, body: Organisation, holder: Person, is_demo: bool = False) -> Assignment:
    """This person answers for the body on our side, before whoever answers for its street. Needs `duty.manage`."""
    return duties.assign(
        actor=actor,
        district=body.district,
        kind=words.OWNER,
        holder=holder,
        areas=[body.area or body.district],
        organisation=body,
        is_demo=is_demo,
    )


def raise_matter(
    *, actor: Actor, body: Organisation, category: str, text: str, idempotency_key: str
) -> Receipt:
    """A matter with the body becomes a case that its owner answers for."""
    permission.demand_keeps(actor, body)
    if not category.startswith(f"{words.MATTER}."):
        raise Invalid(_("请选一个类别"), field="category")
    return cases.report(
        actor=actor,
        district=body.district,
        category=category,
        text=text,
        area=body.area or body.district,
        address=body.address,
        channel=words.CHANNEL,
        lead_unit=body,
        is_demo=body.is_demo,
        idempotency_key=idempotency_key,
    )


def checked_kind(kind: str) -> str:
    """One of the kinds that linkage keeps."""
    if kind not in words.KINDS:
        names = listed(words.KINDS.values())
        raise Invalid(_("没有这种单位"), field="kind", remedy=_("可写：%(names)s") % {"names": names})
    return kind


def checked_area(district: str, kind: str, area: str) -> str:
    """Where a body stands: an outlet in a street of the district, others where it is known."""
    if not area and kind != words.OUTLET:
        return district
    if not area.startswith(district) or not areas.live(area):
        raise Invalid(
            _("没有街道“%(code)s”") % {"code": area}, field="area", remedy=_("请写本区街道的名称或代码")
        )
    if kind == words.OUTLET and len(area) <= len(district):
        raise Invalid(_("站点要写在哪个街道"), field="area", remedy=_("请写本区街道的名称或代码"))
    return area


def checked_parent(district: str, kind: str, code: str) -> Organisation | None:
    """The company or partner that a body belongs to; a company belongs to none."""
    if not code or kind == words.COMPANY:
        if kind != words.COMPANY:
            raise Invalid(_("没有写属于哪家企业"), field="parent", remedy=_("请写企业的代码或名称"))
        return None
    found = party_rows.organisation(district=district, code=code)
    if found is None or found.kind not in (words.COMPANY, words.PARTNER) or found.closed_on is not None:
        raise Invalid(
            _("没有企业“%(code)s”") % {"code": code}, field="parent", remedy=_("请先登记企业，再登记其站点")
        )
    return found


def _locked(body: Organisation) -> Organisation:
    found = Organisation.objects.select_for_update().filter(district=body.district, id=body.id).first()
    if found is None:
        raise NotFound()
    return found


def _speaker(body: Organisation) -> Person | None:
    standing = party_rows.contacts_of(district=body.district, role=words.CONTACT, organisation=body.id)
    return Person.objects.filter(id__in=standing.values()).first()


def _is(person: Person, name: str, phone: str) -> bool:
    if person.name != name.strip():
        return False
    return (
        not phone or person.contact_points.filter(kind="phone", blind=party_rows.phone_index(phone)).exists()
    )


def _registered(actor: Actor, body: Organisation, name: str, phone: str) -> Person:
    return parties.register_person(
        actor=actor,
        name=name,
        phone=phone,
        district=body.district,
        area=body.area,
        is_demo=body.is_demo,
        verb=acts.KEEP,
        organisation=body.id,
    )


def _end(actor: Actor, body: Organisation) -> bool:
    """End what stands, the post of whoever spoke for the body with it; whether something did."""
    rows = Membership.objects.filter(
        district=body.district, organisation=body, role=words.CONTACT, valid_to=None
    )
    standing = list(rows)
    for row in standing:
        parties.leave(actor=actor, membership=row, verb=acts.KEEP)
    for post in posts(body) if standing else ():
        duties.end_assignment(actor=SYSTEM, assignment=post, reason=_("不再是联系人"))
    return bool(standing)
