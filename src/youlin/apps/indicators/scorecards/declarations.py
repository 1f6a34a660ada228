"""What programmes declare to be appraised by. Retired, never deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from youlin.apps.duties import selectors as duties
from youlin.apps.indicators.declarations import VERB, Standing
from youlin.apps.indicators.models import DeclaredScorecard
from youlin.apps.indicators.scorecards.scoring import Item
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed
from youlin.kernel.languages import in_language

_ITEM = {field.name for field in fields(Item)}


@dataclass(frozen=True)
class Scorecard:
    """A scorecard of a district: of streets or departments, for which kind of period, by which items."""

    code: str
    name: str
    name_en: str
    of: str
    period: str
    items: tuple[Item, ...]
    source: str = ""
    source_en: str = ""
    description: str = ""
    description_en: str = ""

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return in_language(self.name, self.name_en)

    @property
    def about(self) -> str:
        """What it is for, in the language of the request."""
        return in_language(self.description, self.description_en)

    @property
    def origin(self) -> str:
        """Where weights, floors and targets come from, in the language of the request."""
        return in_language(self.source, self.source_en)


def standing(district: str) -> dict[str, Standing]:
    """Every scorecard ever declared in the district, by code, in its order."""
    return {
        row.code: Standing(row.programme, _values(row), row.retired_at is not None)
        for row in DeclaredScorecard.objects.filter(district=district).order_by("position", "code")
    }


def in_force(district: str) -> dict[str, Scorecard]:
    """The scorecards that hold in a district, by code, in the order of its programmes."""
    rows = DeclaredScorecard.objects.filter(district=district, retired_at=None)
    return {row.code: _read(row) for row in rows.order_by("programme", "position", "code")}


@transaction.atomic
def declare(
    *, actor: Actor, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make these what is declared: `position` and the data of a scorecard, by code."""
    _demand(actor, district)
    rows = DeclaredScorecard.objects.select_for_update().filter(district=district, code__in=list(declared))
    known, items = {row.code: row for row in rows}, []
    for code, values in declared.items():
        row = known.get(code)
        before = _values(row) if row else {}
        if row and row.retired_at is None and row.programme == programme and before == dict(values):
            continue
        row = row or DeclaredScorecard(district=district, code=code)
        row.programme, row.position, row.retired_at = programme, values.get("position", 0), None
        row.scorecard = {name: value for name, value in values.items() if name != "position"}
        row.save()
        items.append(_item("indicators.scorecard_declared", actor, row, before, dict(values)))
    journal.append_many(items)


@transaction.atomic
def retire(*, actor: Actor, district: str, codes: Iterable[str]) -> None:
    """They are computed and shown no more."""
    _demand(actor, district)
    rows = DeclaredScorecard.objects.select_for_update().filter(
        district=district, code__in=list(codes), retired_at=None
    )
    items = []
    for row in rows:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        items.append(_item("indicators.scorecard_retired", actor, row, {}, {"code": row.code}))
    journal.append_many(items)


def _item(
    act: str, actor: Actor, row: DeclaredScorecard, before: dict[str, Any], after: dict[str, Any]
) -> journal.Item:
    return journal.Item(act=act, actor=actor, subject=row, area=row.district, before=before, after=after)


def _read(row: DeclaredScorecard) -> Scorecard:
    said = row.scorecard
    items = tuple(
        Item(**{name: value for name, value in one.items() if name in _ITEM}) for one in said["items"]
    )
    texts = {name: said.get(name, "") for name in ("source", "source_en", "description", "description_en")}
    return Scorecard(row.code, said["name"], said["name_en"], said["of"], said["period"], items, **texts)


def _values(row: DeclaredScorecard) -> dict[str, Any]:
    return {**row.scorecard, "position": row.position}


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()
