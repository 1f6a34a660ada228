"""A gate refused a valid code: a case with a clock for its No. 1 position, and a proof for whoever was refused.

Said by the guard after a look, or by the visitor in one tap. The same refusal, however often it is said and by whom, is
one; and while a case about a gate is open, others who are refused there join it and get proofs of their own.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from youlin.apps.cases import lookup
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Category
from youlin.apps.cases.services import joining
from youlin.apps.gates import permission, rules
from youlin.apps.gates.models import Compound, Refusal
from youlin.apps.gates.rules import Facts
from youlin.apps.gates.services import passing
from youlin.apps.gates.services.keeping import locked
from youlin.apps.gates.services.passing import local_day, reference, rules_of
from youlin.apps.gates.services.ruling import gates_of, kinds_of
from youlin.apps.gates.words import CATEGORY, CHANNEL, PROOF, REASONS
from youlin.apps.passes import selectors as passes
from youlin.apps.passes import services as codes
from youlin.apps.passes.models import Check, Pass, PassKind
from youlin.apps.passes.reasons import Reason
from youlin.kernel import clock, ids, journal, pacing
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, TooMany

PREFIX = "J"
SAME = timedelta(minutes=30)
"""Said again within this time, it is the same refusal."""
SEEN = timedelta(hours=2)
"""How long a look at a gate stands for somebody having been there."""
PACE = (30, 3600)


@transaction.atomic
def refuse(
    *,
    actor: Actor,
    district: str,
    compound_id: UUID,
    check_id: UUID,
    reason: str,
    gate: str = "",
    is_demo: bool = False,
) -> Refusal:
    """The guard does not let a valid code in, and says why. Raises `Conflict` where the code or a rule refuses
    already: then nobody is in the wrong."""
    row = locked(district, compound_id)
    permission.demand_check(actor, row.place)
    if reason not in REASONS:
        raise Invalid(_("请选不让进的理由"), field="reason")
    found = passing.again(
        actor=actor, district=district, compound_id=compound_id, check_id=check_id, gate=gate
    )
    _demand_wronged(found.valid, found.rule is not None and found.rule.reason)
    check = Check.objects.select_related("held").get(district=district, id=check_id)
    assert check.held is not None
    return _noted(
        row,
        check.held,
        Refusal(by="guard", reason=reason, gate=gate, at=clock.now(), checked_at=check.at),
        actor,
        is_demo=is_demo,
    )


@transaction.atomic
def complain(
    *, actor: Actor, district: str, compound_id: UUID, gate: str = "", is_demo: bool = False
) -> Refusal:
    """Whoever holds a valid code was refused here just now. Raises `Conflict` where they hold none or a rule refuses
    them now, `TooMany`."""
    if actor.person_id is None:
        raise NotFound(_("没有到访码"))
    if pacing.hit([pacing.Counter(f"gate-refused:{actor.key}", *PACE)]):
        raise TooMany(_("按得太快了"), remedy=_("请稍后再试"))
    row = locked(district, compound_id)
    now = clock.now()
    if gate and gate not in gates_of(row):
        raise Invalid(_("没有这个门"), field="gate", remedy=_("请从列表里选"))
    held = _own(actor, row, now, gate)
    check = _look(row, held, now)
    said = Refusal(by="rider", gate=gate, at=now, checked_at=check)
    return _noted(row, held, said, actor, is_demo=is_demo)


def _own(actor: Actor, row: Compound, now: datetime, gate: str) -> Pass:
    """The actor's code that should have let them in. Raises `Conflict`."""
    assert actor.person_id is not None
    mine = passes.passes_of(
        district=row.district, person_id=actor.person_id, kinds=list(kinds_of(row.district))
    )
    if not mine:
        raise Conflict(_("您没有本区有效的到访码"), remedy=_("请先在“我的码”里领取"))
    every = rules_of(row)
    refusing = [rules.refusing(every, Facts(one.kind.code, now, gate)) for one in mine]
    for one, rule in zip(mine, refusing, strict=True):
        if rule is None:
            return one
    first = refusing[0]
    _demand_wronged(True, first is not None and first.reason)
    raise Conflict()


