"""How many people are addressed: figures from lists and bodies, never people."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.responders import permission
from youlin.apps.responders.models import AddressedGroup, Occupation
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid


@transaction.atomic
def count_addressed(
    *,
    actor: Actor,
    district: str,
    occupation: str,
    source: str,
    number: int,
    counted_on: date | None = None,
    is_demo: bool = False,
) -> AddressedGroup:
    """So many people of an occupation are in a list, or belong to a body; a newer count takes the place of the last.

    Raises `Invalid` for an unknown occupation, no source, no number, a day to come.
    """
    permission.demand_organises(actor, district, district)
    kind = Occupation.objects.filter(
        district=district, code=occupation.replace("\0", ""), retired_at=None
    ).first()
    said = source.replace("\0", "").strip()[:120]
    if kind is None:
        raise Invalid(_("请选择职业"), field="occupation")
    if not said:
        raise Invalid(_("请写明出自哪份名单、哪家单位"), field="source")
    if not 0 <= number <= 10_000_000:
        raise Invalid(_("请核对人数"), field="number")
    if counted_on is not None and counted_on > clock.today():
        raise Invalid(_("统计日期还没有到"), field="counted_on")
    rows = AddressedGroup.objects.select_for_update(of=("self",))
    row = rows.filter(district=district, occupation=kind, source=said).first()
    before = row.number if row else None
    row = row or AddressedGroup(district=district, occupation=kind, source=said, is_demo=is_demo)
    row.number, row.counted_on = number, counted_on
    row.save()
    journal.append(
        act="responders.addressed",
        actor=actor,
        subject=row,
        area=district,
        before={} if before is None else {"number": before},
        after={"occupation": occupation, "source": said, "number": number, "counted_on": counted_on},
    )
    return row
