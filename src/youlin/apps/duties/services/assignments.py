"""Assignments: who holds which duty, over which scope, from when to when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import places, shifts, verbs
from youlin.apps.duties.access import Access, access
from youlin.apps.duties.holdings import in_force
from youlin.apps.duties.models import Assignment, AssignmentArea, DutyKind
from youlin.apps.duties.services import following
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound


@transaction.atomic
def assign(
    *,
    actor: Actor,
    district: str,
    kind: str,
    holder: Person,
    areas: Sequence[str] = (),
    category: str = "",
    organisation: Organisation | None = None,
    place: UUID | None = None,
    case: UUID | None = None,
    rank: int = 0,
    shift: dict[str, Any] | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    is_demo: bool = False,
) -> Assignment:
    """Give a person a duty over areas of the district, narrowed where given. Needs `duty.manage` over all.

    A kind that is held at the level `city` may be given over a city's code; it is kept in this district and holds
    in every district of the city that declares the kind, with the verbs that it grants there.

    Without areas the scope is the whole district, and then it must be narrowed to an organisation, place or
    case. Who manages the whole district fills every post in it; who manages a part passes guarded verbs on only
    if they hold them, and fills no confidential post. Nobody assigns a duty to themselves.
    The same assignment again is answered with the one that stands.
    """
    start = valid_from or clock.now()
    declared = _kind(district, kind, start)
    codes = _areas(declared, areas, narrowed=bool(organisation or place or case))
    _check(holder, declared, start, valid_to)
    _demand(actor, declared, district, codes, holder)
    wanted = Assignment(
        district=district,
        kind=declared,
        holder=holder,
        category=category,
        organisation=organisation,
        place=place,
        case=case,
        rank=rank,
        shift=shifts.checked(shift),
        valid_from=start,
        valid_to=valid_to,
        is_demo=is_demo,
    )
    return _standing(wanted, codes) or _put_in(wanted, codes, actor)


@transaction.atomic
def end_assignment(
    *, actor: Actor, assignment: Assignment, at: datetime | None = None, reason: str = ""
) -> Assignment:
    """The holder answers no more from a moment on (now). Their open matters are answered anew by `who`."""
    locked, codes = locked_assignment(assignment)
    demand_manage(access(actor), locked, codes)
    end = at or clock.now()
    if end <= locked.valid_from:
        raise Invalid(_("终止时间应晚于开始时间"), field="at")
    following.withdraw(locked, reasons=("leave", "return", "end"))
    before = {"valid_to": locked.valid_to}
    locked.valid_to = end
    locked.save(update_fields=["valid_to"])
    journal.append(
        act="duties.ended",
        actor=actor,
        subject=locked,
        area=codes[0] if codes else "",
        before=before,
        after={"valid_to": end},
        note=reason,
    )
    following.pass_on(locked, locked.holder, None, "end", end)
    return locked


def give_areas(assignment: Assignment, codes: Sequence[str], start: datetime) -> None:
    """Write the scope's areas."""
    AssignmentArea.objects.bulk_create(
        AssignmentArea(district=assignment.district, assignment=assignment, code=code, valid_from=start)
        for code in codes
    )


def summary(assignment: Assignment, codes: Sequence[str]) -> dict[str, Any]:
    """What the journal says of an assignment: all but who holds it, which is a related row."""
    return {
        "kind": assignment.kind.code,
        "areas": list(codes),
        "category": assignment.category,
        "organisation": assignment.organisation_id,
        "case": assignment.case,
        "place": assignment.place,
        "rank": assignment.rank,
        "valid_from": assignment.valid_from,
        "valid_to": assignment.valid_to,
    }


def locked_assignment(assignment: Assignment) -> tuple[Assignment, list[str]]:
    """The row locked for this transaction, and its areas now."""
    locked = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("kind", "holder")
        .filter(district=assignment.district, id=assignment.id)
        .first()
    )
    if locked is None:
        raise NotFound(_("没有这个定岗"))
    return locked, areas_of(locked)


def areas_of(assignment: Assignment) -> list[str]:
    """The area codes of an assignment that stand now."""
    rows = AssignmentArea.objects.filter(district=assignment.district, assignment=assignment, valid_to=None)
    return sorted(rows.values_list("code", flat=True))


