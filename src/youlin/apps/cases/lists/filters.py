"""Saved filters: named, ordered, shared with a kind of duty. They grant nothing; each sees their own cases."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.cases import permission
from youlin.apps.cases.lists import owners
from youlin.apps.cases.models import SavedFilter
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

MOST = 30
"""How many filters one person keeps."""
NAME_LENGTH, QUERY_LENGTH = 40, 1000


@dataclass(frozen=True, slots=True)
class FilterRow:
    """A saved filter as the sidebar shows it; `shared_by` is empty for one's own."""

    id: UUID
    name: str
    query: str
    mine: bool
    shared_with: str
    shared_by: str
    is_default: bool


def saved_filters(actor: Actor) -> tuple[FilterRow, ...]:
    """One's own in their order, then those shared with one's duties by name. Two queries at most five."""
    rows = list(_known_to(permission.access(actor)))
    others = {row.owner_id for row in rows if row.owner_id != owners.person_of(actor)}
    labels = parties.person_labels(others, viewer=actor) if others else {}
    shown = [
        FilterRow(
            id=row.id,
            name=row.name,
            query=row.query,
            mine=row.owner_id == owners.person_of(actor),
            shared_with=row.shared_with,
            shared_by=labels.get(row.owner_id, ""),
            is_default=row.is_default and row.owner_id == owners.person_of(actor),
        )
        for row in rows
    ]
    return tuple(sorted(shown, key=lambda row: not row.mine))


def saved_filter(actor: Actor, filter_id: UUID) -> FilterRow:
    """One of them. Raises `NotFound` for one that is neither one's own nor shared with one's duty."""
    found = next((row for row in saved_filters(actor) if row.id == filter_id), None)
    if found is None:
        raise NotFound(_("没有这个筛选"), remedy=_("可能已被删除，请从左栏另选一个"))
    return found


def default_filter(actor: Actor) -> UUID | None:
    """The filter with which the person wants to begin. One query."""
    access = permission.access(actor)
    rows = SavedFilter.objects.filter(district__in=owners.districts(access), owner_id=owners.person_of(actor))
    return rows.filter(is_default=True).values_list("id", flat=True).first()


def sharing_kinds(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Code and name of the kinds of duty with whose holders the actor may share: those they hold."""
    return tuple(sorted({(one.kind_code, one.kind_name) for one in permission.access(actor).held}))


@transaction.atomic
def save_filter(
    *,
    actor: Actor,
    name: str,
    query: str,
    shared_with: str = "",
    is_default: bool = False,
    filter_id: UUID | None = None,
) -> SavedFilter:
    """Keep a list under a name, or change one's own (`filter_id`). Raises `Invalid`, `NotFound`, `NotAllowed`."""
    access = permission.access(actor)
    district = owners.home(access)
    mine = _mine(district, actor)
    found = next((row for row in mine if row.id == filter_id), None)
    if filter_id is not None and found is None:
        raise NotFound(_("没有这个筛选"))
    name = _checked_name(name, [row for row in mine if row is not found])
    _check(access, query, shared_with, many=len(mine) + (found is None))
    if is_default:
        SavedFilter.objects.filter(
            district=district, owner_id=owners.person_of(actor), is_default=True
        ).update(is_default=False)
    before = _seen(found) if found else {}
    saved = found or SavedFilter(district=district, owner_id=owners.person_of(actor), position=len(mine))
    saved.name, saved.query, saved.shared_with = name, query, shared_with
    saved.is_default, saved.updated_at = is_default, clock.now()
    saved.save()
    journal.append(
        act="cases.filter_saved",
        actor=actor,
        subject=saved,
        before=before,
        after=_seen(saved),
        first=found is None,
    )
    return saved


@transaction.atomic
def move_filter(*, actor: Actor, filter_id: UUID, step: int) -> None:
    """One's own filter goes `step` places down (negative: up); at the end nothing happens."""
    rows = _mine(owners.home(permission.access(actor)), actor)
    place = next((number for number, row in enumerate(rows) if row.id == filter_id), None)
    if place is None:
        raise NotFound(_("没有这个筛选"))
    moved = rows.pop(place)
    rows.insert(max(0, min(place + step, len(rows))), moved)
    before = moved.position
    for number, row in enumerate(rows):
        row.position = number
    SavedFilter.objects.bulk_update(rows, ["position"])
    journal.append(
        act="cases.filter_saved",
        actor=actor,
        subject=moved,
        before={"position": before},
        after={"position": moved.position},
    )


@transaction.atomic
def drop_filter(*, actor: Actor, filter_id: UUID) -> None:
    """Delete one's own filter; again changes nothing."""
    district = owners.home(permission.access(actor))
    found = next((row for row in _mine(district, actor) if row.id == filter_id), None)
    if found is None:
        return
    journal.append(act="cases.filter_dropped", actor=actor, subject=found, before=_seen(found))
    SavedFilter.objects.filter(district=district, id=found.id).delete()


def _known_to(access: Access) -> list[SavedFilter]:
    kinds = Q(pk__in=[])
    for district, kind in {(one.district, one.kind_code) for one in access.held}:
        kinds |= Q(district=district, shared_with=kind)
    own = Q(district__in=owners.districts(access), owner_id=owners.person_of(access.actor))
    return list(SavedFilter.objects.filter(own | kinds).order_by("position", "name", "id"))


def _mine(district: str, actor: Actor) -> list[SavedFilter]:
    rows = SavedFilter.objects.select_for_update().filter(district=district, owner_id=owners.person_of(actor))
    return list(rows.order_by("position", "name", "id"))


def _checked_name(name: str, others: list[SavedFilter]) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("没有写名称"), field="name", remedy=_("例如：今天到期未处置"))
    if len(name) > NAME_LENGTH:
        raise Invalid(_("名称超过 %(n)d 个字") % {"n": NAME_LENGTH}, field="name")
    if any(row.name == name for row in others):
        raise Invalid(_("已有同名的筛选"), field="name", remedy=_("换一个名称，或先删除原来的"))
    return name


def _check(access: Access, query: str, shared_with: str, *, many: int) -> None:
    if len(query) > QUERY_LENGTH:
        raise Invalid(_("筛选条件太长"), field="query", remedy=_("请减少条件再保存"))
    if shared_with and shared_with not in {one.kind_code for one in access.held}:
        raise Invalid(_("不能共享给这个岗位"), field="shared_with", remedy=_("只能共享给自己也在任的岗位"))
    if many > MOST:
        raise Invalid(_("最多保存 %(n)d 个筛选") % {"n": MOST}, field="name", remedy=_("请先删除不用的"))


def _seen(row: SavedFilter) -> dict[str, object]:
    """What the journal keeps: not the query, in which somebody may have searched for a person."""
    return {"name": row.name, "shared_with": row.shared_with, "is_default": row.is_default}
