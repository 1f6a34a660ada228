"""Taking a roster back as a whole: what it did to whom is remembered when it is taken in."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.offers import permission, personal_data
from youlin.apps.offers.models import Entitlement, Redemption, Roster, RosterRow
from youlin.apps.offers.services import entitling
from youlin.apps.offers.services.entitling import Put
from youlin.apps.parties import services as parties
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, NotFound


def remember(run: Roster, made: Sequence[Put], left: Sequence[Entitlement]) -> None:
    """Write down what a roster did, inside the transaction that takes it in."""
    put = [
        RosterRow(
            district=run.district,
            run=run,
            entitlement=row,
            state="changed" if before else "new",
            valid_to=row.valid_to,
            before={"registered": True} if registered else before,
        )
        for row, before, registered in made
    ]
    ended = [
        RosterRow(district=run.district, run=run, entitlement=row, state="ended", valid_to=row.valid_to)
        for row in left
    ]
    RosterRow.objects.bulk_create(put + ended, batch_size=1_000)


@transaction.atomic
def undo(*, actor: Actor, district: str, run_id: UUID) -> dict[str, int]:
    """Take a whole roster back: who it entitled is so no more (`ended`), what it changed or ended is as it was
    (`restored`).

    Who has redeemed something since, and what somebody or a later roster has changed since, stays (`kept`). Whom it put
    on record, and of whom nothing else is known, a job forgets.
    Raises `NotFound`, `Conflict` when it was undone or did nothing.
    """
    runs = Roster.objects.select_for_update(of=("self",)).select_related("organisation")
    run = runs.filter(district=district, id=run_id).exclude(taken_at=None).first()
    if run is None:
        raise NotFound(_("没有这次导入"))
    permission.demand_entitle(actor, district, run.organisation_id)
    if run.undone_at is not None:
        raise Conflict(_("这次导入已经撤销"))
    rows = list(RosterRow.objects.filter(district=district, run=run).order_by("id"))
    if not rows:
        raise Conflict(_("这次导入没有可撤销的内容"))
    counts = _undo(actor, run, rows)
    run.undone_at = clock.now()
    run.save(update_fields=["undone_at"])
    journal.append(act="offers.roster_undone", actor=actor, subject=run, area=district, after=counts)
    forget_listed.enqueue(district=district, run_id=str(run.id))
    return counts


@jobs.job(name="offers.forget_listed", attempts=5)
def forget_listed(*, district: str, run_id: str) -> None:
    """Forget whom an undone roster alone put on record: each in a transaction of their own, so that again is harmless."""
    rows = RosterRow.objects.filter(
        district=district, run_id=UUID(run_id), run__undone_at__isnull=False, state="new"
    )
    listed = rows.exclude(entitlement__ended_at=None).select_related("entitlement").order_by("id")
    for row in listed:
        person_id = row.entitlement.person_id
        others = Entitlement.objects.filter(person_id=person_id).exclude(id=row.entitlement_id)
        if not row.before.get("registered") or person_id is None or others.exists():
            continue
        with transaction.atomic():
            if not Redemption.objects.filter(person_id=person_id).exists() and parties.forget_unknown(
                actor=SYSTEM, person_id=person_id, app="offers"
            ):
                personal_data.erase(person_id, SYSTEM)


def _undo(actor: Actor, run: Roster, rows: Sequence[RosterRow]) -> dict[str, int]:
    held = {
        one.id: one
        for one in Entitlement.objects.select_for_update(of=("self",))
        .filter(district=run.district, id__in=[row.entitlement_id for row in rows])
        .select_related("kind")
        .order_by("id")
    }
    untouched = [
        (row, held[row.entitlement_id])
        for row, stays in zip(rows, _stays(run, rows, held), strict=True)
        if not stays
    ]
    new, changed, ended = (
        [(row, one) for row, one in untouched if row.state == state] for state in ("new", "changed", "ended")
    )
    entitling.end(actor, [one for _row, one in new], _("撤销导入名单"))
    entitling.put_back(actor, [(one, row.before) for row, one in changed])
    entitling.restore(actor, [one for _row, one in ended])
    return {
        "ended": len(new),
        "restored": len(ended) + sum(_moved(row) for row, _one in changed),
        "kept": len(rows) - len(untouched),
    }


def _stays(run: Roster, rows: Sequence[RosterRow], held: dict[UUID, Entitlement]) -> list[bool]:
    """Of each row, whether what it did stays: it was used or changed since, or somebody else has taken its place."""
    used = set(
        Redemption.objects.filter(
            district=run.district, holder_id__in=list(held), at__gte=run.taken_at, reversed_at=None
        ).values_list("holder_id", flat=True)
    )
    again = set(
        Entitlement.objects.filter(
            district=run.district,
            kind_id=run.kind_id,
            organisation_id=run.organisation_id,
            ended_at=None,
            person_id__in={one.person_id for one in held.values() if one.ended_at},
        ).values_list("person_id", flat=True)
    )
    found = []
    for row in rows:
        one = held[row.entitlement_id]
        if row.state == "ended":
            found.append(one.ended_at is None or one.person_id in again or not one.tail)
        else:
            same = one.ended_at is None and one.roster_id == run.id and one.valid_to == row.valid_to
            found.append(not same or (one.id in used and (row.state == "new" or _moved(row))))
    return found


def _moved(row: RosterRow) -> bool:
    """Whether the roster gave an entitlement another last day."""
    return bool(row.before["valid_to"] != (row.valid_to.isoformat() if row.valid_to else ""))
