"""Stories of teams as they are read: what everybody sees, what waits for a coordinator, and the photo of one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.responders import acts, permission
from youlin.apps.responders.models import Story
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.media.models import MediaFile

MOST = 60


@dataclass(frozen=True)
class Told:
    """A story. `mine`: the one who asks has written it and does not decide on it."""

    id: UUID
    team: str
    organisation: str
    area: str
    title: str
    text: str
    photo: bool
    alt: str
    state: str
    state_name: str
    why: str
    written_at: datetime
    is_demo: bool
    mine: bool


def shown(district: str) -> list[Told]:
    """What everybody sees, newest first."""
    return [_told(row, None) for row in _rows(district).filter(state="shown")[:MOST]]


def led(actor: Actor, district: str) -> list[Told]:
    """The stories of where the actor organises: those that wait first."""
    scope = duties.access(actor).scope(acts.ORGANISE, fields=permission.CALL_OUT)
    found = [_told(row, actor) for row in _rows(district).filter(scope)[:MOST]]
    return sorted(found, key=lambda one: one.state != "waiting")


def photo_of(actor: Actor, story_id: UUID) -> MediaFile:
    """The photo of a story that the actor may see. Raises `NotFound`."""
    rows = Story.objects.filter(district__in=duties.all_districts(), photo__isnull=False)
    row = rows.select_related("photo").filter(id=story_id).first()
    if row is None or not (row.state == "shown" or _organises(actor, row)):
        raise NotFound(_("没有这张照片"))
    file: MediaFile = row.photo
    return file


def _organises(actor: Actor, row: Story) -> bool:
    return duties.access(actor).may(acts.ORGANISE, district=row.district, area=row.area_now)


def _rows(district: str) -> QuerySet[Story]:
    rows = Story.objects.filter(district=district).select_related("organisation", "photo")
    return rows.order_by("-written_at", "id")


def _told(row: Story, actor: Actor | None) -> Told:
    return Told(
        id=row.id,
        team=row.team,
        organisation=row.organisation.name if row.organisation else "",
        area=areas.label(row.area_now),
        title=row.title,
        text=row.text,
        photo=row.photo is not None and row.photo.state != MediaFile.State.REMOVED,
        alt=row.alt,
        state=row.state,
        state_name=str(row.get_state_display()),
        why=row.why,
        written_at=row.written_at,
        is_demo=row.is_demo,
        mine=actor is not None and actor.person_id is not None and row.written_by_id == actor.person_id,
    )
