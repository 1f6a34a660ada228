"""Checking a code: signature, time, chain, then what the books know; one row with the least, and forgotten in time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.passes import codes, keys, permission, sources
from youlin.apps.passes.codes import Opened, Refused
from youlin.apps.passes.models import Check, Pass, PassKind
from youlin.apps.passes.reasons import Reason
from youlin.apps.passes.services import binding
from youlin.apps.passes.services.issuing import number_of
from youlin.apps.passes.services.showing import shown
from youlin.apps.places.models import Place
from youlin.kernel import clock, idempotency, ids, journal, pacing
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound, TooMany

LATE = timedelta(days=7)
"""How long after a look without a network its report may come in."""
AHEAD = timedelta(minutes=5)
OLDEST = timedelta(days=366)
"""Keys and lists that are older say nothing more."""
PACE = (240, 60)
"""Looks of one checker in so many seconds: a busy gate has one in two seconds."""
PACE_NUMBERS = (20, 60)
"""Numbers typed: nobody types faster, and nobody finds one by trying."""
ELSEWHERE = timedelta(minutes=2)
"""Two places within this time: one code on two phones, or a very fast rider."""


@dataclass(frozen=True)
class Checked:
    """What came of a look: whether it holds and why, and what this kind lets a checker see (`shows`).

    `seen_at`: the same picture was shown at the same place before; `elsewhere_at`: the code held at another place just
    now. Neither makes it invalid: people look twice, and a checker decides.
    """

    reason: Reason
    at: datetime
    kind: PassKind | None = None
    held: Pass | None = None
    shows: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None
    step: int | None = None
    seen_at: datetime | None = None
    elsewhere_at: datetime | None = None
    id: UUID | None = None

    @property
    def valid(self) -> bool:
        """Whether the code holds."""
        return self.reason is Reason.VALID


@transaction.atomic
def check(
    *,
    actor: Actor,
    district: str,
    code: str,
    at: datetime | None = None,
    place_id: UUID | None = None,
    told: str = "",
    known_at: datetime | None = None,
    idempotency_key: str = "",
    is_demo: bool = False,
) -> Checked:
    """Look at a code that was scanned, or at a number that was typed.

    `at` is the moment of the look, where a phone without a network reports later; `told` what it said then, by keys and
    a list of `known_at`. `place_id` is where the checker stands. Journalled without a name or number. Raises
    `NotAllowed`, `NotFound` for a place that is not, `TooMany`, `Invalid` for a moment out of reach.
    """
    place = _place(district, place_id)
    permission.demand_check(actor, district, place)
    moment = _moment(at)
    typed = ids.check_number(code[:40])
    _keep_pace(actor, typed)
    payload = {"code": code[: codes.LONGEST + 1], "place": str(place_id), "told": told}
    with idempotency.once(
        district=district,
        actor=actor,
        act="passes.check",
        key=idempotency_key,
        payload=payload,
        required=False,
    ) as once:
        if once.prior is not None:
            return _again(district, once.prior, moment)
        found = by_number(district, code, moment) if typed else by_code(district, code, moment)
        found = _with_earlier(district, found, place)
        seen = told if told in list(Reason) else ""
        row = _noted(actor, district, found, place, moment, seen, _known(known_at, moment), is_demo=is_demo)
        _tell(actor, row, place)
        once.save({"id": str(row.id), "shows": found.shows})
        return _named(found, row)


def _noted(
    actor: Actor,
    district: str,
    found: Checked,
    place: Place | None,
    at: datetime,
    told: str,
    known_at: datetime | None,
    *,
    is_demo: bool,
) -> Check:
    return Check.objects.create(
        district=district,
        held=found.held,
        kind=found.kind.code if found.kind else "",
        reason=found.reason,
        told=told,
        known_at=known_at,
        place=place,
        checker_id=actor.person_id,
        step=found.step,
        at=at,
        is_demo=is_demo,
    )


def by_code(district: str, code: str, at: datetime) -> Checked:
    """What a code is worth at a moment, by its signature and the books. Writes nothing."""
    try:
        opened = codes.opened(code, lambda kid: keys.verifying(kid, at))
    except Refused as error:
        return Checked(error.reason, at)
    held = _held(opened.key.district, opened)
    if held is not None and opened.key.district == district:
        kind: PassKind | None = held.kind
    else:
        kind = None
    skew = held.kind.skew if held else 0
    reason, step = _by_itself(opened, district, int(at.timestamp()), skew)
    if reason is Reason.VALID:
        reason = _by_the_books(held, opened, at)
    valid = reason is Reason.VALID and held is not None
    return Checked(
        reason,
        at,
        kind=kind,
        held=held if kind else None,
        shows=shown(held) if held and valid else {},
        until=held.valid_to if held and valid else None,
        step=step,
    )


def by_number(district: str, number: str, at: datetime) -> Checked:
    """What a typed number is worth: it proves that somebody knows it, no more, unless its kind says that this suffices.

    Writes nothing.
    """
    rows = Pass.objects.filter(district=district, number=ids.normalise_number(number))
    held = rows.select_related("kind", "person", "organisation", "place", "producer").first()
    if held is None:
        return Checked(Reason.UNKNOWN_NUMBER, at)
    reason = _standing(held, at)
    if reason is Reason.VALID and not held.kind.by_number:
        reason = Reason.NUMBER_ALONE
    told = reason in (Reason.VALID, Reason.NUMBER_ALONE)
    return Checked(
        reason,
        at,
        kind=held.kind,
        held=held,
        shows=shown(held) if told else {},
        until=held.valid_to if told else None,
    )


def _by_itself(opened: Opened, district: str, now: int, skew: int) -> tuple[Reason, int | None]:
    """What the code alone says: district, time, and where it moves the step that its phone showed."""
    claims = opened.claims
    if opened.key.district != district:
        return Reason.WRONG_DISTRICT, None
    if now > claims.expires + skew:
        return Reason.EXPIRED, None
    if max(claims.issued, claims.begins) > now + skew:
        return Reason.NOT_YET, None
    if not claims.period:
        return Reason.VALID, None
    try:
        return Reason.VALID, codes.step_shown(claims, opened.link, now, skew)
    except Refused as error:
        return error.reason, None


def _by_the_books(held: Pass | None, opened: Opened, at: datetime) -> Reason:
    if held is None:  # ended so long ago that its row is gone
        return Reason.REVOKED
    reason = _standing(held, at)
    if reason is Reason.VALID and opened.claims.anchor and binding.superseded(held, opened.claims.anchor):
        return Reason.REPLACED
    return reason


def _standing(held: Pass, at: datetime) -> Reason:
    if held.revoked_at is not None and held.revoked_at <= at:
        return Reason.REVOKED
    if held.kind.comes_with and not (
        held.person_id and sources.standing(held.kind, held.person_id, at)
    ):  # over, and not yet followed
        return Reason.REVOKED
    if held.valid_to <= at:
        return Reason.EXPIRED
    return Reason.NOT_YET if held.valid_from > at else Reason.VALID


def _held(district: str, opened: Opened) -> Pass | None:
    rows = Pass.objects.filter(district=district, number=number_of(opened.claims.number))
    return rows.select_related("kind", "person", "organisation", "place", "producer").first()


def _with_earlier(district: str, found: Checked, place: Place | None) -> Checked:
    """The same with what was seen of this code just now: one query, for codes that hold. No picture lives longer, and a
    phone that begins a new chain counts its steps anew."""
    if not found.valid or found.held is None:
        return found
    rows = Check.objects.filter(
        district=district,
        held=found.held,
        reason=Reason.VALID,
        at__gt=found.at - ELSEWHERE,
        at__lte=found.at,
    )
    earlier = list(rows.order_by("-at", "-id").values_list("place_id", "step", "at")[:20])
    here = place.id if place else None
    seen = next(
        (at for where, step, at in earlier if where == here and step is not None and step == found.step), None
    )
    elsewhere = next((at for where, _step, at in earlier if where != here and where), None)
    return _replaced(found, seen_at=seen, elsewhere_at=elsewhere if here else None)


def _replaced(found: Checked, **values: Any) -> Checked:
    return Checked(**{**found.__dict__, **values})


def _named(found: Checked, row: Check) -> Checked:
    return _replaced(found, id=row.id)


def _again(district: str, prior: dict[str, Any], at: datetime) -> Checked:
    """The same report sent once more: what was written the first time."""
    row = Check.objects.select_related("held__kind").filter(district=district, id=prior["id"]).first()
    if row is None:
        raise NotFound(_("没有这次查验"))
    held = row.held
    return Checked(
        Reason(row.reason),
        row.at,
        kind=held.kind if held else None,
        held=held,
        shows=dict(prior["shows"]),
        until=held.valid_to if held else None,
        step=row.step,
        id=row.id,
    )


def _place(district: str, place_id: UUID | None) -> Place | None:
    if place_id is None:
        return None
    found = Place.objects.filter(district=district, id=place_id, retired_at=None).defer("outline").first()
    if found is None:
        raise NotFound(_("没有这个地点"), field="place")
    return found


def _moment(at: datetime | None) -> datetime:
    now = clock.now()
    if at is None:
        return now
    if not now - LATE <= at <= now + AHEAD:
        raise Invalid(_("查验时间不对"), field="at", remedy=_("请核对手机的时间"))
    return min(at, now)


def _known(known_at: datetime | None, at: datetime) -> datetime | None:
    """When the phone learnt what it judged by; nothing for a moment that cannot be."""
    if known_at is None or not at - OLDEST <= known_at <= at + AHEAD:
        return None
    return min(known_at, at)


def _keep_pace(actor: Actor, typed: bool) -> None:
    counters = [pacing.Counter(f"pass-check:{actor.key}", *PACE)]
    if typed:
        counters.append(pacing.Counter(f"pass-number:{actor.key}", *PACE_NUMBERS))
    if actor.kind != "system" and pacing.hit(counters):
        raise TooMany(_("查验得太快了"), remedy=_("请等一分钟再试"))


def _tell(actor: Actor, row: Check, place: Place | None) -> None:
    """The journal says what kind, what was found and where; whose code it was stands in the row, for a month."""
    after = {"kind": row.kind, "reason": row.reason, "place": place.number if place else ""}
    journal.append(
        act="passes.checked",
        actor=actor,
        subject=row,
        area=place.area_now if place else row.district,
        after=after,
        at=row.at,
        first=True,
    )
