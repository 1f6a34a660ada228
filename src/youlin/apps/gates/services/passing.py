"""At the gate: is this code good, may who shows it come in here and now; and that they went in or out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.gates import permission, rules
from youlin.apps.gates.models import Compound, GateRule, Passage
from youlin.apps.gates.rules import Facts
from youlin.apps.gates.services.ruling import gates_of
from youlin.apps.gates.words import DIRECTIONS, VEHICLE, VEHICLES
from youlin.apps.passes import services as passes
from youlin.apps.passes.models import Check
from youlin.apps.passes.reasons import Reason
from youlin.apps.passes.services import Checked
from youlin.apps.places import services as places
from youlin.apps.places.models import Lendable, Loan, Place
from youlin.kernel import clock, idempotency, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.crypto import blind_index
from youlin.kernel.errors import Conflict, Invalid, NotFound

FRESH = timedelta(hours=2)
"""How long after a look somebody may be let in on it."""
LATE = timedelta(minutes=10)
"""A report that comes so much later than what it tells of waited for a network."""


@dataclass(frozen=True)
class Answer:
    """What a guard learns: whether the code holds, whether its holder may come in, by which gates and until when.

    `rule` refuses; `tells` are what to remind of. Nothing here says who that is.
    """

    valid: bool
    why: Reason
    allowed: bool
    at: datetime
    check_id: UUID | None
    gate: str = ""
    vehicle: str = ""
    rule: GateRule | None = None
    gates: tuple[str, ...] = ()
    until: datetime | None = None
    tells: tuple[GateRule, ...] = ()


@transaction.atomic
def look(
    *,
    actor: Actor,
    district: str,
    compound_id: UUID,
    code: str,
    gate: str = "",
    vehicle: str = "",
    at: datetime | None = None,
    told: str = "",
    idempotency_key: str = "",
    is_demo: bool = False,
) -> Answer:
    """Check a code at a gate, or look again at a check that was made (`told`: what a phone said without a network).

    Raises what `passes.services.check` raises, `NotAllowed` for who does not stand there.
    """
    row = at_work(actor, district, compound_id)
    known = _known(row, gate, vehicle)
    checked = passes.check(
        actor=actor,
        district=district,
        code=code,
        at=at,
        place_id=row.place_id,
        told=told,
        idempotency_key=idempotency_key,
        is_demo=is_demo,
    )
    return answer(row, checked, *known)


def again(
    *, actor: Actor, district: str, compound_id: UUID, check_id: UUID, gate: str = "", vehicle: str = ""
) -> Answer:
    """The answer to a look made here a short while ago, for a gate and a vehicle. Writes nothing."""
    row = at_work(actor, district, compound_id)
    return answer(row, _checked(_check(row, check_id)), *_known(row, gate, vehicle))


@transaction.atomic
def record(
    *,
    actor: Actor,
    district: str,
    compound_id: UUID,
    direction: str,
    idempotency_key: str,
    check_id: UUID | None = None,
    code: str = "",
    gate: str = "",
    vehicle: str = "",
    at: datetime | None = None,
    told: str = "",
    known_at: datetime | None = None,
    look_key: str = "",
    is_demo: bool = False,
) -> Passage:
    """Note that somebody went in or out: after a look (`check_id`), or with the code itself, from a phone that was
    without a network (`code`, `at`, `told` by what it had at `known_at`). Counted once for a key, and once for a look
    and a direction. `look_key` is the key under which the phone reports the look itself, sooner or later: they are one.

    Raises `Conflict` for a code that was not good when nobody was without a network.
    """
    row = at_work(actor, district, compound_id)
    if direction not in DIRECTIONS:
        raise Invalid(_("请选进或出"), field="direction")
    gate, vehicle = _known(row, gate, vehicle)
    looked = str(check_id or "")
    payload = {"compound": str(compound_id), "direction": direction, "check": looked, "code": code}
    with idempotency.once(
        district=district, actor=actor, act="gates.record", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return _passage(district, UUID(str(once.prior["id"])))
        look = {"at": at, "told": told, "known_at": known_at, "idempotency_key": look_key, "is_demo": is_demo}
        check = _check(row, check_id) if check_id else _reported(actor, row, code, **look)
        made = _written(row, check, direction, gate, vehicle, is_demo=is_demo, strict=check_id is not None)
        if rows.insert_if_new(made):
            _tell(actor, row, made)
        else:
            made = Passage.objects.filter(**_same(made)).get()
        once.save({"id": str(made.id)})
        return made


@transaction.atomic
def lend_vehicle(
    *, actor: Actor, district: str, compound_id: UUID, check_id: UUID, idempotency_key: str
) -> Loan:
    """Lend a rider vehicle of the compound to whoever showed a good code a short while ago. They are not named.

    Raises `Conflict` where all are out, `NotFound` where the compound lends none.
    """
    row = at_work(actor, district, compound_id)
    check = _check(row, check_id)
    if check.reason != Reason.VALID or check.held is None or check.held.person_id is None:
        raise Conflict(_("没有有效的码，不能借车"))
    word = vehicles_of(row)
    if word is None:
        raise NotFound(_("这里没有小哥专车"))
    loan = places.lend(
        actor=actor,
        district=district,
        lendable_id=word.id,
        idempotency_key=idempotency_key,
        borrower_id=check.held.person_id,
    )
    after = {"loan": str(loan.id), "due_at": loan.due_at}
    journal.append(act="gates.vehicle_lent", actor=actor, subject=row, area=row.place.area_now, after=after)
    return loan


def vehicles_of(row: Compound) -> Lendable | None:
    """The rider vehicles of a compound, if it has some."""
    found = Lendable.objects.filter(district=row.district, place_id=row.place_id, retired_at=None)
    return found.filter(name=VEHICLE).first()


def at_work(actor: Actor, district: str, compound_id: UUID) -> Compound:
    """The compound, for who stands at its gates. Raises `NotFound`, `NotAllowed`."""
    known = Compound.objects.select_related("place").filter(district=district, id=compound_id)
    row = known.defer("place__outline").first()
    if row is None:
        raise NotFound(_("没有这个小区"))
    permission.demand_check(actor, row.place)
    return row


def rules_of(row: Compound) -> list[GateRule]:
    """The rules in force, in their order."""
    found = GateRule.objects.filter(district=row.district, compound=row, retired_at=None)
    return list(found.order_by("position", "created_at"))


def rules_of_many(district: str, rows: Sequence[Compound]) -> dict[UUID, list[GateRule]]:
    """The same for each of several compounds. One query."""
    found: dict[UUID, list[GateRule]] = {row.id: [] for row in rows}
    standing = GateRule.objects.filter(district=district, compound_id__in=list(found), retired_at=None)
    for rule in standing.order_by("position", "created_at"):
        found[rule.compound_id].append(rule)
    return found


def answer(row: Compound, checked: Checked, gate: str, vehicle: str) -> Answer:
    """What the rules make of a code that was checked."""
    if not checked.valid or checked.kind is None:
        return Answer(False, checked.reason, False, checked.at, checked.id, gate, vehicle)
    every = rules_of(row)
    facts = Facts(checked.kind.code, checked.at, gate, vehicle)
    refusing = rules.refusing(every, facts)
    may = [
        name
        for name in gates_of(row)
        if rules.refusing(every, Facts(facts.visitor, facts.at, name, vehicle)) is None
    ]
    ends = [one for one in (rules.until(every, facts), checked.until) if one is not None]
    tells = [rule for rule in rules.holding(every, facts) if rule.effect == "tell"]
    return Answer(
        True,
        checked.reason,
        refusing is None,
        checked.at,
        checked.id,
        gate,
        vehicle,
        refusing,
        tuple(may),
        min(ends) if ends and refusing is None else None,
        tuple(tells),
    )


def reference(compound_id: UUID, held_id: UUID, day: date) -> str:
    """What stands for a code at one compound on one day: two of them tell nobody that they are of one."""
    return blind_index(f"{compound_id}|{day.isoformat()}|{held_id}", "gates.passage")[:32]


def local_day(moment: datetime) -> date:
    """The day of a moment where the installation is."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def _known(row: Compound, gate: str, vehicle: str) -> tuple[str, str]:
    """A gate and a vehicle that there are. Raises `Invalid`."""
    if gate and gate not in gates_of(row):
        raise Invalid(_("没有这个门"), field="gate", remedy=_("请从列表里选"))
    if vehicle and vehicle not in VEHICLES:
        raise Invalid(_("请从列表里选车辆"), field="vehicle")
    return gate, vehicle