def demand_manage(held: Access, assignment: Assignment, codes: Sequence[str]) -> None:
    """Raise `NotAllowed` unless `duty.manage` covers the whole scope."""
    home = assignment.district
    if not all(held.may("duty.manage", district=home, area=code) for code in codes or [home]):
        raise NotAllowed()


def _kind(district: str, code: str, at: datetime) -> DutyKind:
    kind = DutyKind.objects.select_for_update().filter(district=district, code=code).first()
    if kind is None or (kind.retired_at is not None and kind.retired_at <= at):
        raise NotFound(_("没有岗位种类“%(code)s”") % {"code": code}, field="kind")
    return kind


def _areas(kind: DutyKind, areas: Sequence[str], *, narrowed: bool) -> list[str]:
    if isinstance(areas, str):
        raise TypeError("areas is a list of codes")
    if not areas and not narrowed:
        raise Invalid(_("请至少选择一个区域"), field="areas")
    district, codes = kind.district, sorted(set(areas)) or [kind.district]
    cities = [code for code in codes if places.above_districts(code)]
    unknown = places.unknown(district, [code for code in codes if code not in cities])
    unknown += [code for code in cities if kind.level != "city" or not district.startswith(code)]
    if unknown:
        raise Invalid(
            _("本区没有这些区划：%(codes)s") % {"codes": "、".join(unknown)},
            field="areas",
            remedy=_("请核对区划代码，或先导入区划"),
        )
    return codes


def _check(holder: Person, kind: DutyKind, start: datetime, end: datetime | None) -> None:
    if holder.erased_at is not None or holder.merged_into_id is not None:
        raise Invalid(_("此人的记录已删除或已合并"), field="holder")
    if end is not None and end <= start:
        raise Invalid(_("终止时间应晚于开始时间"), field="valid_to")


def _demand(actor: Actor, kind: DutyKind, district: str, codes: Sequence[str], holder: Person) -> None:
    if actor.kind == "system":
        return
    if actor.person_id == holder.id:
        raise NotAllowed(_("不能给自己定岗"))
    held = access(actor)
    if any(places.above_districts(code) for code in codes):
        if not all(held.may("duty.manage", district=district, area=code) for code in codes):
            raise NotAllowed(_("全市的岗位由管理全市岗位的人来定"))
        return
    if held.may("duty.manage", district=district, area=district):
        return
    if kind.confidential:
        raise NotAllowed(
            _("“%(kind)s”参与保密案件，由管理全区岗位的人定岗") % {"kind": kind.name},
        )
    needed = ["duty.manage", *sorted(verbs.guarded() & set(kind.verbs))]
    for verb in needed:
        if not all(held.may(verb, district=district, area=code) for code in codes):
            raise NotAllowed(
                _("在此范围内定岗“%(kind)s”，您自己须持有“%(verb)s”")
                % {"kind": kind.name, "verb": verbs.label(verb)}
            )


_ALIKE = (
    "district",
    "kind",
    "holder",
    "category",
    "organisation",
    "place",
    "case",
    "rank",
    "shift",
    "valid_to",
)


def _standing(wanted: Assignment, codes: list[str]) -> Assignment | None:
    """The assignment that already says the same, if one does. The kind's row is locked by the caller."""
    alike = {field: getattr(wanted, field) for field in _ALIKE}
    same = Assignment.objects.filter(in_force(wanted.valid_from), **alike)
    return next((one for one in same.select_related("kind") if areas_of(one) == codes), None)


def _put_in(assignment: Assignment, codes: list[str], actor: Actor) -> Assignment:
    """Write a new assignment with its areas, and tell it."""
    assignment.save(force_insert=True)
    give_areas(assignment, codes, assignment.valid_from)
    tell_assigned(assignment, codes, actor)
    following.foresee_end(assignment)
    return assignment


def tell_assigned(assignment: Assignment, codes: Sequence[str], actor: Actor) -> None:
    """Journal that somebody holds a duty from now on."""
    journal.append(
        act="duties.assigned",
        actor=actor,
        subject=assignment,
        area=codes[0] if codes else "",
        after=summary(assignment, codes),
        related=[assignment.holder],
    )
