"""Writing and retiring a compound's rules, by whoever keeps it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from youlin.apps.gates import permission, rules
from youlin.apps.gates.models import Compound, GateRule
from youlin.apps.gates.services.keeping import locked
from youlin.apps.passes import selectors as passes
from youlin.apps.places.models import PlaceEntrance
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotFound

MOST = 30
"""Rules of one compound: more nobody keeps in mind."""


@transaction.atomic
def set_rule(
    *, actor: Actor, district: str, compound_id: UUID, kind: str, form: Mapping[str, Any]
) -> GateRule:
    """Write the rule that a form says. The same again is the rule that stands; of speed and of what is admitted there
    is one. Raises `Invalid` naming the field, `NotAllowed`, `Conflict` where there are too many."""
    row = locked(district, compound_id)
    permission.demand_keep(actor, row.place)
    said = rules.written(kind, form, gates=gates_of(row), kinds=kinds_of(district))
    rules.compiled(said.condition)
    standing = GateRule.objects.filter(district=district, compound=row, retired_at=None)
    same = standing.filter(kind=kind, condition=said.condition, reason=said.reason).first()
    if same is not None:
        return same
    if kind in ("admits", "speed"):
        standing.filter(kind=kind).update(retired_at=clock.now())
    if standing.count() >= MOST:
        raise Conflict(_("规则最多 %(n)s 条") % {"n": MOST}, remedy=_("请先停用不用的"))
    last = standing.aggregate(last=Max("position"))["last"] or 0
    made = GateRule.objects.create(
        district=district, compound=row, kind=kind, position=last + 1, **said.__dict__
    )
    _tell("gates.rule_set", actor, row, made)
    return made


@transaction.atomic
def retire_rule(*, actor: Actor, district: str, compound_id: UUID, rule_id: UUID) -> None:
    """A rule holds no more. Done once. Raises `NotFound`."""
    row = locked(district, compound_id)
    permission.demand_keep(actor, row.place)
    rule = GateRule.objects.filter(district=district, compound=row, id=rule_id).first()
    if rule is None:
        raise NotFound(_("没有这条规则"))
    if rule.retired_at is None:
        rule.retired_at = clock.now()
        rule.save(update_fields=["retired_at"])
        _tell("gates.rule_retired", actor, row, rule)


def gates_of(row: Compound) -> list[str]:
    """The names of the compound's gates, in their order."""
    found = PlaceEntrance.objects.filter(district=row.district, place_id=row.place_id)
    return list(dict.fromkeys(found.order_by("position", "name").values_list("name", flat=True)))


def gates_of_many(district: str, rows: Sequence[Compound]) -> dict[UUID, list[str]]:
    """The same for each of several compounds. One query."""
    by_place = {row.place_id: row.id for row in rows}
    found: dict[UUID, list[str]] = {row.id: [] for row in rows}
    known = PlaceEntrance.objects.filter(district=district, place_id__in=list(by_place))
    for place, name in known.order_by("position", "name").values_list("place_id", "name"):
        if name not in found[by_place[place]]:
            found[by_place[place]].append(name)
    return found


def kinds_of(district: str) -> dict[str, str]:
    """The kinds of codes that a compound may admit: those of people."""
    return {one.code: one.name for one in passes.kinds(district) if one.holder == "person"}


def _tell(act: str, actor: Actor, row: Compound, rule: GateRule) -> None:
    after = {"kind": rule.kind, "condition": rule.condition, "reason": rule.reason}
    journal.append(act=act, actor=actor, subject=row, area=row.place.area_now, after=after)
