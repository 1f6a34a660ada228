"""Who is meant by what is said or shown at a counter: a number, a phone's end with a name's beginning, a code."""

import re
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.offers.models import Entitlement
from youlin.apps.offers.services import entitling
from youlin.apps.parties import selectors as parties
from youlin.apps.passes import services as passes
from youlin.apps.passes.acts import CHECK
from youlin.apps.passes.reasons import WORDS
from youlin.apps.passes.services.issuing import PREFIX
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

LONGEST = 40
_TAIL = re.compile(r"^(?:(\d{4})\s*([^\W\d_])|([^\W\d_])\s*(\d{4}))$")


def in_force(day: date) -> Q:
    """Entitlements that hold on a day: not those left with a record that was merged, the kept person has the like."""
    return _running(day) & Q(person__merged_into=None)


def held_by(district: str, said: str, day: date, *, lock: bool = False) -> list[Entitlement]:
    """All entitlements in force of the one person that is meant, by id. Raises `Invalid` for nobody or several."""
    rows = Entitlement.objects.filter(district=district)
    named = _named(rows, said).filter(_running(day)).values_list("person_id", "person__merged_into_id")
    people = {merged_into or person for person, merged_into in named}
    if not people:
        raise Invalid(
            _("没有找到这位，或资格已到期"),
            field="said",
            remedy=_("请核对取餐号，或手机尾号四位加姓，例如 1001李"),
        )
    if len(people) > 1:
        raise Invalid(_("不止一位是这个尾号和姓"), field="said", remedy=_("请用取餐号"))
    if lock:  # every entitlement of the person, so that two under which they come wait for each other
        list(rows.select_for_update(of=("self",)).filter(person_id__in=people).order_by("id"))
    found = _listed(rows.filter(in_force(day), person_id__in=people))
    if not found:
        raise Invalid(_("没有找到这位，或资格已到期"), field="said")
    return found


def is_code(said: str) -> bool:
    """Whether this was read by a camera, or is the number of a code: a card's, not an entitlement's."""
    text = said.strip()
    return len(text) > LONGEST or ids.normalise_number(text).startswith(f"{PREFIX}-")


def shown_by(*, actor: Actor, district: str, place_id: UUID, code: str, key: str = "") -> UUID:
    """Whose a code is that was shown at a counter; the look stays on record, whatever becomes of it.

    Raises `Invalid` for one that does not hold, or that proves nothing of a person: only codes that any checker looks
    at do.
    """
    checked = passes.check(
        actor=actor, district=district, code=code.strip(), place_id=place_id, idempotency_key=key
    )
    if not checked.valid or checked.held is None or checked.kind is None:
        words = WORDS[checked.reason]
        raise Invalid(str(words.told), field="said", remedy=str(words.advice))
    if checked.held.person_id is None or checked.kind.check_verb != CHECK:
        raise Invalid(_("这种码不能用来取餐"), field="said", remedy=_("请扫小哥证或到访码，或输入取餐号"))
    return checked.held.person_id


def held_by_person(district: str, person_id: UUID, day: date, *, lock: bool = False) -> list[Entitlement]:
    """All entitlements in force of a person, else of the one on record under their phone. Raises `Invalid` for none."""
    rows = Entitlement.objects.filter(district=district)
    kept = parties.canonical(person_id)
    me = kept.id if kept else person_id
    mine = parties.same_phone(me) | {me}
    if lock:
        list(rows.select_for_update(of=("self",)).filter(person_id__in=mine).order_by("id"))
    found = _listed(rows.filter(in_force(day), person_id__in=mine))
    own = [one for one in found if one.person_id == me] or found
    if len({one.person_id for one in own}) != 1:
        raise Invalid(_("这位没有在用的资格"), field="said", remedy=_("请用取餐号，或联系所在单位报名单"))
    return own


def _listed(rows: QuerySet[Entitlement]) -> list[Entitlement]:
    return list(rows.select_related("kind", "organisation", "person").order_by("id"))


def _running(day: date) -> Q:
    until = Q(valid_to=None) | Q(valid_to__gte=day)
    return Q(ended_at=None, valid_from__lte=day) & until


def meant(said: str) -> Q:
    """Entitlements, ended ones too, of whoever may be meant."""
    text = said.replace("\0", "").strip()
    if match := _TAIL.match(text):
        digits, name = match[1] or match[4], match[2] or match[3]
        return Q(tail=entitling.tail_index(digits, name))
    return Q(number=ids.normalise_number(text))


def _named(rows: QuerySet[Entitlement], said: str) -> QuerySet[Entitlement]:
    text = said.replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        raise Invalid(_("请输入取餐号，或手机尾号四位加姓"), field="said", remedy=_("例如 1001李"))
    return rows.filter(meant(text))
