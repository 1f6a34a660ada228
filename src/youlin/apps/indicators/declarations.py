"""What programmes declare: indicators with their versions. Retired, never deleted."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.indicators import definitions
from youlin.apps.indicators.definitions import Definition, Indicator, Version
from youlin.apps.indicators.models import DeclaredIndicator
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotAllowed

VERB = "programme.apply"
"""Who may apply programmes may declare what they bring."""


@dataclass(frozen=True)
class Standing:
    """What stands under a code: whose it is, its values, and whether it is retired."""

    programme: str
    values: dict[str, Any]
    retired: bool


def standing(district: str) -> dict[str, Standing]:
    """Every indicator ever declared in the district, by code, in its order."""
    return {
        row.code: Standing(row.programme, _values(row), row.retired_at is not None)
        for row in DeclaredIndicator.objects.filter(district=district).order_by("position", "code")
    }


def in_force(district: str, day: date | None = None) -> dict[str, Definition]:
    """The definitions that hold in a district on a day (today), by code, in the order of the programmes."""
    rows = DeclaredIndicator.objects.filter(district=district, retired_at=None)
    found: dict[str, Definition] = {}
    for row in rows.order_by("programme", "position", "code"):
        one = definitions.in_force({row.code: read(row.indicator)}, day or clock.today())
        found |= {code: held.model_copy(update={"programme": row.programme}) for code, held in one.items()}
    return found


def read(indicator: Mapping[str, Any]) -> Indicator:
    """An indicator from its JSON data. Raises pydantic's `ValidationError`."""
    return Indicator.model_validate_json(json.dumps(indicator))


@transaction.atomic
def declare(
    *, actor: Actor, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make these what is declared: `position` and the data of an `Indicator`, by code.

    Raises `Conflict` where a version that was in force is told otherwise than before: what was published under it
    could not be computed again. A changed rule is a new version.
    """
    _demand(actor, district)
    rows = DeclaredIndicator.objects.select_for_update().filter(district=district, code__in=list(declared))
    known, items = {row.code: row for row in rows}, []
    for code, values in declared.items():
        row = known.get(code)
        before = _values(row) if row else {}
        if row and row.retired_at is None and row.programme == programme and before == dict(values):
            continue
        told = {name: value for name, value in values.items() if name != "position"}
        if row is not None:
            _keep_versions(code, row.indicator, told)
        row = row or DeclaredIndicator(district=district, code=code)
        row.programme, row.position, row.indicator = programme, values.get("position", 0), told
        row.retired_at = None
        row.save()
        items.append(
            journal.Item(
                act="indicators.declared",
                actor=actor,
                subject=row,
                area=district,
                before=before,
                after=dict(values),
            )
        )
    journal.append_many(items)


@transaction.atomic
def retire(*, actor: Actor, district: str, codes: Iterable[str]) -> None:
    """They are computed and shown no more; what was published stays."""
    _demand(actor, district)
    rows = DeclaredIndicator.objects.select_for_update().filter(
        district=district, code__in=list(codes), retired_at=None
    )
    items = []
    for row in rows:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        after = {"code": row.code}
        items.append(
            journal.Item(act="indicators.retired", actor=actor, subject=row, area=district, after=after)
        )
    journal.append_many(items)


def _keep_versions(code: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    held = {one.version: _rule(one) for one in read(after).versions}
    for one in read(before).versions:
        if held.get(one.version) != _rule(one):
            raise Conflict(
                _("指标“%(code)s”的第 %(version)d 版已经用过，不能改动。")
                % {"code": code, "version": one.version},
                remedy=_("请保留原版，另加一个新版本，写明从哪天起。"),
            )


def _rule(version: Version) -> Version:
    """What decides the figure: a translation may come later."""
    return version.model_copy(update={"source_en": ""})


def _values(row: DeclaredIndicator) -> dict[str, Any]:
    return {**row.indicator, "position": row.position}


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()
