"""Paper: a case or a list as somebody printed it. Who printed what and when is journalled before it is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases import permission
from youlin.apps.cases.lists import owners, sets, stored
from youlin.apps.cases.models import PrintSheet
from youlin.apps.cases.selectors import staff
from youlin.apps.cases.selectors.rows import CaseFilters, CaseRow
from youlin.apps.duties import selectors as duties
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

MOST = 200
"""How many rows a printed list has at most."""
SHOWN_FOR = timedelta(hours=12)
"""How long a sheet can be shown again; after that it is printed, and noted, anew."""
KEPT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the paper's edge, and what it is of: a case by number, or rows."""

    id: UUID
    at: datetime
    by: str
    case_number: str = ""
    rows: tuple[CaseRow, ...] = ()
    more: bool = False


@transaction.atomic
def print_case(*, actor: Actor, case: UUID | str) -> PrintSheet:
    """Note that the actor prints a case. Raises `NotFound`."""
    found = staff.find(permission.access(actor), case)
    sheet = PrintSheet.objects.create(district=found.district, person_id=owners.person_of(actor), case=found)
    journal.append(
        act="cases.printed",
        actor=actor,
        subject=found,
        area=found.area_now,
        after={"sheet": str(sheet.id)},
    )
    return sheet


@transaction.atomic
def print_list(*, actor: Actor, filters: CaseFilters, numbers: tuple[str, ...] = ()) -> PrintSheet:
    """Note that the actor prints a list, or the chosen cases of it. Raises `Invalid` when nothing is in it."""
    access = permission.access(actor)
    district = owners.home(access)
    found = sets.ids_of(access, filters, numbers, most=MOST)
    if not found:
        raise Invalid(_("列表里没有案件"), remedy=_("换一个筛选再打印"))
    sheet = PrintSheet.objects.create(
        district=district,
        person_id=owners.person_of(actor),
        filters=stored.as_json(filters),
        numbers=list(numbers),
    )
    after = {"cases": len(found), "chosen": bool(numbers)}
    journal.append(act="cases.list_printed", actor=actor, subject=sheet, after=after, first=True)
    return sheet


def sheet(actor: Actor, sheet_id: UUID) -> Sheet:
    """One's own sheet while it is shown, with what the actor may see now. Raises `NotFound`."""
    rows = PrintSheet.objects.filter(
        district__in=permission.shards(permission.access(actor)),
        person_id=owners.person_of(actor),
        created_at__gt=clock.now() - SHOWN_FOR,
    )
    found = rows.select_related("case").filter(id=sheet_id).first()
    if found is None:
        raise NotFound(_("没有这张打印页"), remedy=_("请回到案件或列表重新打印"))
    by = parties.person_label(found.person_id, viewer=actor)
    if found.case is not None:
        return Sheet(found.id, found.created_at, by, case_number=found.case.number)
    filters = stored.from_json(found.filters)
    shown = sets.list_rows(actor, filters, found.numbers, most=MOST + 1)
    return Sheet(found.id, found.created_at, by, rows=shown[:MOST], more=len(shown) > MOST)


def forget_before(before: datetime) -> int:
    """Delete the records of sheets older than a moment; the journal keeps that they were printed."""
    rows = PrintSheet.objects.filter(district__in=duties.all_districts(), created_at__lt=before)
    return rows.delete()[0]
