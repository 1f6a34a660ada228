"""Writing to the journal: `append` for one act, `append_many` for any number at the same price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, models

from youlin.kernel import canonical, clock, crypto, ids, rows
from youlin.kernel.actors import Actor
from youlin.kernel.db import DistrictModel
from youlin.kernel.journal import acts, positions
from youlin.kernel.journal.models import JournalEntry, Position
from youlin.kernel.journal.positions import Head, Key

CITY = "city"
"""Where acts on rows of the whole city (people, accounts) are journalled when no district is named."""

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One act to be journalled; the arguments of `append`."""

    act: str
    actor: Actor
    subject: models.Model
    area: str = ""
    before: Values | None = None
    after: Values | None = None
    note: str = ""
    personal: Mapping[UUID, dict[str, Any]] | None = None
    at: datetime | None = None
    related: Sequence[models.Model] | None = None
    district: str = ""
    first: bool = False

    @cached_property
    def key(self) -> Key:
        """The subject as the journal knows it."""
        return key_of(self.subject)

    @property
    def home(self) -> str:
        """The district whose journal this belongs to."""
        return home_of(self.subject, self.district)


def append(
    *,
    act: str,
    actor: Actor,
    subject: models.Model,
    area: str = "",
    before: Values | None = None,
    after: Values | None = None,
    note: str = "",
    personal: Mapping[UUID, dict[str, Any]] | None = None,
    at: datetime | None = None,
    related: Sequence[models.Model] | None = None,
    district: str = "",
    first: bool = False,
) -> JournalEntry:
    """Journal one act, in the transaction that does it (two queries; more only to make a person's key).

    `before`, `after` and `note` are public within the platform; `personal` is sealed for each person by
    id and is gone once the person is erased. `at` is when the act happened (default: now). `district` is
    only for a subject without one (default: `CITY`). `first=True` promises that the subject is new.
    Raises `RuntimeError` outside a transaction, `ValueError` for an act that is not registered.
    """
    item = Item(
        act=act,
        actor=actor,
        subject=subject,
        area=area,
        before=before,
        after=after,
        note=note,
        personal=personal,
        at=at,
        related=related,
        district=district,
        first=first,
    )
    return append_many([item])[0]


def append_many(items: Sequence[Item]) -> list[JournalEntry]:
    """Journal many acts in two queries for each district; several on one subject are chained in their order.

    More than `positions.LOCKED_ROWS` old subjects in one call are not locked here: the caller holds them.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(
            "the journal is written inside the transaction of the act: use transaction.atomic()"
        )
    for item in items:
        acts.check(item.act)
    sealed = _seal(items)
    entries: list[JournalEntry | None] = [None] * len(items)
    for district, places in _by_district(items).items():
        written = _write(district, [items[place] for place in places], [sealed[place] for place in places])
        for place, entry in zip(places, written, strict=True):
            entries[place] = entry
    return [entry for entry in entries if entry is not None]


def entry_at(item: Item, place: Position) -> JournalEntry:
    """The entry of one act on a new row, for whoever writes both in one statement (`rows.insert_if_new_with`).

    `place` is of the same transaction (`positions.with_place`). Raises `ValueError` for an act that
    is not registered or a row that is not new.
    """
    acts.check(item.act)
    if not item.first:
        raise ValueError("only the first entry of a row is made without those before it")
    [sealed] = _seal([item])
    return _entry(item.home, item, sealed, place.epoch, place.seq, None, clock.now())


def kind_of(subject: models.Model) -> str:
    """The subject's kind: `cases.case`."""
    return subject._meta.label_lower


def key_of(subject: models.Model) -> Key:
    """The subject's kind and id. Raises `TypeError` for a row without a UUID."""
    if not isinstance(subject.pk, UUID):
        raise TypeError(f"{kind_of(subject)} has no UUID to be journalled under")
    return kind_of(subject), subject.pk


def home_of(subject: models.Model, district: str = "") -> str:
    """The district in whose journal the subject's acts stand."""
    if isinstance(subject, DistrictModel):
        if not subject.district:
            raise ValueError(f"{kind_of(subject)} {subject.pk} has no district")
        return subject.district
    return district or CITY


def _write(district: str, items: list[Item], sealed: list[dict[str, str]]) -> list[JournalEntry]:
    known = {item.key for item in items if item.first}
    taken = positions.take(district, len(items), (item.key for item in items if item.key not in known))
    heads, now = dict(taken.heads), clock.now()
    entries = []
    for number, item, closed in zip(taken.seqs, items, sealed, strict=True):
        entry = _entry(district, item, closed, taken.epoch, number, heads.get(item.key), now)
        heads[item.key] = Head(entry.subject_seq, entry.hash, entry.epoch)
        entries.append(entry)
    rows.insert_many(entries)
    return entries


def _entry(
    district: str,
    item: Item,
    sealed: dict[str, str],
    epoch: int,
    number: int,
    head: Head | None,
    now: datetime,
) -> JournalEntry:
    actor, (kind, id) = item.actor, item.key
    entry = JournalEntry(  # in the order of the fields: by name it takes three times as long
        ids.uuid7(),
        district,
        max(epoch, head.epoch) if head else epoch,
        number,
        item.at.astimezone(UTC) if item.at else now,
        item.act,
        actor.kind,
        actor.person_id,
        actor.client_id,
        actor.via,
        kind,
        id,
        head.seq + 1 if head else 1,
        item.area,
        _public(item),
        sealed,
        canonical.digest(sealed) if sealed else "",
        head.hash if head else "",
        "",
    )
    entry.hash = canonical.digest(entry.statement())
    return entry


def _public(item: Item) -> dict[str, Any]:
    return {
        "before": canonical.normal(item.before or {}),
        "after": canonical.normal(item.after or {}),
        "note": canonical.normal(item.note),
        "related": [{"kind": kind_of(row), "id": str(row.pk)} for row in item.related or []],
    }


def _seal(items: Sequence[Item]) -> list[dict[str, str]]:
    """The sealed parts of each item, all made in one go."""
    parts = [
        (place, person, data)
        for place, item in enumerate(items)
        for person, data in (item.personal or {}).items()
    ]
    sealed: list[dict[str, str]] = [{} for _ in items]
    if parts:
        texts = crypto.seal_many([(person, canonical.normal(data)) for _, person, data in parts])
        for (place, person, _), text in zip(parts, texts, strict=True):
            sealed[place][str(person)] = text
    return sealed


def _by_district(items: Sequence[Item]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        places.setdefault(item.home, []).append(place)
    return places
