"""The moderator's queue and the page of one case: findings marked, boxes suggested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import permission, words
from youlin.apps.cases.models import Case, CaseMedia, Category, PublishedWords
from youlin.apps.cases.models.case import MODERATION, TO_MODERATE
from youlin.apps.cases.moderation import findings, published, services
from youlin.apps.cases.moderation.findings import Finding
from youlin.apps.cases.selectors import making, staff
from youlin.apps.duties.selectors import Access
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed
from youlin.kernel.media import services as media

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the queue; `found` counts what was found in its words."""

    number: str
    title: str
    category_name: str
    area_path: str
    moderation: str
    moderation_name: str
    reported_at: datetime
    photos: int
    found: int
    is_demo: bool


@dataclass(frozen=True, slots=True)
class PhotoToCheck:
    """A photo with what was decided or suggested of it; `examined` False before the job has looked."""

    id: UUID
    thumb_url: str
    full_url: str
    checked: str
    boxes: list[dict[str, Any]]
    examined: bool
    faces: int
    plates: int


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a case: as written, cut at what was found, and as it would be shown."""

    name: str
    label: str
    written: str
    pieces: tuple[tuple[str, Finding | None], ...]
    proposed: str
    found: int


@dataclass(frozen=True, slots=True)
class ToDecide:
    """Everything a moderator decides about one case."""

    id: UUID
    number: str
    version: int
    category_name: str
    area_path: str
    moderation: str
    moderation_name: str
    approximate: bool
    reported_at: datetime
    parts: tuple[Part, ...]
    notes: tuple[Part, ...]
    photos: tuple[PhotoToCheck, ...]


def may_moderate(actor: Actor) -> bool:
    """Whether the actor moderates anywhere."""
    return permission.access(actor).holds_any(services.VERB)


def queue(actor: Actor) -> tuple[Waiting, ...]:
    """Cases that wait for this moderator, those that do not show yet first, oldest first."""
    rows = list(_queue(_access(actor)).order_by("reported_at", "id")[:SHOWN])
    rows.sort(key=lambda case: (case.moderation != "waiting", case.reported_at))
    known = making.know(rows, None)
    photos = _photo_counts(rows)
    return tuple(_waiting(case, known, photos.get(case.id, 0)) for case in rows)


def count(actor: Actor) -> int:
    """How many cases wait for this moderator."""
    return _queue(_access(actor)).count()


def next_number(actor: Actor, *, after: str = "") -> str:
    """The case to decide next; "" when none waits."""
    return next((one.number for one in queue(actor) if one.number != after), "")


def to_decide(actor: Actor, number: str) -> ToDecide:
    """One case as a moderator sees it. Raises `NotAllowed` without the verb, `NotFound` where unknown."""
    access = _access(actor)
    case = staff.find(access, number)
    if not permission.may(access, services.VERB, case):
        raise NotAllowed(_("决定公开内容需要审核岗位"))
    row = PublishedWords.objects.filter(district=case.district, case=case).first()
    category = Category.objects.filter(district=case.district, code=case.category).first()
    known = making.know([case], None)
    return ToDecide(
        id=case.id,
        number=case.number,
        version=case.version,
        category_name=known.category_name(case),
        area_path=areas.local_path(case.area_now),
        moderation=case.moderation,
        moderation_name=_name(case.moderation),
        approximate=bool(category and category.approximate_place),
        reported_at=case.reported_at,
        parts=(
            _part("title", _("标题"), case.title, row.title if row else None),
            _part("description", _("内容"), case.description, row.description if row else None),
            _part("address", _("地址"), case.address, row.address if row else None),
        ),
        notes=_notes(case, row),
        photos=_photos(case),
    )


def _access(actor: Actor) -> Access:
    access = permission.access(actor)
    if actor.kind != "system" and not access.holds_any(services.VERB):
        raise NotAllowed(_("决定公开内容需要审核岗位"))
    return access


def _queue(access: Access) -> QuerySet[Case]:
    return Case.objects.filter(
        permission.visible(access),
        access.scope(services.VERB) if access.actor.kind != "system" else Q(),
        district__in=permission.shards(access),
        moderation__in=TO_MODERATE,
    ).exclude(outcome__in=["void", "duplicate"])


def _waiting(case: Case, known: making.Known, photos: int) -> Waiting:
    found = sum(len(findings.in_text(text)) for text in (case.title, case.description, case.address))
    return Waiting(
        number=case.number,
        title=case.title,
        category_name=known.category_name(case),
        area_path=areas.local_path(case.area_now),
        moderation=case.moderation,
        moderation_name=_name(case.moderation),
        reported_at=case.reported_at,
        photos=photos,
        found=found,
        is_demo=case.is_demo,
    )


def _part(name: str, label: str, written: str, shown: str | None) -> Part:
    pieces = findings.pieces(written)
    proposed = findings.masked(written) if shown is None else shown
    return Part(name, label, written, pieces, proposed, sum(found is not None for _text, found in pieces))


def _notes(case: Case, row: PublishedWords | None) -> tuple[Part, ...]:
    said = published.notes_of(journal.entries_for(case), words.SAID_TO_ALL)
    shown = row.notes if row else {}
    return tuple(_part(f"note_{id}", _("答复"), text, shown.get(id)) for id, text in said.items())


def _photos(case: Case) -> tuple[PhotoToCheck, ...]:
    rows = CaseMedia.objects.filter(
        district=case.district, case=case, file__kind="photo", copy_of__isnull=True
    ).select_related("file")
    return tuple(
        PhotoToCheck(
            id=row.id,
            thumb_url=media.url(row.file, size="thumb"),
            full_url=media.url(row.file, size="full"),
            checked=row.checked,
            boxes=row.boxes or [],
            examined=row.boxes is not None,
            faces=sum(box.get("kind") == "face" for box in row.boxes or []),
            plates=sum(box.get("kind") == "plate" for box in row.boxes or []),
        )
        for row in rows.order_by("created_at", "position", "id")
    )


def _photo_counts(rows: Sequence[Case]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    if rows:
        kept = CaseMedia.objects.filter(
            district__in={case.district for case in rows}, case__in=rows, checked="waiting"
        )
        for case_id in kept.values_list("case_id", flat=True):
            found[case_id] = found.get(case_id, 0) + 1
    return found


def _name(moderation: str) -> str:
    return str(dict(MODERATION).get(moderation, moderation))
