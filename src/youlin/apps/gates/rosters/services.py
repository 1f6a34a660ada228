"""Looking at a company's roster, taking it in, and taking it back."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.gates import permission
from youlin.apps.gates.models import Roster, RosterRow
from youlin.apps.gates.rosters.matching import Matched, matched
from youlin.apps.gates.rosters.reading import Listed, Table
from youlin.apps.gates.words import VISIT
from youlin.apps.parties import selectors as bodies
from youlin.apps.parties.models import Organisation
from youlin.apps.passes import selectors as passes
from youlin.apps.passes import services as codes
from youlin.kernel import clock, journal, privacy
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem


@dataclass(frozen=True)
class Preview:
    """What would become of a roster. `ending` are masked names, `faults` and `unknown` lines of the file; `ends_most`:
    more than stay, as with a wrong file."""

    run: UUID
    counts: dict[str, int]
    ending: list[str]
    faults: list[tuple[int, Problem]]
    unknown: list[int]

    @property
    def ends_most(self) -> bool:
        """Whether somebody should look twice."""
        return _ends_most(self.counts)


@transaction.atomic
def keep_file(
    *, actor: Actor, district: str, organisation: str, name: str, content: bytes, is_demo: bool = False
) -> Preview:
    """Keep an uploaded roster until it is taken in, and say what would become of it; writes nothing else.

    One waits for each person; a day later it is gone. Raises `Invalid`, `NotAllowed`.
    """
    body = bodies.organisation(district=district, code=organisation.replace("\0", ""))
    if body is None or body.closed_on is not None:
        raise Invalid(_("请选择单位"), field="organisation")
    permission.demand_roster(actor, body)
    listed = Table(name, content).listed()
    Roster.objects.filter(district=district, taken_at=None, made_by_id=actor.person_id).delete()
    run = Roster.objects.create(
        district=district,
        organisation=body,
        name=Path(name.replace("\0", "")).name[:200],
        content=base64.b64encode(content).decode(),
        made_by_id=actor.person_id,
        is_demo=is_demo,
    )
    return _preview(run, listed)


def preview(*, actor: Actor, district: str, run_id: UUID) -> Preview:
    """What would become now of a roster that the actor keeps. Writes nothing. Raises `NotFound`, `Conflict`."""
    run = Roster.objects.select_related("organisation").filter(district=district, id=run_id).first()
    return _preview(run, _kept(actor, run).listed()) if run else _none()


@transaction.atomic
def take_kept(*, actor: Actor, district: str, run_id: UUID) -> Roster:
    """Take in a roster that was looked at. Raises `NotFound`, `Conflict` when that was done already."""
    run = _locked(district, run_id)
    return _taken(actor, run, _kept(actor, run).listed())


@transaction.atomic
def take(*, actor: Actor, body: Organisation, listed: Listed, name: str, is_demo: bool = False) -> Roster:
    """Take in a roster that comes from elsewhere than a file. Nobody has looked: what would end more codes than stay is
    left alone (`Conflict`)."""
    permission.demand_roster(actor, body)
    if _ends_most(_counts(listed, matched(body, listed.rows))):
        raise Conflict(
            _("%(name)s的名单会停用多半的码，没有导入") % {"name": body.name},
            remedy=_("请用文件导入，看过再定"),
        )
    run = Roster.objects.create(
        district=body.district,
        organisation=body,
        name=name[:200],
        made_by_id=actor.person_id,
        is_demo=is_demo,
    )
    return _taken(actor, run, listed)


@transaction.atomic
def undo(*, actor: Actor, district: str, run_id: UUID) -> dict[str, int]:
    """Give those whose codes a roster ended new ones with the old end; who has got one meanwhile keeps that.

    A code that was ended never comes back itself. Raises `NotFound`, `Conflict` when it was undone.
    """
    run = _locked(district, run_id)
    permission.demand_roster(actor, run.organisation)
    if run.taken_at is None:
        raise NotFound(_("没有这次导入"))
    if run.undone_at is not None:
        raise Conflict(_("这次导入已经撤销"))
    rows = RosterRow.objects.filter(district=district, run=run, state="ended").select_related(
        "held", "person"
    )
    counts = {"restored": 0, "kept": 0}
    for row in rows.order_by("id"):
        counts["restored" if _restored(row) else "kept"] += 1
    run.undone_at = clock.now()
    run.save(update_fields=["undone_at"])
    journal.append(act="gates.roster_undone", actor=actor, subject=run, area=district, after=counts)
    return counts


def _kept(actor: Actor, run: Roster) -> Table:
    """What waits to be taken in by whoever brought it. Raises `NotFound`, `Conflict`."""
    if run.made_by_id != actor.person_id:
        _none()
    permission.demand_roster(actor, run.organisation)
    if not run.content:
        raise Conflict(_("这个文件已经导入或已过期"), remedy=_("请重新上传"))
    return Table(run.name, base64.b64decode(run.content))


def _none() -> NoReturn:
    raise NotFound(_("没有这次导入"))


def _preview(run: Roster, listed: Listed) -> Preview:
    found = matched(run.organisation, listed.rows)
    ending = [privacy.mask_name(one.person.name) for one in found.ending if one.person]
    return Preview(run.id, _counts(listed, found), ending, listed.faults, found.unknown)


def _ends_most(counts: dict[str, int]) -> bool:
    return counts["ended"] > max(3, counts["listed"])


def _taken(actor: Actor, run: Roster, listed: Listed) -> Roster:
    found = matched(run.organisation, listed.rows)
    rows = [_row(run, person, "listed") for person in sorted(found.listed)]
    rows += [_row(run, person, "unclear") for person in sorted(found.unclear)]
    for held in found.ending:
        codes.revoke(actor=SYSTEM, district=run.district, pass_id=held.id, reason="left")
        ended = _row(run, held.person_id, "ended") if held.person_id else None
        if ended is not None:
            ended.held, ended.valid_to = held, held.valid_to
            rows.append(ended)
    RosterRow.objects.bulk_create(rows, batch_size=500)
    run.counts, run.content, run.taken_at = _counts(listed, found), "", clock.now()
    run.save(update_fields=["counts", "content", "taken_at"])
    journal.append(
        act="gates.roster_taken",
        actor=actor,
        subject=run,
        area=run.district,
        after={"organisation": run.organisation.code, **run.counts},
    )
    return run


def _row(run: Roster, person_id: UUID, state: str) -> RosterRow:
    return RosterRow(district=run.district, run=run, person_id=person_id, state=state)


def _counts(listed: Listed, found: Matched) -> dict[str, int]:
    return {
        "read": len(listed.rows),
        "listed": len(found.listed),
        "ended": len(found.ending),
        "unclear": len(found.unclear),
        "elsewhere": len(found.elsewhere),
        "unknown": len(found.unknown),
        "refused": len(listed.faults),
    }


def _restored(row: RosterRow) -> bool:
    """A new code with the old end, unless there is one in force or the old end has passed."""
    held, until = row.held, row.valid_to
    if held is None or until is None or until <= clock.now() or row.person.erased_at is not None:
        return False
    if passes.passes_of(district=row.district, person_id=row.person_id, kinds=[VISIT]):
        return False
    codes.issue(
        actor=SYSTEM,
        district=row.district,
        kind=VISIT,
        holder=row.person,
        body=held.organisation,
        valid_to=until,
        is_demo=held.is_demo,
    )
    return True


def _locked(district: str, run_id: UUID) -> Roster:
    rows = Roster.objects.select_for_update(of=("self",)).select_related("organisation")
    found = rows.filter(district=district, id=run_id).first()
    if found is None:
        raise NotFound(_("没有这次导入"))
    return found
