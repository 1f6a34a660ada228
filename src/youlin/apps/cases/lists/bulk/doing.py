"""Acting on many cases: every case one act of the ordinary service, in a transaction and under a key of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, permission, workflow
from youlin.apps.cases.lists import owners, sets
from youlin.apps.cases.lists.bulk import rules
from youlin.apps.cases.lists.bulk.undoing import undo_one
from youlin.apps.cases.models import BulkItem, BulkRun, Case, CaseClock
from youlin.apps.cases.services import acts
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, YoulinError
from youlin.kernel.idempotency import once

_STEP = 30
"""Cases done in one go of the job, so that the worker comes back to its other duties soon."""
_IN_CASE = timedelta(seconds=30)
"""After which a worker looks whether a run that is done at once was broken off, and goes on with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the form of the act was filled in with, the same for every case."""

    note: str = ""
    to_person: UUID | None = None
    to_category: str = ""
    duplicate_of: str = ""

    def stored(self) -> dict[str, str]:
        return {
            "note": self.note,
            "to_person": str(self.to_person or ""),
            "to_category": self.to_category,
            "duplicate_of": self.duplicate_of,
        }


def act_on_many(
    *, actor: Actor, act: str, seen: Mapping[str, int], given: Given, idempotency_key: str
) -> BulkRun:
    """Do `act` on the cases in `seen` (number → version the actor saw); a small run is over on return.

    A case that has changed since, or that refuses, is left alone and says why; the others are done. Raises
    `Invalid` for none, more than `rules.MOST`, or cases of several districts.
    """
    if not seen or len(seen) > rules.MOST:
        raise Invalid(
            _("一次可办 1 到 %(most)d 件") % {"most": rules.MOST},
            field="cases",
            remedy=_("请用筛选分几次办理"),
        )
    access = permission.access(actor)
    rows = sets.chosen_rows(access, seen).select_related("case_type")
    cases = {case.number: case for case in rows}
    districts = {case.district for case in cases.values()}
    if len(districts) != 1:
        raise Invalid(_("只能批量办理同一个区的案件"), field="cases", remedy=_("请按区分开选择"))
    district = districts.pop()
    payload = {"act": act, "cases": dict(seen), **given.stored()}
    with once(
        district=district, actor=actor, act="cases.bulk", key=idempotency_key, payload=payload
    ) as asking:
        if asking.prior is not None:
            return _go(BulkRun.objects.get(district=district, id=asking.prior["run"]))
        name = next((found.title() for case in cases.values() if (found := _declared(case, act))), act)
        run = BulkRun(
            district=district, person_id=owners.person_of(actor), act=act, act_name=name, given=given.stored()
        )
        items = [
            BulkItem(district=district, run=run, case=cases[number], position=place, version=version)
            for place, (number, version) in enumerate(seen.items())
            if number in cases
        ]
        _begin(run, items, actor)
        asking.save({"run": str(run.id)})
    return _go(run)


def undo_run(*, actor: Actor, run_id: UUID, idempotency_key: str) -> BulkRun:
    """Take a run back where nothing has happened since; each case is journalled as undone.

    Raises `NotFound` for another's run, `Conflict` when it is too late, has been undone, or still runs.
    """
    run = _own(actor, run_id)
    with once(
        district=run.district,
        actor=actor,
        act="cases.bulk_undo",
        key=idempotency_key,
        payload={"run": str(run.id)},
    ) as asking:
        if asking.prior is not None:
            return _go(BulkRun.objects.get(district=run.district, id=asking.prior["run"]))
        run = BulkRun.objects.select_for_update().get(district=run.district, id=run.id)
        _check_undo(run)
        back = BulkRun(
            district=run.district, person_id=run.person_id, act="undo", act_name=_("撤销"), undoes=run
        )
        done = BulkItem.objects.filter(district=run.district, run=run, state=BulkItem.State.DONE)
        items = [
            BulkItem(
                district=run.district,
                run=back,
                case_id=item.case_id,
                position=place,
                version=item.version_after or 0,
                before=item.before,
            )
            for place, item in enumerate(done.order_by("-position"))
            if item.before
        ]
        if not items:
            raise Conflict(_("这一批里没有可以撤销的"))
        _begin(back, items, actor)
        asking.save({"run": str(back.id)})
    return _go(back)


@jobs.job(name="cases.bulk")
def bulk_step(*, district: str, run_id: str) -> int:
    """Do the next cases of a run and come back for the rest; how many."""
    run = BulkRun.objects.filter(district=district, id=run_id, state=BulkRun.State.RUNNING).first()
    if run is None:
        return 0
    done = _do_waiting(run, _STEP)
    if done == _STEP:
        bulk_step.enqueue(district=district, run_id=run_id)
    else:
        _finish(run)
    return done


def actor_of(run: BulkRun) -> Actor:
    """The person of the run, with the duties they hold when each case is done."""
    return Actor("person", person_id=run.person_id, via="desk")


def _begin(run: BulkRun, items: Sequence[BulkItem], actor: Actor) -> None:
    run.total = len(items)
    run.save(force_insert=True)
    BulkItem.objects.bulk_create(items, batch_size=500)
    after = {"act": run.act, "cases": run.total, "undoes": str(run.undoes_id or "")}
    journal.append(act="cases.bulk_started", actor=actor, subject=run, after=after, first=True)
    at_once = run.total <= rules.AT_ONCE
    step = bulk_step.using(run_after=clock.now() + _IN_CASE) if at_once else bulk_step
    step.enqueue(district=run.district, run_id=str(run.id))


def _go(run: BulkRun) -> BulkRun:
    """A small run is done at once."""
    if run.state == BulkRun.State.RUNNING and run.total <= rules.AT_ONCE:
        _do_waiting(run, rules.AT_ONCE)
        _finish(run)
    return run


def _do_waiting(run: BulkRun, most: int) -> int:
    waiting = BulkItem.objects.filter(district=run.district, run=run, state=BulkItem.State.WAITING)
    items = list(waiting.order_by("position")[:most])
    for item in items:
        _do(run, item)
    return len(items)


def _do(run: BulkRun, item: BulkItem) -> None:
    """One case: done, or refused with the reason; never both, however often the worker dies."""
    try:
        with transaction.atomic():
            if not _still_waits(item):
                return
            item.version_after = _undo(run, item) if run.undoes_id else _act(run, item)
            item.state = BulkItem.State.DONE
            item.save(update_fields=["state", "version_after", "before"])
    except YoulinError as error:
        item.state, item.version_after, item.before = BulkItem.State.REFUSED, None, {}
        item.problem = error.message[:300]
        item.save(update_fields=["state", "problem", "version_after", "before"])


def _still_waits(item: BulkItem) -> bool:
    """Locks the item: of the person who waits and a worker that goes on after them, one does it."""
    same = BulkItem.objects.select_for_update().filter(district=item.district, id=item.id)
    return same.filter(state=BulkItem.State.WAITING).exists()


def _act(run: BulkRun, item: BulkItem) -> int:
    case = lookup.locked(run.district, item.case_id)
    running = CaseClock.objects.filter(district=run.district, case=case, stopped_at__isnull=True)
    declared = _declared(case, run.act)
    if declared is not None and rules.can_undo(lookup.table_of(case.case_type), declared, case.state):
        item.before = rules.snapshot(case, running)
    given = run.given
    done = acts.act(
        actor=actor_of(run),
        case_id=case.id,
        act=run.act,
        note=given["note"],
        to_person=UUID(given["to_person"]) if given["to_person"] else None,
        to_category=given["to_category"] or None,
        fields={"duplicate_of": given["duplicate_of"]} if given["duplicate_of"] else None,
        expected_version=item.version,
        idempotency_key=f"bulk:{run.id.hex}:{case.id.hex}",
    )
    return done.version


def _undo(run: BulkRun, item: BulkItem) -> int:
    assert run.undoes is not None
    case = lookup.locked(run.district, item.case_id)
    return undo_one(case, item.before, actor=actor_of(run), act=run.undoes.act, version=item.version)


def _finish(run: BulkRun) -> None:
    with transaction.atomic():
        same = BulkRun.objects.filter(district=run.district, id=run.id, state=BulkRun.State.RUNNING)
        run.state, run.finished_at = BulkRun.State.DONE, clock.now()
        if not same.update(state=run.state, finished_at=run.finished_at):
            return
        done = BulkItem.objects.filter(district=run.district, run=run, state=BulkItem.State.DONE).count()
        after = {"done": done, "refused": run.total - done}
        journal.append(act="cases.bulk_finished", actor=actor_of(run), subject=run, after=after)


def _own(actor: Actor, run_id: UUID) -> BulkRun:
    districts = owners.districts(permission.access(actor))
    mine = BulkRun.objects.filter(district__in=districts, person_id=owners.person_of(actor))
    found = mine.filter(id=run_id).first()
    if found is None:
        raise NotFound(_("没有这次批量办理"))
    return found


def _check_undo(run: BulkRun) -> None:
    if run.undoes_id is not None or run.undone_by.filter(district=run.district).exists():
        raise Conflict(_("这一批已经撤销过"))
    if run.state != BulkRun.State.DONE or run.finished_at is None:
        raise Conflict(_("这一批还没办完"), remedy=_("等它办完再撤销"))
    if clock.now() > run.finished_at + rules.UNDO_FOR:
        raise Conflict(
            _("已过 %(n)d 分钟，不能撤销") % {"n": rules.UNDO_FOR.seconds // 60},
            remedy=_("请逐件办理，例如转派或退回"),
        )


def _declared(case: Case, code: str) -> workflow.Act | None:
    return lookup.table_of(case.case_type).acts.get(code)