def _demand_wronged(valid: bool, rule: str | bool) -> None:
    if not valid:
        raise Conflict(_("这个码无效，门岗可以不让进"), remedy=_("请持码人刷新后再查"))
    if rule:
        raise Conflict(
            _("按小区公示的规则现在不能进：%(why)s") % {"why": rule},
            remedy=_("觉得规则不合理，请在“上报”里反映"),
        )


def _look(row: Compound, held: Pass, now: datetime) -> datetime | None:
    """When the code was last found to hold at this compound, if that was a short while ago."""
    found = Check.objects.filter(
        district=row.district, held=held, place_id=row.place_id, reason=Reason.VALID, at__gte=now - SEEN
    )
    return found.order_by("-at").values_list("at", flat=True).first()


def _noted(row: Compound, held: Pass, said: Refusal, actor: Actor, *, is_demo: bool) -> Refusal:
    """The refusal as it stands already, or a new one with its case and its proof. The compound is locked."""
    ref = reference(row.id, held.id, local_day(said.at))
    same = Q(ref=ref) | Q(person_id=held.person_id) if held.person_id else Q(ref=ref)
    lately = Refusal.objects.filter(same, district=row.district, compound=row, at__gte=said.at - SAME)
    known = lately.order_by("-at").first()
    if known is not None:
        return known
    said.district, said.compound, said.ref, said.is_demo = row.district, row, ref, is_demo or row.is_demo
    said.number, said.person_id = ids.new_number(PREFIX), held.person_id
    said.case = _joined(row, said, actor) or _reported(row, said, actor)
    said.proof = _proof(row, said)
    said.save(force_insert=True)
    journal.append(
        act="gates.refused",
        actor=actor,
        subject=said,
        area=row.place.area_now,
        after={
            "number": said.number,
            "place": row.place.number,
            "gate": said.gate,
            "by": said.by,
            "reason": said.reason,
            "case": said.case,
        },
        first=True,
    )
    return said


def _joined(row: Compound, said: Refusal, actor: Actor) -> str:
    """The number of the open case about this gate, which this refusal joins; "" where there is none."""
    known = Refusal.objects.filter(district=row.district, compound=row, gate=said.gate).exclude(case="")
    number = known.order_by("-at").values_list("case", flat=True).first()
    if not number:
        return ""
    try:
        found = lookup.with_number(number, district=row.district)
        who = actor if said.by == "rider" else SYSTEM
        joining.join(actor=who, found=found, idempotency_key=f"refusal:{said.id}")
    except NotFound:
        return ""
    except Conflict:  # closed meanwhile, or theirs already
        return number if found.is_open else ""
    return number


def _reported(row: Compound, said: Refusal, actor: Actor) -> str:
    known = Category.objects.filter(district=row.district, code=CATEGORY, retired_at__isnull=True)
    if not known.exists():
        return ""
    place = row.place
    with override(settings.LANGUAGE_CODE):
        where = f"{place.name} {said.gate}".strip()
        told = _("门岗说：%(why)s。") % {"why": REASONS[said.reason]} if said.reason else ""
        text = _("持有效到访码被拒：%(where)s（%(number)s）。%(told)s编号 %(refusal)s") % {
            "where": where,
            "number": place.number,
            "told": told,
            "refusal": said.number,
        }
        title = _("有效的码被拒：%(where)s") % {"where": where}
    receipt = cases.report(
        actor=actor if said.by == "rider" else SYSTEM,
        district=row.district,
        category=CATEGORY,
        title=title,
        text=text,
        lon=place.lon,
        lat=place.lat,
        address=place.address,
        channel=CHANNEL,
        anonymous=said.by == "guard",
        lead_unit=place.keeper,
        is_demo=said.is_demo,
        idempotency_key=f"refusal:{said.id}",
    )
    return receipt.number


def _proof(row: Compound, said: Refusal) -> Pass | None:
    """A signed code that says: this compound, this number; where a programme declares the kind."""
    known = PassKind.objects.filter(district=row.district, code=PROOF, retired_at=None)
    if not known.exists():
        return None
    return codes.issue(
        actor=SYSTEM,
        district=row.district,
        kind=PROOF,
        holder=row.place,
        label=said.number,
        is_demo=said.is_demo,
    )
