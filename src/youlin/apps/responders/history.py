"""Services as whoever organises sees them: the latest, and one with everything that was written for it, oldest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Fields
from youlin.apps.parties import selectors as people
from youlin.apps.responders import acts
from youlin.apps.responders.models import Service, TaskKind
from youlin.apps.responders.services import serving
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

SERVICE = Fields(area="area", category="", organisation="", case="")
MOST = 60


@dataclass(frozen=True)
class Line:
    """One row as it was written. `who` is the responder, masked; `by` who saw it; `counts`: nothing took its place."""

    id: UUID
    district: str
    task: TaskKind
    who: str
    area: str
    began_at: datetime
    minutes: int
    evidence: str
    by: str
    note: str
    at: datetime
    corrected: bool
    counts: bool
    is_demo: bool


def services(actor: Actor, district: str) -> list[Line]:
    """What counts of where the actor organises, written latest first."""
    scope = duties.access(actor).scope(acts.ORGANISE, fields=SERVICE)
    rows = serving.effective(Service.objects.filter(scope, district=district))
    return _lines(list(_with(rows).order_by("-at", "id")[:MOST]))


def service(actor: Actor, service_id: UUID) -> list[Line]:
    """All rows of a service, the one that counts last. Raises `NotFound`."""
    scope = duties.access(actor).scope(acts.ORGANISE, fields=SERVICE)
    row = Service.objects.filter(scope, id=service_id).first()
    if row is None:
        raise NotFound(_("没有这条服务记录，或它不归您负责"))
    return _lines(_chain(row))


def _chain(row: Service) -> list[Service]:
    """Back to the row that was written first, and on to the one that counts."""
    found = [row]
    while found[0].corrects_id is not None:
        found.insert(0, Service.objects.get(district=row.district, id=found[0].corrects_id))
    while (after := Service.objects.filter(district=row.district, corrects=found[-1]).first()) is not None:
        found.append(after)
    full = {one.id: one for one in _with(Service.objects.filter(id__in=[one.id for one in found]))}
    return [full[one.id] for one in found]


def _with(rows: Any) -> Any:
    return rows.select_related("kind", "responder")


def _lines(rows: list[Service]) -> list[Line]:
    involved = {one.responder.person_id for one in rows} | {
        one.organiser_id for one in rows if one.organiser_id
    }
    names = people.person_labels(involved, viewer=None)
    replaced = set(
        Service.objects.filter(corrects__in=[one.id for one in rows]).values_list("corrects_id", flat=True)
    )
    return [
        Line(
            id=one.id,
            district=one.district,
            task=one.kind,
            who=names[one.responder.person_id],
            area=areas.label(one.area),
            began_at=one.began_at,
            minutes=one.minutes,
            evidence=str(one.get_evidence_display()),
            by=names[one.organiser_id] if one.organiser_id else "",
            note=one.note,
            at=one.at,
            corrected=one.corrects_id is not None,
            counts=one.id not in replaced,
            is_demo=one.is_demo,
        )
        for one in rows
    ]
