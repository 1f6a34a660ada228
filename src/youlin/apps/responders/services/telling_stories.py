"""Stories of teams: written by whoever organises, shown once somebody else has looked, taken down with a reason."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import selectors as parties
from youlin.apps.responders import permission
from youlin.apps.responders.models import Story
from youlin.apps.responders.services import writing
from youlin.kernel import clock, idempotency, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from youlin.kernel.media import services as media
from youlin.kernel.media.models import MediaFile

PURPOSE = "story"
_AT_ONCE = 500


@dataclass(frozen=True)
class Telling:
    """What is told of which team. `alt` says what the photo shows; no names of single people, no figures of anybody."""

    area: str
    team: str
    title: str
    text: str
    alt: str = ""
    organisation: str = ""


def write_story(
    *,
    actor: Actor,
    district: str,
    telling: Telling,
    photo: bytes | IO[bytes] | None = None,
    idempotency_key: str,
    is_demo: bool = False,
) -> Story:
    """Write a story, which waits for somebody else to look at it. Sent twice it is one.

    Raises `Invalid` with everything that is wrong, about the photo too; `NotAllowed` unless the actor organises there.
    """
    said = Telling(**{name: value.replace("\0", "").strip() for name, value in asdict(telling).items()})
    problems = _problems(district, said, photo is not None)
    if problems:
        raise Invalid(problems=problems)
    permission.demand_organises(actor, district, said.area)
    file = (
        media.receive(district=district, actor=actor, name="", data=photo, purpose=PURPOSE, field="photo")
        if photo is not None
        else None
    )
    made = _write(actor, district, said, file, idempotency_key, is_demo)
    if file is not None and made.photo_id != file.id:
        media.remove(media=file, actor=actor, reason=_("同一次提交重复发来"))
    return made


@transaction.atomic
def decide_story(*, actor: Actor, district: str, story_id: UUID, show: bool, reason: str = "") -> Story:
    """Show a story, or say why not. Nobody decides on their own. Raises `Conflict` where it is decided already."""
    row = _locked(actor, district, story_id)
    if row.written_by_id is not None and row.written_by_id == actor.person_id:
        raise NotAllowed(_("不能审核自己写的故事"), remedy=_("请另一位组织者看一看"))
    why = reason.replace("\0", "").strip()[:200]
    if row.state != "waiting":
        raise Conflict(_("这篇故事已经审核过"))
    if not show and not why:
        raise Invalid(_("请说明原因"), field="reason")
    _set(actor, row, "shown" if show else "declined", why)
    return row


@transaction.atomic
def take_down_story(*, actor: Actor, district: str, story_id: UUID, reason: str) -> Story:
    """A story is shown no more. Again changes nothing."""
    row = _locked(actor, district, story_id)
    why = reason.replace("\0", "").strip()[:200]
    if row.state == "down":
        return row
    if not why:
        raise Invalid(_("请说明原因"), field="reason")
    _set(actor, row, "down", why)
    return row


def forget_stray_photos(before: datetime) -> int:
    """Delete the files received before a moment that never became a photo of a story; how many."""
    told = Story.objects.filter(district=OuterRef("district"), photo=OuterRef("pk"))
    old = MediaFile.objects.filter(purpose=PURPOSE, created_at__lt=before)
    strays = old.exclude(state=MediaFile.State.REMOVED).filter(~Exists(told)).order_by("created_at", "id")
    found = list(strays[:_AT_ONCE])
    for file in found:
        media.remove(media=file, actor=SYSTEM, reason=_("没有收下"))
    return len(found)


def _problems(district: str, said: Telling, has_photo: bool) -> list[Problem]:
    problems = []
    if not said.area.startswith(district) or not areas.live(said.area):
        problems.append(Problem("area", _("请选择所在区域"), ""))
    for name, text, most in (
        ("team", said.team, 60),
        ("title", said.title, 60),
        ("text", said.text, 2000),
    ):
        if not 2 <= len(text) <= most:
            problems.append(Problem(name, _("应有 2 到 %(most)s 个字") % {"most": most}, ""))
    if has_photo and not said.alt:
        problems.append(Problem("alt", _("请写照片里是什么"), _("写一句，看不见的人靠它知道")))
    if len(said.alt) > 200:
        problems.append(Problem("alt", _("文字太长，最多 %(count)s 个字") % {"count": 200}, ""))
    if said.organisation and parties.organisation(district=district, code=said.organisation) is None:
        problems.append(Problem("organisation", _("没有这个单位"), _("请从列表中选择，或者留空")))
    return problems


@transaction.atomic
def _write(
    actor: Actor, district: str, said: Telling, file: MediaFile | None, key: str, is_demo: bool
) -> Story:
    payload = {**asdict(said), "sha256": file.sha256 if file else ""}
    with idempotency.once(
        district=district, actor=actor, act="responders.write_story", key=key, payload=payload
    ) as once:
        if once.prior is not None:
            return Story.objects.get(district=district, id=once.prior["id"])
        body = parties.organisation(district=district, code=said.organisation) if said.organisation else None
        row = Story.objects.create(
            district=district,
            area_now=said.area,
            organisation=body,
            team=said.team,
            title=said.title,
            text=said.text,
            photo=file,
            alt=said.alt if file else "",
            written_by_id=actor.person_id,
            is_demo=is_demo,
        )
        facts: dict[str, Any] = {"team": row.team, "title": row.title, "photo": str(row.photo_id or "")}
        journal.append_many([writing.item("responders.story_written", actor, row, after=facts, first=True)])
        once.save({"id": str(row.id)})
        return row


def _locked(actor: Actor, district: str, story_id: UUID) -> Story:
    rows = Story.objects.select_for_update(of=("self",)).filter(district=district, id=story_id)
    found = rows.first()
    if found is None:
        raise NotFound(_("没有这篇故事"))
    permission.demand_organises(actor, district, found.area_now)
    return found


def _set(actor: Actor, row: Story, state: str, why: str) -> None:
    row.state, row.why = state, why
    row.looked_by_id, row.decided_at = actor.person_id, clock.now()
    row.save(update_fields=["state", "why", "looked_by", "decided_at"])
    journal.append_many([writing.item(f"responders.story_{state}", actor, row, note=why)])
