"""Showing the contact of one reporter to somebody who says why."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, permission
from youlin.apps.cases.models import CaseReporter
from youlin.apps.parties import services as parties
from youlin.kernel import journal, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

UNMASK = "person.unmask"


@transaction.atomic
def unmask_reporter(*, actor: Actor, case_id: UUID, reporter_id: UUID, reason: str) -> str:
    """Name and contact of a reporter in full, as one line. The reason is journalled with the case.

    Needs `person.unmask` and `case.see_reporter` over the case; a protected informant is never shown to
    whoever handles it. Raises `NotFound`, `NotAllowed`, `Invalid` without a reason.
    """
    case = lookup.locked(lookup.district_of(case_id), case_id)
    access = permission.access(actor)
    permission.demand_knowledge(access, case)
    found = CaseReporter.objects.filter(district=case.district, case=case, id=reporter_id).first()
    if found is None:
        raise NotFound(_("没有这位反映人"))
    if not permission.may(access, UNMASK, case):
        raise NotAllowed(_("查看完整联系方式需要相应岗位"))
    if not permission.sees_reporter(access, case, protected=found.protected):
        raise NotAllowed(_("反映人的身份受保护"))
    contact = privacy.unmask(
        actor=actor, district=case.district, subject=found, field="contact", reason=reason
    )
    journal.append(
        act="cases.unmasked",
        actor=actor,
        subject=case,
        area=case.area_now,
        after={"reporter": str(found.id)},
        note=privacy.mask_text(reason.strip()[:200]),
    )
    shown = [contact]
    if found.person_id is not None:
        person = parties.unmask(actor=actor, person_id=found.person_id, district=case.district, reason=reason)
        shown = [person.name, *(value for _kind, value in person.contacts), *shown]
    return " ".join(dict.fromkeys(part for part in shown if part)) or _("没有留下联系方式")
