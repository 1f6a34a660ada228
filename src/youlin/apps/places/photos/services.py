"""Putting photos up, describing, ordering and taking them down: duty `place.keep`, each journalled on its place."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from youlin.apps.places import permission
from youlin.apps.places.acts import KEEP
from youlin.apps.places.models import Place, PlacePhoto
from youlin.apps.places.services import writing
from youlin.kernel import idempotency, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotFound, Problem
from youlin.kernel.media import services as media
from youlin.kernel.media.models import MediaFile

_log = logging.getLogger(__name__)

MOST = 8
"""Photos of one place: more than anybody looks at."""
LONGEST_ALT, LONGEST_CAPTION = 200, 120
PURPOSE = "place"
EARLIER, LATER = "earlier", "later"


def add_photo(
    *,
    actor: Actor,
    district: str,
    place_id: UUID,
    data: bytes | IO[bytes] | None,
    alt: str,
    caption: str = "",
    looked: bool,
    idempotency_key: str,
    name: str = "",
) -> PlacePhoto:
    """Put a photo up behind the others. `looked`: the actor has seen that nobody in it can be recognised.

    Raises `Invalid` with all that is wrong, about the file too: no photo, damaged, too large, too many, shown here
    already. Sent again with the same key it is put up once.
    """
    place = _place(district, place_id)
    permission.demand(actor, KEEP, place)
    words = _words(alt, caption)
    problems = [*words.problems, *_unready(data, looked)]
    if problems or data is None:
        raise Invalid(problems=problems)
    file = media.receive(district=district, actor=actor, name=name, data=data, purpose=PURPOSE, field="photo")
    try:
        made = _put(actor, place, file, words, idempotency_key)
    except BaseException:
        _drop(file, actor)
        raise
    if made.file_id != file.id:
        media.remove(media=file, actor=actor, reason=_("同一次提交重复发来"))
    return made


def _drop(file: MediaFile, actor: Actor) -> None:
    """Delete what was not put up; where the database is away, `forget_strays` does it later."""
    try:
        media.remove(media=file, actor=actor, reason=_("没有收下"))
    except DatabaseError:
        _log.exception("a photo that was not put up is deleted later")


def _place(district: str, place_id: UUID) -> Place:
    place = Place.objects.filter(district=district, id=place_id).first()
    if place is None:
        raise NotFound(_("没有这个地点"))
    return place


class _Words:
    """What is said of a photo, and what is wrong with it."""

    def __init__(self, alt: str, caption: str) -> None:
        self.alt, self.caption = _plain(alt), _plain(caption)
        self.problems: list[Problem] = []


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()


def _words(alt: str, caption: str) -> _Words:
    words = _Words(alt, caption)
    if not words.alt:
        remedy = _("写一句，看不见的人靠它知道：例如“驿站门口，左边是坡道”")
        words.problems.append(Problem("alt", _("请写照片里是什么"), remedy))
    for field, text, longest in (
        ("alt", words.alt, LONGEST_ALT),
        ("caption", words.caption, LONGEST_CAPTION),
    ):
        if len(text) > longest:
            message = _("文字太长，最多 %(count)s 个字") % {"count": longest}
            words.problems.append(Problem(field, message, _("请缩短后再试")))
    return words


def _unready(data: object, looked: bool) -> list[Problem]:
    problems = []
    if data is None:
        problems.append(Problem("photo", _("请选一张照片"), _("可以现拍，也可以从相册里选")))
    if not looked:
        remedy = _("看一眼照片：有能认出的人脸或车牌，请换一张；没有，请打勾")
        problems.append(Problem("looked", _("公开以前要有人看过"), remedy))
    return problems


@transaction.atomic
def _put(actor: Actor, place: Place, file: MediaFile, words: _Words, key: str) -> PlacePhoto:
    payload = {"place": str(place.id), "sha256": file.sha256, "alt": words.alt, "caption": words.caption}
    district = place.district
    with idempotency.once(
        district=district, actor=actor, act="places.add_photo", key=key, payload=payload
    ) as once:
        if once.prior is not None:
            return _standing(district, once.prior["id"])
        place = writing.locked(district, place.id)
        standing = list(PlacePhoto.objects.select_related("file").filter(district=district, place=place))
        _demand_room(file, standing)
        photo = PlacePhoto.objects.create(
            district=district,
            place=place,
            file=file,
            alt=words.alt,
            caption=words.caption,
            position=max((one.position for one in standing), default=-1) + 1,
            looked_by_id=actor.person_id,
        )
        _written(actor, place, "places.photo_added", photo, after=_told(photo))
        once.save({"id": str(photo.id)})
        return photo


def _standing(district: str, photo_id: str) -> PlacePhoto:
    found = PlacePhoto.objects.filter(district=district, id=photo_id).first()
    if found is None:
        raise NotFound(_("这张照片已撤下"))
    return found


def _demand_room(file: MediaFile, standing: list[PlacePhoto]) -> None:
    if file.kind != MediaFile.Kind.PHOTO:
        raise Invalid(_("这不是照片"), field="photo", remedy=_("请选 JPEG、PNG 或 WebP 照片"))
    if any(one.file.sha256 == file.sha256 for one in standing):
        raise Invalid(_("这张照片已经有了"), field="photo", remedy=_("请换一张，或先撤下原来那张"))
    if len(standing) >= MOST:
        message = _("一个地点最多 %(count)s 张照片") % {"count": MOST}
        raise Invalid(message, field="photo", remedy=_("请先撤下一张旧的"))


@transaction.atomic
def describe_photo(
    *, actor: Actor, district: str, place_id: UUID, photo_id: UUID, alt: str, caption: str
) -> PlacePhoto:
    """Say anew what a photo shows."""
    place, photo = _locked(actor, district, place_id, photo_id)
    words = _words(alt, caption)
    if words.problems:
        raise Invalid(problems=words.problems)
    before = _told(photo)
    photo.alt, photo.caption = words.alt, words.caption
    photo.save(update_fields=["alt", "caption"])
    _written(actor, place, "places.photo_described", photo, before=before, after=_told(photo))
    return photo


@transaction.atomic
def move_photo(*, actor: Actor, district: str, place_id: UUID, photo_id: UUID, to: str) -> None:
    """Move a photo one place `earlier` or `later`; the first stands for the place. At the end nothing moves."""
    place, photo = _locked(actor, district, place_id, photo_id)
    if to not in (EARLIER, LATER):
        raise Invalid(_("只能往前或往后移"), field="to")
    order = list(place.photos.filter(district=district).order_by("position", "id"))
    at = [one.id for one in order].index(photo.id)
    other = at - 1 if to == EARLIER else at + 1
    if not 0 <= other < len(order):
        return
    order[at], order[other] = order[other], order[at]
    for position, one in enumerate(order):
        one.position = position
    PlacePhoto.objects.bulk_update(order, ["position"])
    _written(actor, place, "places.photos_ordered", photo, before={"at": at + 1}, after={"at": other + 1})


@transaction.atomic
def remove_photo(*, actor: Actor, district: str, place_id: UUID, photo_id: UUID, reason: str = "") -> None:
    """Take a photo down; its content is deleted for good."""
    place, photo = _locked(actor, district, place_id, photo_id)
    before, file = _told(photo), photo.file
    photo.delete()
    _written(actor, place, "places.photo_removed", photo, before=before, note=_plain(reason))
    media.remove(media=file, actor=actor, reason=_plain(reason) or _("管护人撤下"))


def _locked(actor: Actor, district: str, place_id: UUID, photo_id: UUID) -> tuple[Place, PlacePhoto]:
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    photo = place.photos.select_related("file").filter(district=district, id=photo_id).first()
    if photo is None:
        raise NotFound(_("这张照片已撤下"))
    return place, photo


def _told(photo: PlacePhoto) -> dict[str, str]:
    return {"alt": photo.alt, "caption": photo.caption}


def _written(
    actor: Actor,
    place: Place,
    act: str,
    photo: PlacePhoto,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """The place under its next revision, and the journal's entry."""
    writing.save(place, ["revision"])
    journal.append(
        act=act,
        actor=actor,
        subject=place,
        area=place.area_now,
        before=_of(photo, before),
        after=_of(photo, after),
        note=note,
    )


def _of(photo: PlacePhoto, told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"photo": str(photo.file_id), **told} if told else None


def forget_of_retired(before: datetime) -> int:
    """Delete the photos of places that were taken off the map before a moment, some at a time; how many."""
    old = PlacePhoto.objects.select_related("file", "place").filter(place__retired_at__lt=before)
    number = 0
    for photo in old.order_by("district", "place_id", "id")[:_AT_ONCE]:
        remove_photo(
            actor=SYSTEM,
            district=photo.district,
            place_id=photo.place_id,
            photo_id=photo.id,
            reason=_("地点撤销已满保存期限"),
        )
        number += 1
    return number


def forget_strays(before: datetime) -> int:
    """Delete the files received before a moment that never became a photo of a place, some at a time; how many."""
    shown = PlacePhoto.objects.filter(district=OuterRef("district"), file=OuterRef("pk"))
    old = MediaFile.objects.filter(purpose=PURPOSE, created_at__lt=before).exclude(
        state=MediaFile.State.REMOVED
    )
    strays = list(old.filter(~Exists(shown)).order_by("created_at", "id")[:_AT_ONCE])
    for file in strays:
        media.remove(media=file, actor=SYSTEM, reason=_("没有收下"))
    return len(strays)


_AT_ONCE = 500
