"""Duty kinds, as programmes declare them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import verbs as known_verbs
from youlin.apps.duties.access import access
from youlin.apps.duties.holdings import in_force
from youlin.apps.duties.models import Assignment, DutyKind
from youlin.apps.duties.services import following
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound, Problem

VERB = "programme.apply"
"""Duty kinds come with programmes: who may apply those may declare these."""

_DECLARED = (
    "programme",
    "name",
    "name_en",
    "level",
    "verbs",
    "climbs_to",
    "confidential",
    "door",
    "description",
)


@transaction.atomic
def declare_kind(
    *,
    actor: Actor,
    district: str,
    programme: str,
    code: str,
    name: str,
    level: str,
    verbs: Sequence[str],
    name_en: str = "",
    climbs_to: Sequence[str] = (),
    confidential: bool = False,
    door: str = "desk",
    description: str = "",
) -> DutyKind:
    """Make the kind what is declared; declaring the same again changes nothing, a retired kind comes back.

    Raises `Invalid` naming every verb that no app has registered and what was probably meant.
    """
    _demand(actor, district)
    _check_verbs(verbs, confidential)
    declared: dict[str, Any] = {
        "programme": programme,
        "name": name,
        "name_en": name_en,
        "level": level,
        "verbs": list(verbs),
        "climbs_to": list(climbs_to),
        "confidential": confidential,
        "door": door,
        "description": description,
    }
    kind = DutyKind.objects.select_for_update().filter(district=district, code=code).first()
    if kind is None:
        kind = DutyKind.objects.create(district=district, code=code, **declared)
        _append("duties.kind_declared", actor, kind, after=declared)
        return kind
    before = {field: getattr(kind, field) for field in _DECLARED}
    if before != declared or kind.retired_at is not None:
        for field, value in declared.items():
            setattr(kind, field, value)
        kind.retired_at = None
        kind.save()
        changed = {field: value for field, value in declared.items() if before[field] != value}
        _append("duties.kind_changed", actor, kind, before={f: before[f] for f in changed}, after=changed)
    return kind


def retire_kind(*, actor: Actor, district: str, code: str) -> DutyKind:
    """Retire one kind; see `retire_kinds`."""
    [kind] = retire_kinds(actor=actor, district=district, codes=[code])
    return kind


@transaction.atomic
def retire_kinds(*, actor: Actor, district: str, codes: Sequence[str]) -> list[DutyKind]:
    """The kinds grant and answer nothing from now on; their assignments stay as history.

    What is held under them is answered anew, once all are retired. Raises `NotFound` for a kind that is none.
    """
    _demand(actor, district)
    kinds = [_locked(district, code) for code in codes]
    retiring = [kind for kind in kinds if kind.retired_at is None]
    for kind in retiring:
        kind.retired_at = clock.now()
        kind.save(update_fields=["retired_at"])
        _append("duties.kind_retired", actor, kind, after={"retired_at": kind.retired_at})
    for kind in retiring:
        _answer_anew(kind)
    return kinds


def _locked(district: str, code: str) -> DutyKind:
    kind = DutyKind.objects.select_for_update().filter(district=district, code=code).first()
    if kind is None:
        raise NotFound(_("没有岗位种类“%(code)s”") % {"code": code}, field="kind")
    return kind


def _answer_anew(kind: DutyKind) -> None:
    """Let go of what is held under a retired kind: by its holders, and by those who stand in for them."""
    now = clock.now()
    rows = Assignment.objects.filter(in_force(now), district=kind.district, kind=kind)
    for assignment in rows.select_related("kind", "holder", "stand_in").order_by("id"):
        following.withdraw(assignment, reasons=("leave", "return", "end"))
        following.pass_on(assignment, assignment.holder, None, "retired", now)
        if assignment.stand_in is not None:
            following.pass_on(assignment, assignment.stand_in, None, "retired", now)


def _demand(actor: Actor, district: str) -> None:
    if not access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()


def _check_verbs(verbs: Sequence[str], confidential: bool) -> None:
    problems = [
        Problem(
            "verbs",
            _("没有名为“%(verb)s”的动作") % {"verb": verb},
            _("是否应为“%(near)s”？") % {"near": near} if near else "",
        )
        for verb, near in known_verbs.unknown(verbs).items()
    ]
    for verb in verbs:
        if known_verbs.is_confidential(verb) and not confidential:
            message = _("“%(verb)s”只能授予可参与保密案件的岗位") % {"verb": verb}
            problems.append(Problem("verbs", message, _("请声明 confidential，或去掉这个动作")))
    if problems:
        raise Invalid(problems=problems)


def _append(act: str, actor: Actor, kind: DutyKind, **values: Any) -> None:
    journal.append(act=act, actor=actor, subject=kind, **values)
