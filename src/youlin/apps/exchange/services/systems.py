"""Outside systems: who they are, where they are, what they take."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.exchange import open311, permission
from youlin.apps.exchange.models import OutsideSystem
from youlin.kernel import clock, journal, outgoing
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

FIELDS = ("name", "url", "jurisdiction", "api_key", "services", "keyed", "poll_minutes")
SHOWN = tuple(field for field in FIELDS if field != "api_key")
"""What the journal says of a system: its key never."""


@transaction.atomic
def add_system(*, actor: Actor, district: str, code: str, **values: Any) -> OutsideSystem:
    """Register an Open311 server; `values` are `FIELDS`. Raises `Invalid` with everything that is wrong."""
    permission.demand(actor, district)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", code):
        raise Invalid(
            _("代码应为小写字母、数字和下划线"), field="code", remedy=_("以字母开头，例如 city_lighting")
        )
    row = OutsideSystem(district=district, code=code, **_checked(values))
    if OutsideSystem.objects.filter(district=district, code=code).exists():
        raise Conflict(_("这个代码已经用过"), field="code", remedy=_("换一个代码，或修改已有的系统"))
    row.save(force_insert=True)
    journal.append(act="exchange.system_added", actor=actor, subject=row, after=_told(row), first=True)
    return row


@transaction.atomic
def change_system(*, actor: Actor, district: str, system_id: UUID, **values: Any) -> OutsideSystem:
    """Change what is known of a system. A blank `api_key` keeps the one there is."""
    permission.demand(actor, district)
    row = _locked(district, system_id)
    before = _told(row)
    checked = _checked({**{field: getattr(row, field) for field in FIELDS}, **values})
    for field, value in checked.items():
        if field != "api_key" or value:
            setattr(row, field, value)
    row.save()
    journal.append(act="exchange.system_changed", actor=actor, subject=row, before=before, after=_told(row))
    return row


@transaction.atomic
def retire_system(*, actor: Actor, district: str, system_id: UUID) -> OutsideSystem:
    """Forward nothing more to a system; what it has is still asked for."""
    permission.demand(actor, district)
    row = _locked(district, system_id)
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        journal.append(act="exchange.system_retired", actor=actor, subject=row, after={"code": row.code})
    return row


def offered(*, actor: Actor, district: str, system_id: UUID) -> dict[str, str]:
    """What the system offers right now, name by code: also the test whether it answers. Raises `Invalid`."""
    permission.demand(actor, district)
    row = OutsideSystem.objects.filter(district=district, id=system_id).first()
    if row is None:
        raise NotFound(_("没有这个外部系统"))
    try:
        return open311.services(server_of(row))
    except (outgoing.NotSent, open311.Doubtful, open311.Refused, open311.Busy) as error:
        raise Invalid(
            _("它没有正常应答：%(why)s") % {"why": error}, field="url", remedy=_("核对地址、密钥和网络")
        ) from error


def server_of(row: OutsideSystem) -> open311.Server:
    """Where it is, for the client."""
    return open311.Server(row.url.rstrip("/"), row.jurisdiction, row.api_key)


def answered(row: OutsideSystem) -> None:
    """Note that the system is there."""
    OutsideSystem.objects.filter(district=row.district, id=row.id).update(
        answered_at=clock.now(), failing_since=None, last_error=""
    )


def failed(row: OutsideSystem, words: str) -> None:
    """Note that the system did not answer as it should; since when it does so stays."""
    rows = OutsideSystem.objects.filter(district=row.district, id=row.id)
    rows.update(last_error=words[:255])
    rows.filter(failing_since=None).update(failing_since=clock.now())


def _locked(district: str, system_id: UUID) -> OutsideSystem:
    row = OutsideSystem.objects.select_for_update().filter(district=district, id=system_id).first()
    if row is None:
        raise NotFound(_("没有这个外部系统"))
    return row


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    problems: list[Problem] = []
    found = {field: values[field] for field in FIELDS if field in values}
    for field in ("name", "url", "jurisdiction", "api_key"):
        found[field] = str(found.get(field, "")).strip()
    if not 0 < len(found["name"]) <= 80:
        problems.append(Problem("name", _("名称应为 1 到 80 个字")))
    try:
        outgoing.target(found["url"])
        if len(found["url"]) > 255:
            raise Invalid(_("地址太长"), field="url")
    except Invalid as error:
        problems += error.problems
    if not 1 <= int(found.get("poll_minutes", 15)) <= 1440:
        problems.append(Problem("poll_minutes", _("查询间隔应为 1 到 1440 分钟")))
    services = found.get("services", {})
    if not isinstance(services, dict) or not all(
        isinstance(one, str) and one for pair in services.items() for one in pair
    ):
        problems.append(Problem("services", _("每行写“本区类别 = 对方类别”")))
    if problems:
        raise Invalid(problems=problems)
    return found


def _told(row: OutsideSystem) -> dict[str, Any]:
    return {"code": row.code, **{field: getattr(row, field) for field in SHOWN}, "has_key": bool(row.api_key)}
