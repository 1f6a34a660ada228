"""Subjects with one code each (一户一码): households, shops, producers of farm goods."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from youlin.apps.parties import permission
from youlin.apps.parties.models import Household, Organisation, Person, Producer
from youlin.apps.parties.services.bodies import MANAGE, insert, required
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

CHANGEABLE = ("name", "kind", "area", "address", "contact_id", "duty", "closed_on")


@transaction.atomic
def register_producer(
    *,
    actor: Actor,
    district: str,
    code: str,
    name: str,
    area: str,
    kind: str = "household",
    address: str = "",
    contact: Person | None = None,
    duty: str = "",
    organisation: Organisation | None = None,
    household: Household | None = None,
    is_demo: bool = False,
    verb: str = MANAGE,
) -> Producer:
    """A subject with its one code. `verb` is what the duty must grant, as in `register_organisation`.

    Name, address and contact may be personal: the journal has none of them.
    """
    permission.demand(actor, verb, district=district, area=area)
    producer = Producer(
        district=district,
        code=required(code, "code"),
        name=required(name, "name"),
        area=area,
        kind=kind,
        address=address.strip(),
        contact=contact,
        duty=duty,
        organisation=organisation,
        household=household,
        is_demo=is_demo,
    )
    insert(producer, code)
    after = {"code": code, "kind": kind}
    journal.append(act="parties.producer_registered", actor=actor, subject=producer, area=area, after=after)
    return producer


@transaction.atomic
def change_producer(
    *, actor: Actor, producer: Producer, changes: Mapping[str, Any], verb: str = MANAGE
) -> Producer:
    """Correct what is on record of a subject (`CHANGEABLE`); its code is for ever. Nothing new: nothing is written.

    `closed_on` None brings back one that was closed. The journal names the fields, not what stands in them. Needs the
    verb where the subject is and where it comes to be. Raises `Invalid`, `NotAllowed`.
    """
    if unknown := changes.keys() - set(CHANGEABLE):
        raise Invalid(", ".join(sorted(unknown)), field=min(unknown))
    for place in {producer.area, changes.get("area", producer.area)}:
        permission.demand(actor, verb, district=producer.district, area=place)
    locked = Producer.objects.select_for_update().get(district=producer.district, id=producer.id)
    fields = [field for field, value in changes.items() if getattr(locked, field) != value]
    if "name" in fields:
        required(changes["name"], "name")
    if not fields:
        return locked
    for field in fields:
        setattr(locked, field, changes[field])
    locked.save(update_fields=fields)
    journal.append(
        act="parties.producer_changed",
        actor=actor,
        subject=locked,
        area=locked.area,
        after={"code": locked.code, "fields": sorted(fields)},
    )
    return locked


@transaction.atomic
def close_producer(
    *, actor: Actor, producer: Producer, on: date | None = None, verb: str = MANAGE
) -> Producer:
    """The subject is none any more from a day on; its history stays, and its code is never given again."""
    permission.demand(actor, verb, district=producer.district, area=producer.area)
    locked = Producer.objects.select_for_update().get(district=producer.district, id=producer.id)
    if locked.closed_on is not None:
        return locked
    locked.closed_on = on or clock.today()
    locked.save(update_fields=["closed_on"])
    after = {"code": locked.code, "closed_on": locked.closed_on.isoformat()}
    journal.append(act="parties.producer_closed", actor=actor, subject=locked, area=locked.area, after=after)
    return locked
