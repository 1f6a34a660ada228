"""Merging duplicates: one case stays, the other leads to it, and everybody who reported either is kept."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, permission, texts
from youlin.apps.cases.crossing import standing
from youlin.apps.cases.models import Case, CaseClock, CaseReporter
from youlin.apps.cases.services.measures import effects
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.idempotency import once

VERB = "case.void"


def merge(
    *,
    actor: Actor,
    keep_id: UUID,
    drop_id: UUID,
    idempotency_key: str,
    note: str = "",
    keep_version: int | None = None,
    drop_version: int | None = None,
) -> Case:
    """Merge the case `drop_id` into `keep_id`, by the act that its table declares; the one that stays.

    The reporters of the dropped case go over with their tokens. Raises `Conflict` when either has moved on.
    """
    from youlin.apps.cases.services import acts  # which merges by its own tables

    district = lookup.district_of(drop_id)
    payload = {"keep": str(keep_id), "drop": str(drop_id), "note": note.strip()}
    with once(district=district, actor=actor, act="cases.merge", key=idempotency_key, payload=payload) as ask:
        access = permission.access(actor)
        keep, drop = lock_both(district, keep_id, drop_id)
        permission.demand_knowledge(access, drop)
        permission.demand_knowledge(access, keep)
        if ask.prior is not None:
            return keep
        effects.check_version(keep, keep_version)
        effects.check_version(drop, drop_version)
        declared = lookup.table_of(drop.case_type).role("duplicate", drop.state)
        if declared is None:
            state = lookup.table_of(drop.case_type).state(drop.state).title()
            raise Conflict(
                _("%(number)s 现在是“%(state)s”，不能并案") % {"number": drop.number, "state": state}
            )
        asked = acts.Asked(actor, note.strip(), fields={"duplicate_of": keep.number})
        acts.perform(drop, declared, asked, access=access)
        ask.save({"kept": keep.number})
    return keep


def unmerge(
    *, actor: Actor, case_id: UUID, note: str, idempotency_key: str, expected_version: int | None = None
) -> Case:
    """Take a merge back: the case stands where it stood, its clocks run, its reporters are its own again.

    Time has gone on meanwhile: a clock that ran out is late. Raises `Conflict` when the case is not merged.
    """
    district = lookup.district_of(case_id)
    note = note.strip()
    if not note:
        raise Invalid(_("请写明为什么撤销并案"), field="note")
    payload = {"case": str(case_id), "note": note}
    with once(
        district=district, actor=actor, act="cases.unmerge", key=idempotency_key, payload=payload
    ) as ask:
        access = permission.access(actor)
        kept_id = (
            Case.objects.filter(district=district, id=case_id).values_list("duplicate_of", flat=True).first()
        )
        case = (
            lookup.locked(district, case_id) if kept_id is None else lock_both(district, kept_id, case_id)[1]
        )
        permission.demand_knowledge(access, case)
        if ask.prior is not None:
            return case
        effects.check_version(case, expected_version)
        if case.duplicate_of_id is None or case.duplicate_of_id != kept_id:
            raise Conflict(_("这个案件没有并入别的案件"), remedy=_("请看最新状态"))
        if not permission.may(access, VERB, case):
            raise NotAllowed(permission.explain(access, VERB, case))
        _unmerge(actor, case, lookup.locked(district, kept_id), note)
        ask.save({"version": case.version})
    return case


def original(case: Case, number: str, actor: Actor) -> Case:
    """The case that the locked `case` repeats, at the head of its chain, locked too."""
    try:
        found = lookup.with_number(number, district=case.district)
        if actor.kind != "system":
            permission.demand_knowledge(permission.access(actor), found)
    except NotFound as error:
        raise Invalid(error.message, field="duplicate_of", remedy=error.problems[0].remedy) from error
    head = lookup.head_of(found)
    if head.id == case.id:
        raise Invalid(_("案件不能与自己重复"), field="duplicate_of")
    if why := standing.why_still(head):
        raise Invalid(why, field="duplicate_of")
    if head.confidential != case.confidential:
        raise Invalid(_("保密案件不能与普通案件合并"), field="duplicate_of")
    return lookup.locked(head.district, head.id)


def bring_together(case: Case, kept: Case, actor: Actor) -> None:
    """The reporters of `case` become those of `kept`, each with their own token; voices are added up."""
    kept.me_too_count += 1 + case.me_too_count
    kept.version += 1
    kept.save(update_fields=["me_too_count", "version"])
    mine = CaseReporter.objects.filter(district=case.district, case=case)
    mine.filter(came_from__isnull=True).update(came_from=case)
    mine.update(case=kept)
    journal.append(
        act="cases.joined",
        actor=actor,
        subject=kept,
        area=kept.area_now,
        after={"me_too": kept.me_too_count, "from": case.number},
        related=[case],
    )


def lock_both(district: str, first: UUID, second: UUID) -> tuple[Case, Case]:
    """Two cases locked in the order of their ids, so that nobody waits for whom they keep waiting."""
    if first == second:
        raise Invalid(_("案件不能与自己重复"), field="duplicate_of")
    locked = {one: lookup.locked(district, one) for one in sorted((first, second))}
    return locked[first], locked[second]


def _unmerge(actor: Actor, case: Case, kept: Case, note: str) -> None:
    now, before = clock.now(), {"state": case.state, "duplicate_of": kept.number}
    _stand_again(case, _merged_entry(case))
    family = _family(case)
    mine = CaseReporter.objects.filter(district=case.district, came_from__in=family)
    mine.update(case=case)
    mine.filter(came_from=case).update(came_from=None)
    kept.me_too_count = max(kept.me_too_count - 1 - case.me_too_count, 0)
    kept.version += 1
    kept.save(update_fields=["me_too_count", "version"])
    case.version, case.updated_at = case.version + 1, now
    case.save(force_update=True)
    after = {"state": case.state, "holder": str(case.holder_id or ""), "duty": case.holder_duty}
    note = texts.without_personal(note)
    related = [kept]
    for one, told in ((case, after), (kept, {"me_too": kept.me_too_count, "from": case.number})):
        journal.append(
            act="cases.unmerged",
            actor=actor,
            subject=one,
            area=one.area_now,
            before=before if one is case else {},
            after=told,
            note=note,
            related=related if one is case else [case],
            at=now,
        )


def _merged_entry(case: Case) -> dict[str, Any]:
    """What the journal says the case was before it was merged."""
    entries = [one for one in journal.entries_for(case) if one.act == "cases.marked_duplicate"]
    if not entries:
        raise Conflict(_("没有并案的记录，不能撤销"))
    return dict(entries[-1].before)


def _stand_again(case: Case, before: dict[str, Any]) -> None:
    table = lookup.table_of(case.case_type)
    merged_at = case.closed_at
    state = table.state(str(before.get("state", table.initial)))
    case.state, case.is_open, case.outcome, case.closed_at = state.code, state.open, "", None
    case.holder_id = UUID(before["holder"]) if before.get("holder") else case.holder_id
    case.holder_duty = str(before.get("duty", case.holder_duty))
    case.duplicate_of = None
    promised = {one.name for one in state.clocks}
    stopped = CaseClock.objects.filter(
        district=case.district, case=case, stopped_at=merged_at, name__in=promised
    )
    running = list(stopped)
    for one in running:
        one.stopped_at, one.outcome = None, ""
    CaseClock.objects.bulk_update(running, ["stopped_at", "outcome"])
    clocks.set_lights(case, running)


def _family(case: Case) -> list[UUID]:
    """The case and all that were merged into it, at any distance."""
    found, waiting = [case.id], [case.id]
    while waiting:
        rows = Case.objects.filter(district=case.district, duplicate_of__in=waiting)
        waiting = [one for one in rows.values_list("id", flat=True) if one not in found]
        found += waiting
    return found
