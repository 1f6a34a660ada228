"""People are called in waves until enough accept. Each wave is one transaction under the call-out's lock: it is called
whole or not at all, and once, however many workers try and whenever one of them dies."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from youlin.apps.duties import selectors as duties
from youlin.apps.notices import selectors as notices
from youlin.apps.responders import declarations
from youlin.apps.responders.choosing import Asked, Chosen, choose, rule
from youlin.apps.responders.models import Call, CallOut, CallRules, Responder, TaskKind
from youlin.apps.responders.models.responder import KEPT_CALLS
from youlin.apps.responders.services import closing, telling, writing
from youlin.kernel import clock, jobs, journal, rows
from youlin.kernel.actors import SYSTEM, Actor

MOST_CALLED = 60
"""People of one wave."""
LONGEST = timedelta(hours=12)
"""How long after looking has ended a call-out is closed, whatever those who went have said."""
_TRIES = 5
_log = logging.getLogger(__name__)


def first(actor: Actor, row: CallOut, rules: CallRules) -> int:
    """Call the first wave of a call-out that the same transaction has made; how many were called."""
    return _wave(actor, row, rules, clock.now(), frozenset())


@transaction.atomic
def send_wave(*, district: str, call_out_id: UUID) -> int:
    """Call the next wave if it is due, or close what has run out of time; how many were called."""
    row, now = writing.locked_call_out(district, call_out_id), clock.now()
    if row.ended_at is not None:
        return 0
    if row.closes_at + LONGEST <= now:
        closing.end(SYSTEM, row, "over")
    elif row.state == "calling" and row.closes_at <= now:
        closing.give_up(row)
    elif row.state == "calling" and row.next_wave_at is not None and row.next_wave_at <= now:
        called = Call.objects.filter(district=district, call_out=row).values_list("responder_id", flat=True)
        return _wave(SYSTEM, row, declarations.rules_of(district), now, frozenset(called))
    return 0


@jobs.job(name="responders.wave", attempts=5, priority=50)
def wave(*, district: str, call_out_id: str) -> None:
    """`send_wave` by a worker."""
    send_wave(district=district, call_out_id=UUID(call_out_id))


@jobs.every(minutes=1, name="responders.waves")
def run_due() -> None:
    """Every call-out whose next wave is due or whose time is up; each in a transaction of its own.

    What goes wrong with one is logged and stops no other; it stays due and is tried again in a minute.
    """
    now = clock.now()
    for district in duties.all_districts():
        open_ones = CallOut.objects.filter(district=district, ended_at=None)
        due = open_ones.filter(state="calling", next_wave_at__lte=now) | open_ones.filter(closes_at__lte=now)
        for call_out_id in list(due.order_by("-emergency", "made_at").values_list("id", flat=True)):
            try:
                send_wave(district=district, call_out_id=call_out_id)
            except Exception:  # whatever a call-out does, it does it to itself alone
                _log.exception("a wave failed and is tried again: %s", call_out_id)


def _wave(actor: Actor, row: CallOut, rules: CallRules, now: datetime, without: frozenset[UUID]) -> int:
    wanted = min((row.wanted - row.accepted) * rules.wave_factor, MOST_CALLED)
    asked = _asked(row, rules, now, without, wanted)
    found, fit = _people(asked)
    row.wave += 1
    last = row.wave >= rules.most_waves
    row.next_wave_at = None if last else now + timedelta(minutes=rules.wave_minutes)
    row.save(update_fields=["wave", "next_wave_at"])
    calls = [
        Call(
            district=row.district,
            call_out=row,
            responder=person,
            wave=row.wave,
            metres=chosen.metres,
            called_at=now,
        )
        for person, chosen in found
    ]
    rows.insert_many(calls)
    for person, _chosen in found:
        person.called = [int(now.timestamp()), *person.called][:KEPT_CALLS]
        person.busy = True
    writing.save([person for person, _chosen in found], ["called", "busy"])
    facts = {"wave": row.wave, "called": len(calls), "fit": fit}
    journal.append_many([writing.item("responders.wave_sent", actor, row, after=facts, related=calls)])
    telling.call(row, calls)
    return len(calls)


def asked_of(
    kind: TaskKind, rules: CallRules, *, skills: Sequence[str], emergency: bool, **values: Any
) -> Asked:
    """Whom a call of this kind is for: its own needs and those of this time, by the district's rules."""
    return Asked(
        kind=kind.code,
        within_m=kind.within_m,
        skills=tuple(dict.fromkeys([*kind.skills, *skills])),
        verified=kind.verified,
        emergency=emergency,
        night=rules.night,
        call_cost=rules.call_cost,
        unverified_cost=rules.unverified_cost,
        **values,
    )


def _asked(row: CallOut, rules: CallRules, now: datetime, without: frozenset[UUID], limit: int) -> Asked:
    return asked_of(
        row.kind,
        rules,
        skills=row.skills,
        emergency=row.emergency,
        district=row.district,
        lon=row.lon,
        lat=row.lat,
        at=now,
        language=row.language,
        without=without,
        limit=limit,
    )


def _people(asked: Asked) -> tuple[list[tuple[Responder, Chosen]], int]:
    """The best, locked and looked at again: another call-out may have called them meanwhile. Whom a notice would not
    reach before their quiet hours end is passed over. And how many fitted at the first look."""
    found: list[tuple[Responder, Chosen]] = []
    fit, without = None, set(asked.without)
    for _number in range(_TRIES):
        rest = asked.limit - len(found)
        answer = choose(replace(asked, without=frozenset(without), limit=rest))
        fit = answer.total if fit is None else fit
        without |= {one.id for one in answer.chosen}
        found += _still(asked, answer.chosen)
        if len(found) == asked.limit or len(answer.chosen) < rest:
            break
    return found, fit or 0


def _still(asked: Asked, chosen: Sequence[Chosen]) -> list[tuple[Responder, Chosen]]:
    people = {row.id: row for row in writing.locked_many(asked.district, [one.id for one in chosen])}
    quiet: set[UUID] = set()
    if not asked.emergency:
        quiet = notices.quiet_among(asked.district, {row.person_id for row in people.values()}, asked.at)
    return [
        (people[one.id], one)
        for one in chosen
        if one.id in people and people[one.id].person_id not in quiet and rule.cost(people[one.id], asked)
    ]
