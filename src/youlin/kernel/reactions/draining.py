"""The worker's side of reactions: read the journal on, do what is declared, keep what failed.

A district's cursor is locked while its batch runs, and moves in the same transaction as the effects. A crash
anywhere undoes both, so that every effect in the database happens exactly once. What one reaction has to do for
many entries it is given at once; the reactions to one row keep their order.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from traceback import format_exception
from uuid import UUID

from django.db import connection, transaction

from youlin.kernel import clock, rows
from youlin.kernel.journal import JournalEntry, read_batch
from youlin.kernel.journal.positions import districts_behind
from youlin.kernel.reactions import registry
from youlin.kernel.reactions.models import ReactionCursor, ReactionFailure
from youlin.kernel.reactions.registry import Reaction

logger = logging.getLogger(__name__)

LONGEST_BATCH = 0.25
"""Seconds after which a batch commits, so that writers on SQLite never wait long."""
ATTEMPTS = 12
"""Tries, over about two and a half hours, before a failure is left to people."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
_RETRIES_IN_ONE_GO = 50
_TOGETHER = 100
"""Entries that share a savepoint while all goes well."""

Work = tuple[JournalEntry, list[Reaction]]
"""An entry and the reactions it concerns."""
Round = dict[str, tuple[Reaction, list[JournalEntry]]]
"""What may be done together: for each reaction its entries, no row twice."""


def drain(limit: int = 500) -> int:
    """Do what is due now: at most `limit` entries of each district, then failures whose pause is over.

    Returns how much was done, 0 when there was nothing to do. Any number of workers may call it.
    """
    behind = districts_behind(ReactionCursor._meta.db_table)
    return sum(drain_district(district, limit) for district in behind) + retry_due()


def drain_all(patience: float = 10.0) -> int:
    """Do everything that is journalled, for tests and commands: waits for transactions still in flight.

    Raises `TimeoutError` when the journal cannot be read to its end within `patience` seconds.
    """
    done, give_up = 0, time.monotonic() + patience
    while districts_behind(ReactionCursor._meta.db_table):
        step = drain()
        done += step
        if not step:
            if time.monotonic() > give_up:
                raise TimeoutError("a transaction that is still open keeps the reactions waiting")
            time.sleep(0.01)
    return done


def drain_district(district: str, limit: int) -> int:
    """One batch of one district; 0 when there is none or another worker is at it."""
    with transaction.atomic():
        cursor = _locked_cursor(district)
        if cursor is None:
            return 0
        by_act = registry.by_act(district)
        entries, end = read_batch(district, cursor.position, limit, acts=list(by_act))
        if end == cursor.position:
            return 0
        done = _react([(entry, by_act[entry.act]) for entry in entries])
        if done < len(entries):
            end = entries[done - 1].position
        cursor.epoch, cursor.seq, cursor.moved_at = end.epoch, end.seq, clock.now()
        cursor.save(update_fields=["epoch", "seq", "moved_at"])
    return max(done, 1)


def retry_due() -> int:
    """Try failures again whose pause is over; how many were tried."""
    due = ReactionFailure.objects.filter(
        state=ReactionFailure.State.WAITING, next_at__lte=clock.now()
    ).values_list("district", "pk")
    return sum(_retry(district, pk) for district, pk in due.order_by("next_at")[:_RETRIES_IN_ONE_GO])


