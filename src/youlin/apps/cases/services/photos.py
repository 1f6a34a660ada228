"""Photos and sounds that belong to a case."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases.models import Case, CaseMedia
from youlin.apps.cases.moderation import birth
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid
from youlin.kernel.media.models import MediaFile

MOST = 9
"""Photos of one report or one act."""

FILES = MOST + 1
"""Files of one: the photos and a recording."""

PHOTO = "photo"


def contents(district: str, media_ids: Sequence[UUID]) -> list[str]:
    """The files by what is in them: a form that is sent again brings the same ones under other ids."""
    sums: dict[UUID, str] = {}
    if 0 < len(media_ids) <= FILES:
        known = MediaFile.objects.filter(district=district, id__in=media_ids)
        sums = dict(known.values_list("id", "sha256"))
    return [sums.get(id) or str(id) for id in media_ids]


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
    check_not_too_many(file.kind == PHOTO for file in files.values())
    return [_row(case, files[id], step, position) for position, id in enumerate(wanted)]


def _row(case: Case, file: MediaFile, step: str, position: int) -> CaseMedia:
    standing = birth.of_photo(case, file.kind)
    return CaseMedia(
        district=case.district,
        case=case,
        file=file,
        step=step,
        public=standing.public,
        checked=standing.moderation,
        position=position,
    )


def check_not_too_many(pictures: Iterable[bool]) -> None:
    """Raise `Invalid` when there are more photos than anybody will look at."""
    if sum(pictures) > MOST:
        raise Invalid(_("最多 %(n)d 张照片") % {"n": MOST}, field="media", remedy=_("请选最能说明问题的几张"))


def check_enough(media: Sequence[CaseMedia], least: int) -> None:
    """Raise `Invalid` when an act asks for more photos than it got."""
    count = sum(one.file.kind == PHOTO for one in media)
    if count < least:
        raise Invalid(
            _("请附上至少 %(n)d 张照片") % {"n": least}, field="media", remedy=_("拍一张处理后的现场照片")
        )
