"""Keeping no longer than needed: every night, each kind of record that has a time limit."""

import logging
from datetime import timedelta

from django.db import transaction

from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.privacy import registry
from youlin.kernel.privacy.models import PrivacyAct

_log = logging.getLogger(__name__)


@jobs.every(name="privacy.retention", daily_at="03:30")
def expire_records() -> dict[str, int]:
    """Run every rule; how many records each one took. Fails after the last rule if any of them failed."""
    counts, failed = run_retention(actor=SYSTEM)
    if failed:
        raise RuntimeError(f"retention failed for {', '.join(failed)}; see the log")
    return counts


def run_retention(*, actor: Actor) -> tuple[dict[str, int], list[str]]:
    """Run every rule, each in a transaction of its own; the counts, and the rules that failed."""
    counts: dict[str, int] = {}
    failed: list[str] = []
    for rule in registry.retention_rules():
        try:
            counts[rule.name] = _run(rule, actor)
        except Exception:
            _log.exception("retention of %s failed", rule.name)
            failed.append(rule.name)
    return counts, failed


def _run(rule: registry.RetentionRule, actor: Actor) -> int:
    before = clock.now() - timedelta(days=rule.days)
    with transaction.atomic():
        count = rule.expire(before)
        if count:
            act = PrivacyAct.objects.create(
                act=PrivacyAct.Act.EXPIRED,
                district=journal.CITY,
                subject_kind=rule.kind,
                counts={rule.name: count},
                actor_kind=actor.kind,
                actor_person=actor.person_id,
            )
            after = {"rule": rule.name, "kind": rule.kind, "days": rule.days, "count": count}
            journal.append(act="kernel.retention_ran", actor=actor, subject=act, after=after, first=True)
    return count
