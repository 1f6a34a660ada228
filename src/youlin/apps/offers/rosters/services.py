"""Looking at a roster, and taking it in: who is on it is entitled, who was on an earlier one and is not on this, ends."""

import base64
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.offers import permission
from youlin.apps.offers.models import Entitlement, EntitlementKind, Roster
from youlin.apps.offers.rosters import reading, undoing
from youlin.apps.offers.rosters.reading import Listed
from youlin.apps.offers.services import entitling
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock, journal, tables
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

MOST_BYTES = 2 * 1024 * 1024
MOST_TOLD = 200


@dataclass(frozen=True)
class Preview:
    """What would become of a roster: new, kept and ended entitlements, rows that were refused.

    `ends_most`: more than half of those who are entitled now would end, as with the wrong file.
    """

    run: UUID | None
    new: int
    kept: int
    ended: int
    twice: int
    refused: list[tuple[int, str, Problem]]
    unread: tuple[str, ...]

    @property
    def ends_most(self) -> bool:
        """Whether somebody should look twice."""
        return self.ended > max(3, self.kept)


def keep_file(
    *,
    actor: Actor,
    district: str,
    kind: str,
    organisation: str,
    name: str,
    content: bytes,
    is_demo: bool = False,
) -> Preview:
    """Keep an uploaded roster until it is taken in, and say what would become of it; writes nothing else.

    One waits for each person; another takes its place, a day later it is gone. Raises `Invalid`, `NotAllowed`.
    """
    word = entitling.kind_of(district, kind)
    body = entitling.body_of(district, organisation)
    if body is None:
        raise Invalid(_("请选择单位"), field="organisation")
    permission.demand_entitle(actor, district, body.id)
    found = _read(name, content, word)
    waiting = Roster.objects.filter(district=district, taken_at=None, made_by_id=actor.person_id)
    with transaction.atomic():
        waiting.delete()
        run = Roster.objects.create(
            district=district,
            kind=word,
            organisation=body,
            name=Path(name.replace("\0", "")).name[:200],
            content=base64.b64encode(content).decode(),
            made_by_id=actor.person_id,
            is_demo=is_demo,
        )
    return _preview(run.id, word, body, found)


def take(*, actor: Actor, district: str, run_id: UUID) -> Roster:
    """Take in a roster that was looked at. Raises `NotFound`, `Conflict` when that was done already."""
    with transaction.atomic():
        rows = Roster.objects.select_for_update(of=("self",)).select_related("kind", "organisation")
        run = rows.filter(district=district, id=run_id).first()
        if run is None or run.made_by_id != actor.person_id:
            raise NotFound(_("没有这次导入"))
        permission.demand_entitle(actor, district, run.organisation_id)
        if not run.content:
            raise Conflict(_("这个文件已经导入或已过期"), remedy=_("请重新上传"))
        found = _read(run.name, base64.b64decode(run.content), run.kind)
        made = entitling.put(
            actor, district, run.kind, run.organisation, found.holders, run, is_demo=run.is_demo
        )
        staying = {one.row.person_id for one in made}
        left = _left(run.kind, run.organisation, staying, found.unclear, lock=True)
        entitling.end(actor, left, _("不在最新名单里"))
        undoing.remember(run, made, left)
        new = sum(one.is_new for one in made)
        run.counts = {
            "read": found.read,
            "new": new,
            "kept": len(made) - new,
            "ended": len(left),
            "refused": len({line for line, _column, _problem in found.refused}),
        }
        run.problems = [_told(one) for one in found.refused[:MOST_TOLD]]
        run.content, run.taken_at = "", clock.now()
        run.save(update_fields=["content", "counts", "problems", "taken_at"])
        journal.append(
            act="offers.roster_taken",
            actor=actor,
            subject=run,
            area=district,
            after={"kind": run.kind.code, "organisation": run.organisation.code, **run.counts},
        )
        return run


def _read(name: str, content: bytes, kind: EntitlementKind) -> Listed:
    with tables.uploaded(name, content, most_bytes=MOST_BYTES) as path:
        found = reading.listed(path, kind)
    if not found.holders and not found.refused:
        raise Invalid(_("表里没有人"), field="file", remedy=_("空名单不会终止任何人的资格"))
    return found


def _preview(run: UUID, kind: EntitlementKind, body: Organisation, found: Listed) -> Preview:
    held = Entitlement.objects.filter(
        district=kind.district, kind=kind, organisation=body, ended_at=None
    ).values_list("person_id", flat=True)
    now = set(held)
    staying = _people(found.holders) & now
    return Preview(
        run=run,
        new=len(found.holders) - len(staying),
        kept=len(staying),
        ended=len(_left(kind, body, staying, found.unclear)),
        twice=found.twice,
        refused=found.refused,
        unread=found.unread,
    )


def _people(holders: Sequence[entitling.Holder]) -> set[UUID]:
    """Those of them who are on record already."""
    found = set()
    for one in holders:
        with contextlib.suppress(Invalid):
            found |= {p.id for p in people.persons_by_phone(one.phone) if p.name == one.name}
    return found


def _left(
    kind: EntitlementKind,
    body: Organisation,
    staying: set[UUID],
    unclear: Sequence[entitling.Holder],
    *,
    lock: bool = False,
) -> list[Entitlement]:
    """Those whom an earlier roster entitled and this one does not name.

    Who was entitled one by one stays, and whoever an unclear row could mean: of its phone, or of its name in this body.
    """
    rows = Entitlement.objects.filter(
        district=kind.district, kind=kind, organisation=body, ended_at=None
    ).exclude(roster=None)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.select_related("kind", "person").order_by("id")
    names = {one.name for one in unclear if one.name}
    staying = staying | _of_phones(unclear)
    return [row for row in found if row.person_id not in staying and row.person.name not in names]


def _of_phones(holders: Sequence[entitling.Holder]) -> set[UUID]:
    found = set()
    for one in holders:
        with contextlib.suppress(Invalid):
            found |= {p.id for p in people.persons_by_phone(one.phone)}
    return found


def _told(one: tuple[int, str, Problem]) -> dict[str, Any]:
    line, column, problem = one
    return {"line": line, "column": column, "message": problem.message, "remedy": problem.remedy}
