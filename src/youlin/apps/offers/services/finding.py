"""Who is meant by what is said at a counter: a number, or the end of a phone with the beginning of a name."""

import re
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.offers.models import Entitlement
from youlin.apps.offers.services import entitling
from youlin.kernel import ids
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
    mine = rows.filter(in_force(day), person_id__in=people)
    found = list(mine.select_related("kind", "organisation", "person").order_by("id"))
    if not found:
        raise Invalid(_("没有找到这位，或资格已到期"), field="said")
    return found


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
