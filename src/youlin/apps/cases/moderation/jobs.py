"""What moderation does in the background: a look for faces and plates, and the blurred copies."""

import logging
from uuid import UUID

from django.db import transaction

from youlin.apps.cases.models import CaseMedia
from youlin.apps.cases.moderation import pictures
from youlin.apps.duties import selectors as duties
from youlin.kernel import jobs
from youlin.kernel.actors import SYSTEM
from youlin.kernel.media import services as media

_log = logging.getLogger(__name__)


MOST_AT_ONCE = 100
"""Photos of one minute's look; the rest have their turn in the next."""


@jobs.every(minutes=1, name="cases.examine_photos", attempts=3)
def examine() -> int:
    """Look for faces and plates in photos that wait for a moderator; how many were looked at."""
    looked = 0
    for district in duties.all_districts():
        rows = CaseMedia.objects.filter(district=district, checked="waiting", boxes__isnull=True)
        for row in rows.select_related("file").order_by("created_at")[: MOST_AT_ONCE - looked]:
            seen = CaseMedia.objects.filter(district=district, id=row.id, boxes__isnull=True)
            looked += seen.update(boxes=_boxes(row))
    return looked


@jobs.job(name="cases.blur_photo", attempts=5)
def blur(*, district: str, media_id: str) -> str:
    """Make the blurred copy of a photo as it was decided last; what was done. Again changes nothing."""
    row = CaseMedia.objects.filter(district=district, id=UUID(media_id)).select_related("file").first()
    if row is None or row.checked != "blurred" or not row.boxes:
        return "not wanted"
    standing = CaseMedia.objects.filter(district=district, copy_of=row)
    if standing.filter(public=True, boxes=row.boxes).exists():
        return "there"
    with media.open_file(row.file, "original").file as file:
        data = pictures.blurred(file.read(), row.boxes)
    made = media.receive(
        district=district, actor=SYSTEM, name="blurred.jpg", data=data, purpose="case_public"
    )
    with transaction.atomic():
        locked = CaseMedia.objects.select_for_update().get(district=district, id=row.id)
        if locked.checked != "blurred" or locked.boxes != row.boxes:
            return "changed meanwhile"
        old = list(standing.select_related("file"))
        standing.delete()
        CaseMedia.objects.create(
            district=district,
            case_id=row.case_id,
            file=made,
            step=row.step,
            public=True,
            copy_of=row,
            boxes=row.boxes,
            position=row.position,
            created_at=row.created_at,
        )
    for one in old:
        media.remove(media=one.file, actor=SYSTEM, reason="blurred anew")
    return "made"


def _boxes(row: CaseMedia) -> list[pictures.Box]:
    try:
        with media.open_file(row.file, "original").file as file:
            return pictures.found_in(file.read())
    except Exception:  # a photo that cannot be read is shown to the moderator without marks
        _log.exception("photo %s of case %s cannot be examined", row.file_id, row.case_id)
        return []
