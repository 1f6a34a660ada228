"""Two records that are one person become one. The merge can be undone: the journal says what moved.

People are city-wide, everything about them is a district's own: the merge itself is one transaction, and
each district then moves its rows in a transaction of its own (a job; running it twice moves nothing more).
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import permission
from youlin.apps.parties.models import Account, ContactPoint, Person, PersonIdentifier
from youlin.apps.parties.services.people import locked_person
from youlin.kernel import jobs, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid
from youlin.kernel.journal import JournalEntry

Moved = dict[str, list[str]]
"""Ids of rows that were moved, by `app.model.field`."""

_references: dict[str, list[str]] = {}


def register_references(app: str, fields: Iterable[str]) -> None:
    """Name an app's foreign keys to a person (`"Case.holder"`) that follow when duplicates are merged.

    A row that would break a unique constraint stays behind: the kept person already has its like. History
    that must keep saying who it was (who gave a consent, who called) is moved too: it is the same human.
    """
    _references[app] = list(fields)


def registered_references() -> set[str]:
    """Every registered `app.Model.field`."""
    return {f"{app}.{field}" for app, fields in _references.items() for field in fields}


@transaction.atomic
def merge_persons(*, actor: Actor, keep: Person, drop: Person, reason: str, district: str = "") -> Person:
    """Make `drop` a pointer to `keep`; contact points, identifiers and account move now, other rows by job.

    Needs `person.manage` where both are known. Raises `Invalid` without a reason, `Conflict` when one of them
    is merged already.
    """
    if not reason.strip():
        raise Invalid(_("请说明合并的理由"), field="reason")
    if keep.id == drop.id:
        raise Invalid(_("不能与自己合并"), field="drop")
    first, second = (locked_person(person_id) for person_id in sorted((keep.id, drop.id)))
    kept, dropped = (first, second) if first.id == keep.id else (second, first)
    if kept.merged_into_id or dropped.merged_into_id:
        raise Conflict(_("其中一条记录已合并到别处"))
    for person in (kept, dropped):
        _demand_where_known(actor, person, district)
    moved = _move_identity(kept, dropped)
    filled = _fill_gaps(kept, dropped)
    dropped.merged_into = kept
    dropped.save(update_fields=["merged_into"])
    journal.append(
        act="parties.persons_merged",
        actor=actor,
        subject=dropped,
        district=district,
        after={"into": str(kept.id), "moved": moved, "filled": filled},
        note=reason.strip(),
        related=[kept],
    )
    for home in districts_with_rows(dropped.id):
        follow_merge.enqueue(keep=str(kept.id), drop=str(dropped.id), district=home)
    return kept


@jobs.job(name="parties.follow_merge", attempts=8)
def follow_merge(*, keep: str, drop: str, district: str) -> None:
    """Move one district's rows of the dropped person to the kept one; again changes nothing."""
    with transaction.atomic():
        dropped = Person.objects.select_for_update().get(id=drop)
        if dropped.merged_into_id != UUID(keep):
            return
        moved = _move_rows(UUID(drop), UUID(keep), district)
        if moved:
            journal.append(
                act="parties.merge_followed",
                actor=SYSTEM,
                subject=dropped,
                district=district,
                after={"into": keep, "moved": moved},
            )


@transaction.atomic
def undo_merge(*, actor: Actor, drop: Person, reason: str, district: str = "") -> Person:
    """Make the dropped record a person of its own again; all that had moved goes back where it still is."""
    dropped = locked_person(drop.id)
    if dropped.merged_into_id is None:
        raise Conflict(_("这条记录没有被合并"))
    kept = locked_person(dropped.merged_into_id)
    _demand_where_known(actor, kept, district)
    merged, *followed = _merge_entries(dropped)
    _restore(merged.after["moved"], kept.id, dropped.id)
    for field in merged.after["filled"]:
        setattr(kept, field, _GAPS[field])
        kept.save(update_fields=[field])
    dropped.merged_into = None
    dropped.save(update_fields=["merged_into"])
    journal.append(
        act="parties.merge_undone",
        actor=actor,
        subject=dropped,
        district=district,
        before={"into": str(kept.id)},
        note=reason,
        related=[kept],
    )
    for entry in followed:
        return_rows.enqueue(entry=str(entry.id), drop=str(dropped.id), district=entry.district)
    return dropped


