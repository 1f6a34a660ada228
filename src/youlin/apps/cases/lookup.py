"""Finding a case and its table: by id, by number, parsed once."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.cases import workflow
from youlin.apps.cases.models import Case, CaseReporter, CaseType
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound


def table_of(case_type: CaseType) -> workflow.Workflow:
    """The workflow of a type's version. Parsed once per process for each text."""
    known = _tables.get(case_type.pk)
    if known is None or known[0] != case_type.workflow:
        text = json.dumps(case_type.workflow, ensure_ascii=False)
        known = (case_type.workflow, _parsed(text, f"{case_type.code} v{case_type.version}"))
        if len(_tables) >= _MOST_TABLES:
            _tables.clear()
        _tables[case_type.pk] = known
    return known[1]


_MOST_TABLES = 256
_tables: dict[UUID, tuple[dict[str, Any], workflow.Workflow]] = {}
"""By type: comparing is ten times cheaper than writing the table out as the key of a cache."""


@lru_cache(maxsize=256)
def _parsed(text: str, place: str) -> workflow.Workflow:
    return workflow.parse(json.loads(text), place=place)


def by_number(number: str, *, district: str = "") -> QuerySet[Case]:
    """The cases with this number as a person typed it, in one district or in all that have case types."""
    wanted = [district] if district else CaseType.objects.values("district")
    return Case.objects.filter(district__in=wanted, number=ids.normalise_number(number))


def with_number(number: str, *, district: str = "", public: bool = False) -> Case:
    """The case with this number, its type loaded; `NotFound` in words, telling a mistyped number apart.

    Where only `public` ones are asked for, the others are not even read: no clock tells them from none.
    """
    rows = by_number(number, district=district)
    found = (rows.filter(public=True) if public else rows).select_related("case_type").first()
    if found is not None:
        return found
    if not ids.check_number(number):
        raise NotFound(
            _("编号“%(number)s”不对") % {"number": number},
            field="number",
            remedy=_("请对照回执检查，编号最后一位是校验位"),
        )
    raise unknown(number)


def head_of(case: Case) -> Case:
    """The case that stays at the end of a chain of merges; the case itself when it was not merged."""
    seen = {case.id}
    while case.duplicate_of is not None and case.duplicate_of.id not in seen:
        case = case.duplicate_of
        seen.add(case.id)
    return case


def unknown(number: str) -> NotFound:
    """The one answer for a number that never was and for a case that the asker may not know."""
    return NotFound(_("没有编号为“%(number)s”的案件") % {"number": number}, field="number")


def reporter_of(case: Case, *, token: str = "", actor: Actor | None = None) -> CaseReporter | None:
    """Who reported the case with this token, or as this person; also who did before it was merged away."""
    return _reporters(case.district, case.id, token, actor).select_related("case__case_type").first()


def reported(number: str, *, token: str = "", actor: Actor | None = None) -> tuple[CaseReporter, Case]:
    """Who reported the case with this number, and that case, which may live on in `reporter.case`.

    Raises `NotFound` alike for a wrong number and a wrong token, after the same two queries and the same work,
    so that neither words nor a clock tell whether there is such a number.
    """
    own = by_number(number).values_list("district", "id").first() or _NOWHERE
    rows = _reporters(*own, token, actor).select_related("case__case_type", "came_from")
    reporter = rows.first()
    if reporter is None:
        raise no_report()
    before = reporter.came_from
    return reporter, before if before is not None and reporter.case_id != own[1] else reporter.case


_NOWHERE = ("", UUID(int=0))
"""District and id of no case: what is looked for where there is no such number."""


def no_report() -> NotFound:
    """The one answer for a number that never was and for a report of somebody else."""
    return NotFound(_("编号或查询码不对"), field="number", remedy=_("请用回执上的链接"))


def _reporters(district: str, case_id: UUID, token: str, actor: Actor | None) -> QuerySet[CaseReporter]:
    ways = Q(pk__in=[])
    if token:
        ways |= Q(token_digest=digest_of(token))
    if actor is not None and actor.person_id is not None:
        ways |= Q(person_id=actor.person_id)
    here = Q(case_id=case_id) | Q(came_from_id=case_id)
    return CaseReporter.objects.filter(ways, here, district=district).order_by("created_at", "id")


def digest_of(token: str) -> str:
    """How a reporter's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_reopen(case: Case) -> bool:
    """Whether the time in which the reporter may ask again has not run out."""
    if case.closed_at is None:
        return False
    return clock.now() <= case.closed_at + timedelta(days=settings.REOPEN_DAYS)


@lru_cache(maxsize=100_000)
def district_of(case_id: UUID) -> str:
    """The shard of a case, so that it can be locked by district and id. Fixed at birth, hence remembered."""
    found = Case.objects.filter(id=case_id).values_list("district", flat=True).first()
    if found is None:
        raise NotFound(_("没有这个案件"))
    return found


def locked_many(district: str, case_ids: Iterable[UUID]) -> list[Case]:
    """The cases that are there, locked in the order of their ids, with their types. Two queries."""
    rows = Case.objects.select_for_update().filter(district=district, id__in=list(case_ids)).order_by("id")
    return with_types(list(rows))


def with_types(cases: list[Case]) -> list[Case]:
    """Cases of one district with their types, each type read once: its table is long."""
    if cases:
        wanted = {case.case_type_id for case in cases}
        types = CaseType.objects.filter(district=cases[0].district, id__in=wanted)
        known = {one.id: one for one in types}
        for case in cases:
            case.case_type = known[case.case_type_id]
    return cases


def locked(district: str, case_id: UUID) -> Case:
    """The case with its type, locked until the transaction ends."""
    found = (
        Case.objects.select_for_update(of=("self",))
        .select_related("case_type")
        .filter(district=district, id=case_id)
        .first()
    )
    if found is None:
        raise NotFound(_("没有这个案件"))
    return found
