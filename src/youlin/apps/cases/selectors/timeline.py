"""The history of a case in words, read from the journal; for staff it explains itself, for others it names nobody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import measures, words, workflow
from youlin.apps.cases.crossing import words as crossing_words
from youlin.apps.cases.models import Case, CaseMedia
from youlin.apps.cases.selectors.rows import Photo, PublicTimelineEntry, Step, TimelineEntry
from youlin.apps.parties import selectors as parties
from youlin.kernel import crypto, journal
from youlin.kernel.actors import Actor
from youlin.kernel.journal import JournalEntry
from youlin.kernel.media import services as media

PUBLIC_ACTS = frozenset(
    f"cases.{act}"
    for act in (
        "reported", "joined", "filed", "dispatched", "accepted", "arrived", "contacted", "handled", "replied",
        "verified", "closed", "sent_back", "reworked", "voided", "marked_duplicate", "rated", "reopened",
    )
) | crossing_words.PUBLIC  # fmt: skip
"""What the public may know to have happened."""


def of(
    case: Case, table: workflow.Workflow, actor: Actor, photos: Sequence[Photo]
) -> tuple[TimelineEntry, ...]:
    """Everything that happened, oldest first, with who did it and why it came to them."""
    entries = journal.entries_for(case)
    people = {id for entry in entries for id in _people(entry)}
    labels = parties.person_labels(people, viewer=actor) if people else {}
    by_entry, steps = _photos_by_entry(entries, photos), _opened(entries)
    return tuple(
        TimelineEntry(
            at=entry.at,
            who=_who(entry, labels),
            what=_what(entry, table),
            text=entry.note,
            act=entry.act.removeprefix("cases."),
            photos=by_entry.get(entry.id, ()),
            why=_why(entry, table, labels, steps.get(entry.id, ())),
            by_system=entry.actor_kind == "system",
        )
        for entry in entries
    )


def for_public(
    case: Case,
    table: workflow.Workflow,
    photos: Sequence[Photo] = (),
    *,
    said: Callable[[JournalEntry], str] | None = None,
) -> tuple[PublicTimelineEntry, ...]:
    """What happened, without anybody's name; notes only where they answer the petitioner.

    `said` gives the words of an answer where not everybody may read it as it was given.
    """
    entries = [entry for entry in journal.entries_for(case) if entry.act in PUBLIC_ACTS]
    by_entry = _photos_by_entry(entries, photos)
    return tuple(
        PublicTimelineEntry(
            at=entry.at,
            what=_what(entry, table),
            text=(said(entry) if said else entry.note) if entry.act in words.SAID_TO_ALL else "",
            photos=by_entry.get(entry.id, ()),
        )
        for entry in entries
    )


def steps(case: Case, table: workflow.Workflow) -> tuple[Step, ...]:
    """The workflow's steps as the case has gone through them."""
    current = table.step_of(case.state)
    done_to = len(table.steps) if not case.is_open and not current else current
    return tuple(
        Step(number, name, "current" if number == current else "done" if number < done_to else "ahead")
        for number, name in enumerate(table.step_names(), start=1)
    )


def photos_of(case: Case, *, public_only: bool = False) -> tuple[Photo, ...]:
    """The photos and sounds of a case, in the order in which they came. One query.

    The public sees blurred copies in place of what was blurred, all others the photos themselves.
    """
    rows = CaseMedia.objects.filter(district=case.district, case=case).select_related("file", "copy_of")
    rows = rows.filter(public=True) if public_only else rows.filter(copy_of__isnull=True)
    return tuple(photo(row) for row in rows.order_by("created_at", "position", "id"))


def photo(row: CaseMedia) -> Photo:
    """One photo or sound with its addresses."""
    return Photo(
        id=row.file_id,
        kind=row.file.kind,
        thumb_url=media.url(row.file, size="thumb"),
        full_url=media.url(row.file, size="full"),
        step=row.step,
        at=row.created_at,
        public=row.public,
        stands_for=row.copy_of.file_id if row.copy_of else None,
    )


def _what(entry: JournalEntry, table: workflow.Workflow) -> str:
    """The act by the name its workflow gives it, else as the journal knows it."""
    declared = table.acts.get(str(entry.after.get("act", "")))
    if declared is not None:
        return declared.title()
    return str(entry.after.get("act_name") or words.JOURNAL_ACTS.get(entry.act) or journal.label(entry.act))


def _who(entry: JournalEntry, labels: Mapping[UUID, str]) -> str:
    if entry.act in ("cases.reported", "cases.joined", "cases.rated", "cases.reopened"):
        return _("坐席登记") if entry.via in ("desk", "hotline") and entry.actor_person else _("反映人")
    if entry.actor_person is not None:
        return labels.get(entry.actor_person, "")
    return {"system": _("系统"), "client": _("接入程序")}.get(entry.actor_kind, _("反映人"))


def _why(
    entry: JournalEntry, table: workflow.Workflow, labels: Mapping[UUID, str], steps: Sequence[str]
) -> tuple[str, ...]:
    """How it came to whom: the sealed steps while they can be opened, and in any case the outcome."""
    after = entry.after
    told: list[str] = list(steps)
    holder = _uuid(after.get("holder"))
    if holder is not None and not steps:
        told.append(_("转到 %(name)s") % {"name": labels.get(holder, "")})
    if after.get("state") and after.get("state") != entry.before.get("state") and entry.before:
        told.append(_("进入“%(state)s”") % {"state": table.state(str(after["state"])).title()})
    if entry.act == "cases.measure_passed_on":
        told.append(_measure_to(after, labels))
    if entry.act == "cases.escalated":
        told.append(_("第 %(n)s 级") % {"n": after.get("escalation", "")})
    if entry.act == "cases.recoded":
        told.append(f"{entry.before.get('area', '')} → {after.get('area', '')}")
    return tuple(told)


def _measure_to(after: Mapping[str, object], labels: Mapping[UUID, str]) -> str:
    """Which measure came to whom."""
    kind = measures.KINDS.get(str(after.get("kind", "")))
    name = str(kind.name) if kind else ""
    to = _uuid(after.get("to"))
    if to is None:
        return _("“%(kind)s”暂无人接替") % {"kind": name}
    return _("“%(kind)s”转到 %(name)s") % {"kind": name, "name": labels.get(to, "")}


def _opened(entries: Sequence[JournalEntry]) -> dict[UUID, tuple[str, ...]]:
    """The steps that led to a person, by entry; those of people who were erased are gone."""
    parts = [(entry.id, UUID(person), text) for entry in entries for person, text in entry.sealed.items()]
    opened = crypto.unseal_many([(person, text) for _entry, person, text in parts]) if parts else []
    found: dict[UUID, tuple[str, ...]] = {}
    for (entry_id, _person, _text), data in zip(parts, opened, strict=True):
        found[entry_id] = (*found.get(entry_id, ()), *map(str, (data or {}).get("why", ())))
    return found


def _people(entry: JournalEntry) -> Iterable[UUID]:
    if entry.actor_person is not None:
        yield entry.actor_person
    for value in (entry.after.get("holder"), entry.after.get("to")):
        if (found := _uuid(value)) is not None:
            yield found


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def _photos_by_entry(
    entries: Sequence[JournalEntry], photos: Sequence[Photo]
) -> dict[UUID, tuple[Photo, ...]]:
    """The photos that each act brought."""
    known = {str(one.stands_for or one.id): one for one in photos}
    return {
        entry.id: tuple(known[id] for id in entry.after.get("photos", ()) if id in known) for entry in entries
    }
