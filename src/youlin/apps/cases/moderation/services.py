"""A person decides what the public sees of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, permission
from youlin.apps.cases import words as case_words
from youlin.apps.cases.models import Case, CaseMedia, PublishedWords
from youlin.apps.cases.moderation import birth, jobs, pictures, published
from youlin.apps.cases.selectors import making
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.kernel.idempotency import once

VERB = "case.moderate"
Verdict = Literal["show", "private"]


@dataclass(frozen=True)
class PhotoVerdict:
    """One photo: `shown` as it is, `blurred` at its boxes, or `private`."""

    checked: str
    boxes: Sequence[pictures.Box] = ()


@dataclass(frozen=True)
class Words:
    """What the public shall read; None leaves the words of the case as they are."""

    title: str | None = None
    description: str | None = None
    address: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


def decide(
    *,
    actor: Actor,
    case_id: UUID,
    verdict: Verdict,
    idempotency_key: str,
    words: Words | None = None,
    photos: Mapping[UUID, PhotoVerdict] | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> Case:
    """Let a case be seen in these words and with these photos, or keep it from the public.

    Without `words` the case shows as it was written, answers included. Photos that are not named stay as they
    are. Raises `NotAllowed` without the verb, `Conflict` when the case has changed since it was looked at.
    """
    photos = photos or {}
    payload = _payload(case_id, verdict, words, photos, reason)
    district = lookup.district_of(case_id)
    with once(
        district=district, actor=actor, act="cases.moderate", key=idempotency_key, payload=payload
    ) as asking:
        case = lookup.locked(district, case_id)
        _check(actor, case, verdict, words, expected_version)
        if asking.prior is not None:
            return case
        before = case.moderation
        changed = _photos(case, photos if verdict == "show" else {})
        case.public = verdict == "show"
        case.moderation = birth.SHOWN if verdict == "show" else birth.PRIVATE
        case.version += 1
        case.updated_at = clock.now()
        case.save(force_update=True)
        redacted = _keep_words(case, actor, words) if verdict == "show" else False
        journal.append(
            act="cases.published" if verdict == "show" else "cases.kept_private",
            actor=actor,
            subject=case,
            area=case.area_now,
            before={"moderation": before},
            after={"moderation": case.moderation, "redacted": redacted, "photos_checked": changed},
            note=reason.strip()[:500],
        )
        asking.save({"version": case.version})
    return case


def approve_as_written(*, actor: Actor, case_id: UUID, idempotency_key: str) -> Case:
    """Show a case as it was written, its photos with what was found in them blurred."""
    district = lookup.district_of(case_id)
    rows = CaseMedia.objects.filter(district=district, case_id=case_id, checked=birth.WAITING)
    photos = {
        row.id: PhotoVerdict("blurred", row.boxes) if row.boxes else PhotoVerdict("shown") for row in rows
    }
    return decide(
        actor=actor, case_id=case_id, verdict="show", photos=photos, idempotency_key=idempotency_key
    )


def _payload(
    case_id: UUID,
    verdict: Verdict,
    words: Words | None,
    photos: Mapping[UUID, PhotoVerdict],
    reason: str,
) -> dict[str, Any]:
    shown = None if words is None else [words.title, words.description, words.address, dict(words.notes)]
    return {
        "case": str(case_id),
        "verdict": verdict,
        "words": shown,
        "photos": {str(id): [one.checked, list(one.boxes)] for id, one in photos.items()},
        "reason": reason,
    }


def _check(actor: Actor, case: Case, verdict: str, words: Words | None, version: int | None) -> None:
    access = permission.access(actor)
    permission.demand_knowledge(access, case)
    if actor.kind != "system" and not permission.may(access, VERB, case):
        raise NotAllowed(_("决定公开内容需要审核岗位"))
    if case.moderation == "":
        raise Conflict(_("这类案件不对外公开，不需要审核"))
    if version is not None and version != case.version:
        raise Conflict(_("案件刚有变化"), remedy=_("请看过最新内容再决定"))
    if verdict not in ("show", "private"):
        raise Invalid(_("没有选公开还是不公开"), field="verdict")
    if words is not None and words.title is not None and not words.title.strip():
        raise Invalid(problems=[Problem("title", _("公开的标题不能空"), _("写几个字说明是什么事"))])


def _photos(case: Case, verdicts: Mapping[UUID, PhotoVerdict]) -> int:
    """Set what was decided of photos; blurred copies are made by a job, and old ones go at once."""
    rows = CaseMedia.objects.filter(
        district=case.district, case=case, id__in=list(verdicts), file__kind="photo", copy_of__isnull=True
    )
    changed = 0
    for row in rows:
        verdict = verdicts[row.id]
        if verdict.checked not in ("shown", "blurred", "private"):
            raise Invalid(_("照片没有选处理方式"), field=f"photo_{row.id}")
        boxes = pictures.clean(list(verdict.boxes))
        if verdict.checked == "blurred" and not boxes:
            raise Invalid(
                _("要遮挡的照片上没有框"), field=f"photo_{row.id}", remedy=_("画出要遮的地方，或选原样公开")
            )
        row.checked, row.boxes = verdict.checked, boxes
        row.public = verdict.checked == "shown"
        row.save(update_fields=["checked", "boxes", "public"])
        CaseMedia.objects.filter(district=case.district, copy_of=row).update(public=False)
        if verdict.checked == "blurred":
            jobs.blur.enqueue(district=case.district, media_id=str(row.id))
        changed += 1
    return changed


def _keep_words(case: Case, actor: Actor, words: Words | None) -> bool:
    """The published words of the case; whether they differ from its own."""
    notes = (
        dict(words.notes) if words else published.notes_of(journal.entries_for(case), case_words.SAID_TO_ALL)
    )
    own = {"title": case.title, "description": case.description, "address": case.address}
    given = {name: getattr(words, name) if words else None for name in own}
    shown = {name: own[name] if given[name] is None else str(given[name]).strip() for name in own}
    shown["title"], shown["address"] = shown["title"][:120], shown["address"][:255]
    row, _made = PublishedWords.objects.update_or_create(
        district=case.district,
        case=case,
        defaults={
            **shown,
            "notes": notes,
            "redacted": shown != own,
            "decided_by_id": actor.person_id,
            "decided_at": clock.now(),
        },
    )
    published.index(case, row, making.category_names([case]).get((case.district, case.category), ""))
    return bool(row.redacted)
