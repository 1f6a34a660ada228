"""The rights of a person over their data: a copy of everything, and its removal."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.kernel import clock, crypto, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.privacy import erasures, registry
from youlin.kernel.privacy.models import PrivacyAct
from youlin.kernel.privacy.unmasking import checked_reason

PERSON = "parties.person"


def export_person(
    *, person_id: UUID, actor: Actor, reason: str = "", district: str = journal.CITY
) -> dict[str, Any]:
    """Everything that any app knows of a person, by app, ready for JSON; and who looked at it, and why.

    Nobody needs a reason to ask for their own; all others give one, or `Invalid` is raised.
    """
    why = _reason(person_id, actor, reason)
    with transaction.atomic():
        act = _noted(PrivacyAct.Act.EXPORTED, person_id, actor, why, district)
        known = {name: export(person_id) for name, export in registry.exporters().items()}
        parts = {name: part for name, part in known.items() if part}
        seen = PrivacyAct.objects.filter(subject_id=person_id).exclude(id=act.id).order_by("at")
        journal.append(
            act="kernel.person_exported", actor=actor, subject=act, after={"person": person_id}, first=True
        )
    return {
        "person": str(person_id),
        "exported_at": clock.now().isoformat(),
        "records": json.loads(json.dumps(parts, cls=DjangoJSONEncoder)),
        "seen_by": [
            {"act": row.act, "field": row.field, "reason": row.reason, "at": row.at.isoformat()}
            for row in seen
        ],
    }


def known_by(person_id: UUID, *, apart_from: Collection[str] = ()) -> list[str]:
    """The names of what knows something of a person, by its own word. Shows nothing of it, so needs no reason."""
    asked = {name: export for name, export in registry.exporters().items() if name not in apart_from}
    return [name for name, export in asked.items() if any(export(person_id).values())]


def erase_person(
    *, person_id: UUID, actor: Actor, reason: str = "", district: str = journal.CITY
) -> PrivacyAct:
    """Remove a person's data everywhere and destroy their key: what the journal sealed for them stays shut.

    Numbers and histories remain, without the person. The erasure is written to a file beside the keys
    before it begins, so that it is done again after a backup from before it has been restored.
    """
    why = _reason(person_id, actor, reason)
    erasures.write(person_id, actor, erasures.BEGUN)
    with transaction.atomic():
        for erase in registry.erasers().values():
            erase(person_id, actor)
        crypto.erase_person_key(person_id)
        act = _noted(PrivacyAct.Act.ERASED, person_id, actor, why, district)
        journal.append(
            act="kernel.person_erased", actor=actor, subject=act, after={"person": person_id}, first=True
        )
        transaction.on_commit(lambda: erasures.write(person_id, actor, erasures.DONE))
    return act


def pending_erasures() -> list[UUID]:
    """People who were erased once and are not erased here: a backup was restored, or an erasure broke off."""
    return [person_id for person_id in erasures.people() if not crypto.is_erased(person_id)]


def replay_erasures(*, actor: Actor = SYSTEM) -> int:
    """Erase again whoever came back with a restored backup; how many. `youlin doctor` asks for it."""
    waiting = pending_erasures()
    for person_id in waiting:
        erase_person(person_id=person_id, actor=actor, reason=_("恢复备份后重新执行删除"))
    return len(waiting)


def _reason(person_id: UUID, actor: Actor, reason: str) -> str:
    own = actor.kind == "person" and actor.person_id == person_id
    return checked_reason(reason or (_("本人要求") if own else ""))


def _noted(act: PrivacyAct.Act, person_id: UUID, actor: Actor, reason: str, district: str) -> PrivacyAct:
    return PrivacyAct.objects.create(
        act=act,
        district=district,
        subject_kind=PERSON,
        subject_id=person_id,
        reason=reason,
        actor_kind=actor.kind,
        actor_person=actor.person_id,
    )
