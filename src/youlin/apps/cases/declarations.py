"""Case types and categories, as programmes declare them: read what stands, declare, retire. Never deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models import CaseType, Category
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

VERB = "programme.apply"
"""Who may apply programmes may declare what they bring."""

ACTS = {
    "cases.type_declared": _("声明案件类型"),
    "cases.type_retired": _("停用案件类型"),
    "cases.category_declared": _("声明案件类别"),
    "cases.category_retired": _("停用案件类别"),
}

TYPE_FIELDS = ("name", "name_en", "confidential", "public", "moderation", "script", "script_en", "workflow")
CATEGORY_FIELDS = (
    "official_code",
    "name",
    "name_en",
    "case_type",
    "duty",
    "routing",
    "limits",
    "measures",
    "keywords",
    "attributes",
    "description",
    "description_en",
    "reportable",
    "approximate_place",
    "position",
)


@dataclass(frozen=True)
class Standing:
    """What stands under a code: whose it is, its values, its version, and whether it is retired."""

    programme: str
    values: dict[str, Any]
    retired: bool
    version: int = 1


def case_types(district: str) -> dict[str, Standing]:
    """The current version of every case type of the district, by code."""
    rows = CaseType.objects.filter(district=district, is_current=True)
    return {row.code: _standing(row, TYPE_FIELDS, row.version) for row in rows}


def categories(district: str) -> dict[str, Standing]:
    """Every category of the district, by code."""
    rows = Category.objects.filter(district=district).order_by("position", "code")
    return {row.code: _standing(row, CATEGORY_FIELDS) for row in rows}


@transaction.atomic
def declare_case_types(
    *, actor: Actor, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make these case types what is declared (`TYPE_FIELDS` by code); retired ones come back.

    A changed workflow becomes a new version, and open cases keep the version they were born with; other
    changes are made in place.
    """
    _demand(actor, district)
    current = CaseType.objects.select_for_update().filter(district=district, is_current=True)
    standing = {row.code: row for row in current.filter(code__in=list(declared))}
    items = []
    for code, values in declared.items():
        row, before = _declared_type(district, programme, code, values, standing.get(code))
        if row is not None:
            items.append(_item("cases.type_declared", actor, row, before, {**values, "version": row.version}))
    journal.append_many(items)


@transaction.atomic
def declare_categories(
    *, actor: Actor, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make these categories what is declared (`CATEGORY_FIELDS` by code); retired ones come back."""
    _demand(actor, district)
    rows = Category.objects.select_for_update().filter(district=district, code__in=list(declared))
    standing = {row.code: row for row in rows}
    new, items = [], []
    for code, values in declared.items():
        row = standing.get(code)
        before = _standing(row, CATEGORY_FIELDS) if row else None
        if row is None:
            row = Category(district=district, programme=programme, code=code, **values)
            new.append(row)
        elif before == Standing(programme, dict(values), retired=False):
            continue
        else:
            _set(row, {**values, "programme": programme, "retired_at": None})
            row.save()
        items.append(_item("cases.category_declared", actor, row, before.values if before else {}, values))
    Category.objects.bulk_create(new)
    journal.append_many(items)


@transaction.atomic
def retire_case_types(*, actor: Actor, district: str, codes: Iterable[str]) -> None:
    """No case is born of these types any more; those that are open run to their end."""
    _demand(actor, district)
    rows = CaseType.objects.select_for_update().filter(district=district, is_current=True, retired_at=None)
    _retire("cases.type_retired", actor, rows.filter(code__in=list(codes)))


@transaction.atomic
def retire_categories(*, actor: Actor, district: str, codes: Iterable[str]) -> None:
    """Nothing is reported under these categories any more; cases that bear them keep them."""
    _demand(actor, district)
    rows = Category.objects.select_for_update().filter(district=district, retired_at=None)
    _retire("cases.category_retired", actor, rows.filter(code__in=list(codes)))


def _declared_type(
    district: str, programme: str, code: str, values: Mapping[str, Any], row: CaseType | None
) -> tuple[CaseType | None, dict[str, Any]]:
    """The row as declared and what it said before; no row when nothing changes."""
    if row is None:
        made = CaseType.objects.create(district=district, programme=programme, code=code, **values)
        return made, {}
    before = _standing(row, TYPE_FIELDS, row.version)
    if before == Standing(programme, dict(values), retired=False, version=row.version):
        return None, {}
    if before.values["workflow"] == values["workflow"]:
        _set(row, {**values, "programme": programme, "retired_at": None})
        row.save()
        return row, before.values
    row.is_current = False
    row.save(update_fields=["is_current"])
    made = CaseType.objects.create(
        district=district, programme=programme, code=code, version=row.version + 1, **values
    )
    return made, before.values


def _retire(act: str, actor: Actor, rows: "models.QuerySet[Any]") -> None:
    moment = clock.now()
    items = []
    for row in rows:
        row.retired_at = moment
        row.save(update_fields=["retired_at"])
        items.append(_item(act, actor, row, {}, {"retired_at": moment}))
    journal.append_many(items)


def _standing(row: Any, fields: tuple[str, ...], version: int = 1) -> Standing:
    values = {field: getattr(row, field) for field in fields}
    return Standing(row.programme, values, row.retired_at is not None, version)


def _set(row: models.Model, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        setattr(row, field, value)


def _item(
    act: str, actor: Actor, row: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> journal.Item:
    changed = {field for field, value in after.items() if before.get(field) != value}
    return journal.Item(
        act=act,
        actor=actor,
        subject=row,
        area=row.district,
        before={field: before[field] for field in changed if field in before},
        after={"code": row.code, **{field: after[field] for field in changed}},
    )


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()
