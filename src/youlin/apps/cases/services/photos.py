"""Photos and sounds that belong to a case."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases.models import Case, CaseMedia
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid
from youlin.kernel.media.models import MediaFile

MOST = 9
"""Photos of one report or one act."""

PHOTO = "photo"


def attach(case: Case, media_ids: Sequence[UUID], *, step: str, actor: Actor) -> list[CaseMedia]:
    """The rows that make received files part of a case, unsaved. One query.

    Refuses, without telling more, files of another district, somebody else's, and those used already.
    """
    wanted = list(dict.fromkeys(media_ids))
    if not wanted:
        return []
    files = {
        file.id: file
        for file in MediaFile.objects.filter(district=case.district, id__in=wanted).exclude(
            id__in=CaseMedia.objects.filter(district=case.district).values("file")
        )
        if actor.kind == "system" or file.uploaded_by in (None, actor.person_id)
    }
    if len(files) < len(wanted):
        raise Invalid(_("有照片没有收到"), field="media", remedy=_("请重新选一次照片再提交"))
    return [
        CaseMedia(
            district=case.district,
            case=case,
            file=files[id],
            step=step,
            public=case.public and files[id].kind == PHOTO,
            position=position,
        )
        for position, id in enumerate(wanted)
    ]


def check_enough(media: Sequence[CaseMedia], least: int) -> None:
    """Raise `Invalid` when an act asks for more photos than it got."""
    count = sum(one.file.kind == PHOTO for one in media)
    if count < least:
        raise Invalid(
            _("请附上至少 %(n)d 张照片") % {"n": least}, field="media", remedy=_("拍一张处理后的现场照片")
        )
