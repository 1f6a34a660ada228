"""Whom a clerk means: a person by name and phone, a place, a body or a producer by its number."""

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation, Person, Producer
from youlin.apps.passes.models import Pass
from youlin.apps.passes.services.issuing import Holder, issue, kind_of
from youlin.apps.places.models import Place
from youlin.kernel import ids
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotFound


@transaction.atomic
def issue_to(
    *,
    actor: Actor,
    district: str,
    kind: str,
    name: str = "",
    phone: str = "",
    number: str = "",
    body: str = "",
    label: str = "",
) -> Pass:
    """Issue a code to whoever a form means: `name` and `phone` for a person, else `number`; `body` by its code.

    Raises `Invalid` naming the field, and as `issue`.
    """
    try:
        word = kind_of(district, kind)
    except NotFound as error:
        raise Invalid(_("请选择种类"), field="kind") from error
    holder: Holder
    if word.holder == "person":
        holder = person_of(district, name, phone)
    else:
        holder = _other(district, word.holder, number.replace("\0", "").strip()[:64])
    of = _body(district, body) if word.holder == "person" else None
    return issue(actor=actor, district=district, kind=kind, holder=holder, body=of, label=label)


def person_of(district: str, name: str, phone: str) -> Person:
    """Somebody on record with this name and phone, else newly registered. Raises `Invalid` naming the field."""
    name, phone = (text.replace("\0", "").strip() for text in (name, phone))
    if not name or len(name) > 64:
        raise Invalid(_("请填写姓名，最多 64 个字"), field="name")
    if not phone:
        raise Invalid(_("请填写手机号"), field="phone")
    known = [one for one in people.persons_by_phone(phone) if one.name == name]
    return (
        known[0]
        if known
        else parties.register_person(actor=SYSTEM, name=name, phone=phone, district=district)
    )


def _other(district: str, holder: str, number: str) -> Place | Organisation | Producer:
    found: Place | Organisation | Producer | None
    if holder == "place":
        rows = Place.objects.filter(district=district, number=ids.normalise_number(number), retired_at=None)
        found = rows.first()
    elif holder == "organisation":
        found = people.organisation(district=district, code=number)
    else:
        found = Producer.objects.filter(district=district, code=number, closed_on=None).first()
    if found is None:
        raise Invalid(_("没有这个编号"), field="number", remedy=_("地点填编号，单位和主体填代码"))
    return found


def _body(district: str, code: str) -> Organisation | None:
    code = code.replace("\0", "").strip()[:64]
    if not code:
        return None
    found = people.organisation(district=district, code=code)
    if found is None or found.closed_on is not None:
        raise Invalid(_("没有这个单位"), field="body", remedy=_("请从列表里选"))
    return found
