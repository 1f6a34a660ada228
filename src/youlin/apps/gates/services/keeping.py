"""A compound joins: its property office keeps the place, its No. 1 position answers, its duties stand in writing."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import services as duties
from youlin.apps.duties.models import Assignment
from youlin.apps.gates import permission
from youlin.apps.gates.models import Compound
from youlin.apps.gates.words import HEAD, OFFICE_KIND
from youlin.apps.parties import selectors as bodies
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation, Person
from youlin.apps.places import services as places
from youlin.apps.places.models import Place
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotFound

LONGEST = 2_000
FURTHEST = 3_650


@transaction.atomic
def join(
    *,
    actor: Actor,
    district: str,
    place_id: UUID,
    firm: str,
    bureau: str = "",
    joined_on: date | None = None,
    duties_text: str = "",
    duties_text_en: str = "",
    is_demo: bool = False,
) -> Compound:
    """Take a place on record as a compound, of a property company (`firm`, its code) under a bureau.

    The company's office there is put on record and keeps the place; to narrow a duty to it is to narrow it to this
    compound. The same again changes what is told. Raises `Invalid`, `NotAllowed`, `NotFound`.
    """
    permission.demand_district(actor, district)
    place = Place.objects.select_for_update().filter(district=district, id=place_id, retired_at=None).first()
    if place is None:
        raise NotFound(_("没有这个地点"), field="place")
    company, above = _body(district, firm, "firm"), _body(district, bureau, "bureau") if bureau else None
    checked_day(joined_on)
    row = Compound.objects.filter(district=district, place=place).first()
    if row is None:
        _office(actor, place, company, is_demo)
        row = Compound(district=district, place=place, is_demo=is_demo)
    row.firm, row.bureau, row.joined_on = company, above, joined_on
    row.duties, row.duties_en = _text(duties_text, "duties"), _text(duties_text_en, "duties_en")
    row.save()
    after = {"place": place.number, "firm": company.code, "joined_on": joined_on}
    journal.append(act="gates.joined", actor=actor, subject=row, area=place.area_now, after=after)
    return row


@transaction.atomic
def change(
    *, actor: Actor, compound: Compound, duties_text: str, duties_text_en: str = "", phone: str | None = None
) -> Compound:
    """Change what stands in writing on the compound's page, by whoever keeps it."""
    row = locked(compound.district, compound.id)
    permission.demand_keep(actor, row.place)
    before = {"duties": row.duties}
    row.duties, row.duties_en = _text(duties_text, "duties"), _text(duties_text_en, "duties_en")
    row.save(update_fields=["duties", "duties_en"])
    after = {"duties": row.duties}
    journal.append(
        act="gates.changed", actor=actor, subject=row, area=row.place.area_now, before=before, after=after
    )
    if phone is not None and phone != row.place.phone:
        places.change_place(
            actor=SYSTEM, district=row.district, place_id=row.place_id, values={"phone": phone}
        )
    return row


@transaction.atomic
def name_head(*, actor: Actor, compound: Compound, holder: Person, is_demo: bool = False) -> Assignment:
    """This person is the compound's No. 1 position from now on; whoever was is it no more. Needs `duty.manage`."""
    row = locked(compound.district, compound.id)
    office = row.place.keeper
    if office is None:
        raise Invalid(_("这个小区没有物业项目部"), field="account")
    standing = Assignment.objects.filter(
        district=row.district, kind__code=HEAD, organisation=office, valid_to=None
    )
    made = duties.assign(
        actor=actor,
        district=row.district,
        kind=HEAD,
        holder=holder,
        areas=[row.place.area_now],
        organisation=office,
        is_demo=is_demo,
    )
    for one in standing.exclude(id=made.id):
        duties.end_assignment(actor=actor, assignment=one, reason=_("换了1号位"))
    journal.append(
        act="gates.head_named", actor=actor, subject=row, area=row.place.area_now, related=[holder]
    )
    return made


def locked(district: str, compound_id: UUID) -> Compound:
    """The compound, locked, with its place. Raises `NotFound`."""
    rows = Compound.objects.select_for_update(of=("self",)).select_related("place__keeper", "firm")
    found = rows.filter(district=district, id=compound_id).first()
    if found is None:
        raise NotFound(_("没有这个小区"))
    return found


def checked_day(day: date | None) -> None:
    """Raise `Invalid` for a day that no compound joins on."""
    if day is not None and abs((day - clock.today()).days) > FURTHEST:
        raise Invalid(_("接入日期太远"), field="joined_on")


def _office(actor: Actor, place: Place, firm: Organisation, is_demo: bool) -> None:
    """The company's office at this place, which keeps it from now on."""
    office = parties.register_organisation(
        actor=SYSTEM,
        district=place.district,
        code=f"gate_{place.number.lower().replace('-', '')}"[:64],
        name=_("%(name)s物业项目部") % {"name": place.name[:110]},
        kind=OFFICE_KIND,
        area=place.area_now,
        parent=firm,
        is_demo=is_demo,
    )
    values = {"keeper_id": office.id}
    places.change_place(actor=SYSTEM, district=place.district, place_id=place.id, values=values)
    place.refresh_from_db(fields=["keeper"])


def _body(district: str, code: str, field: str) -> Organisation:
    found = bodies.organisation(district=district, code=code.replace("\0", "").strip())
    if found is None or found.closed_on is not None:
        raise Invalid(_("没有这个单位"), field=field, remedy=_("请从列表里选"))
    return found


def _text(text: str, field: str) -> str:
    found = text.replace("\0", "").strip()
    if len(found) > LONGEST:
        raise Invalid(_("最多 %(n)s 字") % {"n": LONGEST}, field=field)
    return found