def _check(row: Compound, check_id: UUID) -> Check:
    """A look made at this compound a short while ago. Raises `NotFound`, `Conflict`."""
    found = Check.objects.filter(district=row.district, id=check_id, place_id=row.place_id)
    check = found.select_related("held__kind").first()
    if check is None:
        raise NotFound(_("没有这次查验"))
    if check.at < clock.now() - FRESH:
        raise Conflict(_("这次查验太久了"), remedy=_("请重新扫码"))
    return check


def _checked(check: Check) -> Checked:
    held = check.held
    return Checked(
        Reason(check.reason),
        check.at,
        kind=held.kind if held else None,
        held=held,
        until=held.valid_to if held else None,
        id=check.id,
    )


def _reported(actor: Actor, row: Compound, code: str, **values: Any) -> Check:
    """The check of a code that a phone looked at without a network, reported already or not."""
    if not code.strip():
        raise Invalid(_("没有码"), field="code", remedy=_("请扫码，或输入编号"))
    found = passes.check(
        actor=actor,
        district=row.district,
        code=code,
        place_id=row.place_id,
        **values,
    )
    assert found.id is not None
    return Check.objects.select_related("held").get(district=row.district, id=found.id)


def _written(
    row: Compound, check: Check, direction: str, gate: str, vehicle: str, *, is_demo: bool, strict: bool
) -> Passage:
    valid = check.reason == Reason.VALID and check.held_id is not None
    if strict and not valid:
        raise Conflict(_("这个码无效，不登记进出"), remedy=_("请持码人刷新后再查"))
    day = local_day(check.at)
    return Passage(
        district=row.district,
        compound=row,
        gate=gate,
        direction=direction,
        vehicle=vehicle,
        ref=reference(row.id, check.held_id, day) if valid and check.held_id else "",
        day=day,
        at=check.at,
        late=clock.now() - check.at > LATE,
        known_at=check.known_at,
        valid=valid,
        is_demo=is_demo,
    )


def _same(made: Passage) -> dict[str, Any]:
    names = ("district", "compound_id", "ref", "direction", "at")
    return {name: getattr(made, name) for name in names}


def _passage(district: str, passage_id: UUID) -> Passage:
    found = Passage.objects.filter(district=district, id=passage_id).first()
    if found is None:
        raise NotFound(_("没有这次进出"))
    return found


def _tell(actor: Actor, row: Compound, made: Passage) -> None:
    """The journal says at which compound and which way; whose code it was stands nowhere."""
    place: Place = row.place
    after = {"place": place.number, "gate": made.gate, "direction": made.direction, "late": made.late}
    journal.append(
        act="gates.passed",
        actor=actor,
        subject=made,
        area=place.area_now,
        after=after,
        at=made.at,
        first=True,
    )
