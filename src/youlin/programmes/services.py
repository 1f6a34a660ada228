"""Every write of programmes: apply one in a district, retire one. One transaction, journalled."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotAllowed, NotFound
from youlin.programmes import checks, parts, planning, vocabulary
from youlin.programmes.loader import Programme
from youlin.programmes.models import AppliedProgramme
from youlin.programmes.planning import Change

VERB = "programme.apply"


@transaction.atomic
def apply(*, actor: Actor, district: str, programme: Programme) -> list[Change]:
    """Make the district what the programme declares; the changes made, none the second time.

    What the programme no longer declares is retired, never deleted; a changed workflow becomes a new version.
    Raises `Refused` for a programme that does not hold together, `NotAllowed`, `NotFound` (no such district),
    `Conflict` (a code another programme owns, or a dependency not in force).
    """
    _demand(actor, district)
    checks.check(programme, vocabulary.current())
    changes = planning.plan(district, programme)
    if not changes:
        return []
    for part in parts.PARTS:
        wanted = part.wanted(programme)
        keys = {change.key for change in changes if change.kind == part.kind and change.action != "retire"}
        declared = {key: values for key, values in wanted.items() if key in keys}
        if declared:
            part.declare(actor, district, programme.code, declared)
    _retire(actor, district, programme.code, changes)
    row = _applied_row(district, programme)
    journal.append(
        act="programmes.applied", actor=actor, subject=row, area=district, after=_summary(row, changes)
    )
    return changes


@transaction.atomic
def retire(*, actor: Actor, district: str, code: str) -> list[Change]:
    """Take a whole programme out of force: all it declared is retired, cases run to their end.

    Raises `NotFound` when it is not in force, `Conflict` while another programme in force depends on it.
    """
    _demand(actor, district)
    row = (
        AppliedProgramme.objects.select_for_update()
        .filter(district=district, code=code, retired_at=None)
        .first()
    )
    if row is None:
        raise NotFound(_("方案“%(code)s”在本区没有启用") % {"code": code}, field="programme")
    _check_nobody_depends(district, code)
    changes = planning.plan_retirement(district, code)
    _retire(actor, district, code, changes)
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    journal.append(
        act="programmes.retired", actor=actor, subject=row, area=district, after=_summary(row, changes)
    )
    return changes


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()


def _retire(actor: Actor, district: str, programme: str, changes: list[Change]) -> None:
    for part in reversed(parts.PARTS):
        keys = [change.key for change in changes if change.kind == part.kind and change.action == "retire"]
        if keys:
            part.retire(actor, district, programme, keys)


def _applied_row(district: str, programme: Programme) -> AppliedProgramme:
    values: dict[str, Any] = {
        "version": programme.version,
        "digest": programme.digest,
        "declarations": programme.as_data(),
        "applied_at": clock.now(),
        "retired_at": None,
    }
    row, _created = AppliedProgramme.objects.update_or_create(
        district=district, code=programme.code, defaults=values
    )
    return row


def _check_nobody_depends(district: str, code: str) -> None:
    others = AppliedProgramme.objects.filter(district=district, retired_at=None).exclude(code=code)
    needing = [other.code for other in others if code in other.declarations.get("depends", [])]
    if needing:
        raise Conflict(
            _("方案“%(others)s”还依赖它") % {"others": "、".join(needing)}, remedy=_("请先停用它们")
        )


def _summary(row: AppliedProgramme, changes: list[Change]) -> dict[str, Any]:
    """What the journal keeps of it: the version and every change by kind, key and action."""
    return {
        "programme": row.code,
        "version": row.version,
        "digest": row.digest,
        "changes": [[change.kind, change.key, change.action] for change in changes],
    }
