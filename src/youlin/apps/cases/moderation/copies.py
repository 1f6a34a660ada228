"""Photos before the public sees them: what a look found in each, and the blurred copy that is shown instead."""

import logging
from uuid import UUID

from django.db import models, transaction

from youlin.apps.cases.models import CaseMedia
from youlin.apps.cases.moderation import pictures
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.media import services as media
from youlin.kernel.media.models import MediaFile

_log = logging.getLogger(__name__)


def examine(district: str, *, most: int) -> int:
    """Note where faces and plates may be in waiting photos, oldest first; how many were looked at.

    Marks for a moderator, who decides: they are worked out again at will and are no part of the history.
    """
    looked = 0
    rows = CaseMedia.objects.filter(district=district, checked="waiting", boxes__isnull=True)
    for row in rows.select_related("file").order_by("created_at")[:most]:
        seen = CaseMedia.objects.filter(district=district, id=row.id, boxes__isnull=True)
        looked += seen.update(boxes=_boxes(row))
    return looked


def blur(district: str, media_id: UUID) -> str:
    """Show the blurred copy of a photo as it was decided last; what was done. Again changes nothing."""
    row = CaseMedia.objects.filter(district=district, id=media_id).select_related("file").first()
    if row is None or row.checked != "blurred" or not row.boxes:
        return "not wanted"
    if _copies(row).filter(public=True, boxes=row.boxes).exists():
        return "there"
    with media.open_file(row.file, "original").file as file:
        data = pictures.blurred(file.read(), row.boxes)
    made = media.receive(
        district=district, actor=SYSTEM, name="blurred.jpg", data=data, purpose="case_public"
    )
    replaced = _show(row, made)
    if replaced is None:
        media.remove(media=made, actor=SYSTEM, reason="decided anew meanwhile")
        return "changed meanwhile"
    for one in replaced:
        media.remove(media=one, actor=SYSTEM, reason="blurred anew")
    return "made"


@transaction.atomic
def _show(row: CaseMedia, made: MediaFile) -> list[MediaFile] | None:
    """Put the copy in the place of older ones, which are given back; None when it was decided anew meanwhile."""
    locked = (
        CaseMedia.objects.select_for_update().select_related("case").get(district=row.district, id=row.id)
    )
    if locked.checked != "blurred" or locked.boxes != row.boxes:
        return None
    replaced = [one.file for one in _copies(row).select_related("file")]
    _copies(row).delete()
    CaseMedia.objects.create(
        district=row.district,
        case_id=row.case_id,
        file=made,
        step=row.step,
        public=True,
        copy_of=row,
        boxes=row.boxes,
        position=row.position,
        created_at=row.created_at,
    )
    journal.append(
        act="cases.photo_blurred",
        actor=SYSTEM,
        subject=locked.case,
        area=locked.case.area_now,
        after={"photo": str(row.id), "copy": str(made.id), "boxes": len(row.boxes or [])},
    )
    return replaced


def _copies(row: CaseMedia) -> models.QuerySet[CaseMedia]:
    return CaseMedia.objects.filter(district=row.district, copy_of=row)


def _boxes(row: CaseMedia) -> list[pictures.Box]:
    try:
        with media.open_file(row.file, "original").file as file:
            return pictures.found_in(file.read())
    except Exception:  # a photo that cannot be read is shown to the moderator without marks
        _log.exception("photo %s of case %s cannot be examined", row.file_id, row.case_id)
        return []