def retry_now(failure: ReactionFailure) -> None:
    """Let the worker try a failure again at once, also one that is stuck: its count starts anew."""
    same = ReactionFailure.objects.filter(district=failure.district, pk=failure.pk)
    same.exclude(state=ReactionFailure.State.SOLVED).update(
        state=ReactionFailure.State.WAITING, attempts=0, next_at=clock.now()
    )


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: doubling from five seconds to an hour."""
    doublings = max(0, min(attempts - 1, 20))
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _locked_cursor(district: str) -> ReactionCursor | None:
    cursors = ReactionCursor.objects.filter(district=district).select_for_update(skip_locked=True)
    cursor = cursors.first()
    if cursor is None and rows.insert_if_new(ReactionCursor(district=district)):
        cursor = cursors.first()
    return cursor


def _react(work: Sequence[Work]) -> int:
    """Do the work in its order until the batch has lasted long enough; how many entries were done."""
    give_up = time.monotonic() + LONGEST_BATCH
    done = 0
    while done < len(work):
        together = [_applying(*one) for one in work[done : done + _TOGETHER]]
        if _try(together) is None:
            done += len(together)
        else:
            done += _one_by_one(together, give_up)
        if time.monotonic() > give_up:
            break
    return done


def _applying(entry: JournalEntry, reactions: Sequence[Reaction]) -> Work:
    """The reactions whose condition holds; one whose condition cannot be worked out is kept as failed."""
    values = registry.variables(entry)
    found = []
    for reaction in reactions:
        try:
            if reaction.applies(values):
                found.append(reaction)
        except Exception as error:  # whatever a condition does, it does it to its own reaction alone
            _keep(reaction, entry, error)
    return entry, found


def _one_by_one(work: Sequence[Work], give_up: float) -> int:
    """After a failure among several, none of which then counts: each in a savepoint of its own."""
    for done, (entry, reactions) in enumerate(work, start=1):
        for reaction in reactions:
            error = _try([(entry, [reaction])])
            if error is not None:
                _keep(reaction, entry, error)
        if time.monotonic() > give_up:
            return done
    return len(work)


def _try(work: Sequence[Work]) -> Exception | None:
    """Run what applies in a savepoint. An error that broke the connection itself is not the reaction's and is raised."""
    try:
        with transaction.atomic():
            for together in _rounds(work):
                for reaction, entries in together.values():
                    reaction.run(entries)
    except Exception as error:
        if connection.connection is None or connection.needs_rollback or not connection.is_usable():
            raise
        return error
    return None


def _rounds(work: Sequence[Work]) -> list[Round]:
    """The work in rounds, one after the other: what concerns one row, its first in the first, its second …"""
    rounds: list[Round] = []
    reached: Counter[tuple[str, UUID]] = Counter()
    for entry, reactions in work:
        subject = (entry.subject_kind, entry.subject_id)
        for reaction in reactions:
            if reached[subject] == len(rounds):
                rounds.append({})
            rounds[reached[subject]].setdefault(reaction.name, (reaction, []))[1].append(entry)
            reached[subject] += 1
    return rounds


def _keep(reaction: Reaction, entry: JournalEntry, error: Exception) -> None:
    logger.warning("reaction %s failed on %s %s: %s", reaction.name, entry.act, entry.id, error)
    failure = ReactionFailure(
        district=entry.district,
        reaction=reaction.name,
        entry=entry,
        last_error=_words(error),
        next_at=clock.now() + pause_after(1),
    )
    rows.insert_if_new(failure)


def _retry(district: str, pk: UUID) -> int:
    with transaction.atomic():
        waiting = ReactionFailure.objects.filter(
            district=district, pk=pk, state=ReactionFailure.State.WAITING
        )
        failure = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("entry").first()
        if failure is None or failure.next_at > clock.now():
            return 0
        failure.attempts += 1
        _try_again(failure)
        failure.save(update_fields=["state", "attempts", "last_error", "next_at"])
    return 1


def _try_again(failure: ReactionFailure) -> None:
    reaction = registry.in_force(failure.district).get(failure.reaction)
    if reaction is None:
        failure.state = ReactionFailure.State.STUCK
        failure.last_error = f"the reaction was retired\n\n{failure.last_error}"
        return
    error = _retried(reaction, failure.entry)
    if error is None:
        failure.state = ReactionFailure.State.SOLVED
        return
    failure.last_error = _words(error)
    failure.next_at = clock.now() + pause_after(failure.attempts)
    if failure.attempts >= ATTEMPTS:
        failure.state = ReactionFailure.State.STUCK
        logger.error("reaction %s is stuck on %s: %s", failure.reaction, failure.entry_id, error)


def _retried(reaction: Reaction, entry: JournalEntry) -> Exception | None:
    try:
        applies = reaction.applies(registry.variables(entry))
    except Exception as error:
        return error
    return _try([(entry, [reaction])]) if applies else None


def _words(error: Exception) -> str:
    """The error in one line, then where it happened."""
    head = f"{type(error).__name__}: {error}".replace("\0", "")
    return f"{head}\n\n{''.join(format_exception(error))[-4000:]}".replace("\0", "")
