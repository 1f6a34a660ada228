"""Scopes follow their areas through mergers and splits; who held an old code until then stays on record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from youlin.apps.areas.services import Heirs
from youlin.apps.duties.models import AssignmentArea
from youlin.kernel import journal
from youlin.kernel.actors import Actor


@transaction.atomic
def recode(*, district: str, mapping: Mapping[str, str | Heirs], actor: Actor, at: datetime) -> int:
    """Move the scopes of a district's assignments from old codes to new ones; how many assignments.

    The old code ends at the moment and its heirs begin. The holder of an area that was split holds all its
    parts until somebody decides otherwise: nothing falls vacant by the change. Again changes nothing.
    """
    rows = (
        AssignmentArea.objects.select_for_update(of=("self",))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), district=district, code__in=list(mapping))
        .filter(Q(assignment__valid_to__isnull=True) | Q(assignment__valid_to__gt=at))
        .select_related("assignment")
        .order_by("assignment_id", "code")
    )
    by_assignment: dict[object, list[AssignmentArea]] = defaultdict(list)
    for row in rows:
        by_assignment[row.assignment_id].append(row)
    entries = [
        entry
        for found in by_assignment.values()
        if (entry := _recode_one(found, mapping, actor, at)) is not None
    ]
    journal.append_many(entries)
    return len(entries)


def _recode_one(
    rows: Sequence[AssignmentArea], mapping: Mapping[str, str | Heirs], actor: Actor, at: datetime
) -> journal.Item | None:
    assignment = rows[0].assignment
    wanted = {code for row in rows for code in heirs_of(mapping[row.code])}
    ending = [row for row in rows if row.code not in wanted]
    standing = AssignmentArea.objects.filter(
        district=assignment.district, assignment=assignment, valid_to__isnull=True, code__in=wanted
    )
    new = sorted(wanted - set(standing.values_list("code", flat=True)))
    if not ending and not new:
        return None
    for row in ending:
        row.valid_to = max(at, row.valid_from)
    AssignmentArea.objects.bulk_update(ending, ["valid_to"])
    start = max([at, *(row.valid_from for row in rows)])
    AssignmentArea.objects.bulk_create(
        AssignmentArea(district=assignment.district, assignment=assignment, code=code, valid_from=start)
        for code in new
    )
    return journal.Item(
        act="duties.recoded",
        actor=actor,
        subject=assignment,
        area=new[0] if new else "",
        before={"areas": [row.code for row in ending]},
        after={"areas": new},
        at=at,
    )


def heirs_of(heir: str | Heirs) -> tuple[str, ...]:
    """The new codes of an old one."""
    return (heir,) if isinstance(heir, str) else heir.codes
