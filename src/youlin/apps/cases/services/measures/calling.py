"""Who can be called in a joint call (吹哨报到): whoever holds one of the declared duties over the case's area."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import workflow
from youlin.apps.cases.models import Case, Measure
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Holds
from youlin.kernel import ids
from youlin.kernel.errors import Conflict, Invalid


def people(case: Case, allowed: workflow.Measure) -> list[Holds]:
    """Those who can be called, but for the one who holds the case."""
    found = duties.who_hold(allowed.duties, district=case.district, area=case.area_now)
    return [one for one in found if one.person_id != case.holder_id]


def rows(template: Measure, case: Case, allowed: workflow.Measure, wanted: Sequence[UUID]) -> list[Measure]:
    """The template once for each of those who are called. Refuses who cannot be, and who is here already."""
    able = {one.person_id: one for one in people(case, allowed)}
    if any(one not in able for one in wanted):
        raise Invalid(_("有人不能被叫来"), field="people", remedy=_("请从列表里选单位"))
    here = Measure.objects.filter(district=case.district, case=case, kind=template.kind, is_open=True)
    if here.filter(assignee__in=wanted).exists():
        raise Conflict(_("这个单位已经在叫"), field="people", remedy=_("请只选还没有叫的单位"))
    made = []
    for one in wanted:
        row = Measure(**{field.attname: getattr(template, field.attname) for field in Measure._meta.fields})
        row.id = ids.uuid7()
        row.assignee_id, row.unit_id, row.duty = one, able[one].organisation_id, able[one].kind_code
        made.append(row)
    return made
