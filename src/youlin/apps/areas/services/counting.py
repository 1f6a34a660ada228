"""How many people and households live in an area, as a published source says: what figures are divided by."""

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import versions
from youlin.apps.areas.models import Area
from youlin.apps.areas.services import regrafting
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

TOLD = ("population", "households", "population_source")
LONGEST_SOURCE = 120


@transaction.atomic
def tell_people(*, actor: Actor, code: str, population: int, source: str, households: int = 0) -> Area:
    """Say how many people live in an area and where that is published; 0 households: not known.

    What was said before is replaced, the journal keeps it. Raises `Invalid`, `NotFound`, `NotAllowed`.
    """
    district = regrafting.demand(actor, code)
    source = source.strip()
    if population < 1 or households < 0:
        raise Invalid(_("人数要大于零"), field="population")
    if not source or len(source) > LONGEST_SOURCE:
        raise Invalid(_("请写明人数的出处"), field="source", remedy=_("例如第七次全国人口普查公报"))
    versions.bump(district)
    area = regrafting.living(code, regrafting.day_of_change(None))
    before = {name: area.extra.get(name) for name in TOLD}
    after = {"population": population, "households": households or None, "population_source": source}
    if after != before:
        area.extra = {name: value for name, value in (area.extra | after).items() if value is not None}
        area.save(update_fields=["extra"])
        journal.append(
            act="areas.people_told", actor=actor, subject=area, area=code, before=before, after=after
        )
    return area
