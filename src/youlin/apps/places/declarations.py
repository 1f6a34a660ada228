"""Kinds of places and facilities, as programmes declare them: read what stands, declare, retire. Never deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from youlin.apps.duties import selectors as duties
from youlin.apps.places import revisions
from youlin.apps.places.models import Facility, PlaceKind
from youlin.apps.places.models.declared import Declared
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

VERB = "programme.apply"
"""Who may apply programmes may declare what they bring."""


@dataclass(frozen=True)
class Words:
    """One table of words: what a declaration may say, and how it is journalled."""

    model: type[Declared]
    fields: tuple[str, ...]
    act: str


KINDS = Words(
    PlaceKind,
    (
        "name",
        "name_en",
        "icon",
        "position",
        "role",
        "steward_duty",
        "confirm_days",
        "makeup_days",
        "description",
    ),
    "places.kind",
)
FACILITIES = Words(Facility, ("name", "name_en", "icon", "position", "need"), "places.facility")


@dataclass(frozen=True)
class Standing:
    """What stands under a code: whose it is, its values, and whether it is retired."""

    programme: str
    values: dict[str, Any]
    retired: bool


def standing(words: Words, district: str) -> dict[str, Standing]:
    """Every word of the district, by code, in its order."""
    rows = words.model._default_manager.filter(district=district).order_by("position", "code")
    return {row.code: _standing(words, row) for row in rows}


@transaction.atomic
def declare(
    words: Words, *, actor: Actor, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make these words what is declared (`words.fields` by code); retired ones come back."""
    _demand(actor, district)
    rows = words.model._default_manager.select_for_update().filter(district=district, code__in=list(declared))
    known = {row.code: row for row in rows}
    items = []
    for code, values in declared.items():
        row = known.get(code)
        before = _standing(words, row) if row else None
        if before == Standing(programme, dict(values), retired=False):
            continue
        row = row or words.model(district=district, code=code)
        for field, value in {**values, "programme": programme, "retired_at": None}.items():
            setattr(row, field, value)
        row.save()
        items.append(_item(f"{words.act}_declared", actor, row, before.values if before else {}, values))
    _write(district, items)


@transaction.atomic
def retire(words: Words, *, actor: Actor, district: str, codes: Iterable[str]) -> None:
    """No new place gets these words; places that have them keep them."""
    _demand(actor, district)
    rows = words.model._default_manager.select_for_update().filter(
        district=district, code__in=list(codes), retired_at=None
    )
    items = []
    for row in rows:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        items.append(_item(f"{words.act}_retired", actor, row, {}, {"code": row.code}))
    _write(district, items)


def _write(district: str, items: list[journal.Item]) -> None:
    """Journal what changed; whoever holds the district's places in memory reads its words anew."""
    if items:
        journal.append_many(items)
        revisions.take(district)


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()


def _standing(words: Words, row: Declared) -> Standing:
    values = {field: getattr(row, field) for field in words.fields}
    return Standing(row.programme, values, row.retired_at is not None)


def _item(
    act: str, actor: Actor, row: Declared, before: Mapping[str, Any], after: Mapping[str, Any]
) -> journal.Item:
    return journal.Item(act=act, actor=actor, subject=row, area=row.district, before=before, after=after)