@jobs.job(name="parties.return_rows", attempts=8)
def return_rows(*, entry: str, drop: str, district: str) -> None:
    """Give back what one district had moved, as the journal entry says; again changes nothing."""
    with transaction.atomic():
        dropped = Person.objects.select_for_update().get(id=drop)
        if dropped.merged_into_id is not None:
            return
        followed = next(e for e in journal.entries_for(dropped, district=district) if str(e.id) == entry)
        if _restore(followed.after["moved"], UUID(followed.after["into"]), dropped.id):
            journal.append(
                act="parties.rows_returned",
                actor=SYSTEM,
                subject=dropped,
                district=district,
                after={"moved": followed.after["moved"]},
            )


def _merge_entries(dropped: Person) -> list[JournalEntry]:
    """The entry of the latest merge, then those of the districts that followed it."""
    entries = [e for home in journal.districts() for e in journal.entries_for(dropped, district=home)]
    merged = max((e for e in entries if e.act == "parties.persons_merged"), key=lambda e: e.at)
    later = [e for e in entries if e.act == "parties.merge_followed" and e.at >= merged.at]
    return [merged, *later]


def districts_with_rows(person_id: UUID) -> list[str]:
    """The districts that have rows about a person, by the registered references."""
    found: set[str] = set()
    for model, field in _fields():
        rows = model._default_manager.filter(**{field: person_id})
        found.update(rows.order_by().values_list("district", flat=True).distinct())
    return sorted(found)


def _demand_where_known(actor: Actor, person: Person, district: str) -> None:
    if actor.kind == "system":
        return
    places = permission.known_in(person.id) or {(district, district)}
    if not all(permission.may(actor, "person.manage", district=home, area=area) for home, area in places):
        permission.demand(actor, "person.manage", district="", area="")


def _move_identity(keep: Person, drop: Person) -> Moved:
    moved: Moved = {}
    for model in (PersonIdentifier, ContactPoint):
        ids = _move(model, "person", drop.id, keep.id, model._default_manager.filter(person=drop))
        if ids:
            moved[f"{model._meta.label}.person"] = ids
    account = Account.objects.select_for_update().filter(person=drop).first()
    if account is not None:
        if Account.objects.filter(person=keep).exists():
            account.is_active = False
            account.save(update_fields=["is_active"])
        else:
            account.person = keep
            account.save(update_fields=["person"])
            moved["parties.Account.person"] = [str(account.id)]
    return moved


_GAPS: dict[str, Any] = {"name": "", "born_on": None, "needs": {}}
"""What the kept person takes over where they have nothing themselves, and its empty value."""


def _fill_gaps(keep: Person, drop: Person) -> list[str]:
    filled = [field for field in _GAPS if not getattr(keep, field) and getattr(drop, field)]
    for field in filled:
        setattr(keep, field, getattr(drop, field))
    if filled:
        keep.save(update_fields=filled)
    return filled


def _fields() -> list[tuple[type[models.Model], str]]:
    found = []
    for name in sorted(registered_references()):
        app, model, field = name.split(".")
        found.append((apps.get_model(app, model), field))
    return found


def _move_rows(old: UUID, new: UUID, district: str) -> Moved:
    moved: Moved = {}
    for model, field in _fields():
        rows = model._default_manager.filter(**{"district": district, field: old})
        ids = _move(model, field, old, new, rows)
        if ids:
            moved[f"{model._meta.label}.{field}"] = ids
    return moved


def _move(
    model: type[models.Model], field: str, old: UUID, new: UUID, rows: "models.QuerySet[Any]"
) -> list[str]:
    """Point rows at another person: all at once, or one by one where some would break a constraint."""
    ids = list(rows.select_for_update().values_list("pk", flat=True))
    try:
        with transaction.atomic():
            rows.filter(pk__in=ids).update(**{field: new})
        return [str(pk) for pk in ids]
    except IntegrityError:
        return [str(pk) for pk in ids if _move_one(rows.filter(pk=pk), field, new)]


def _move_one(row: "models.QuerySet[Any]", field: str, new: UUID) -> bool:
    try:
        with transaction.atomic():
            return row.update(**{field: new}) == 1
    except IntegrityError:
        return False


def _restore(moved: Moved, kept: UUID, dropped: UUID) -> int:
    changed = 0
    for name, ids in moved.items():
        label, _dot, field = name.rpartition(".")
        rows = apps.get_model(label)._default_manager.filter(**{"pk__in": ids, field: kept})
        changed += rows.update(**{field: dropped})
    return changed
