"""Every read of gates: public pages, a guard's gate, a keeper's compound, a rider's refusals, the desk's overview."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup
from youlin.apps.cases.models import Case
from youlin.apps.duties import selectors as duties
from youlin.apps.gates import figures, permission
from youlin.apps.gates.acts import CHECK, KEEP
from youlin.apps.gates.figures import Counted, Day, Minutes
from youlin.apps.gates.models import Compound, GateRule, Passage, Refusal
from youlin.apps.gates.services.passing import Answer, again, rules_of, rules_of_many, vehicles_of
from youlin.apps.gates.services.ruling import gates_of, gates_of_many, kinds_of
from youlin.apps.gates.words import HEAD
from youlin.apps.passes import selectors as passes
from youlin.apps.passes.models import Check
from youlin.apps.passes.reasons import Reason
from youlin.apps.places.models import Lendable
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotFound

JUST_NOW = timedelta(hours=2)
MOST_LOOKS = 12
MOST_REFUSALS = 50
MOST_STANDS = 60
READS = "case.read"
"""Whoever reads the cases of an area reads the figures of its compounds."""


@dataclass(frozen=True)
class Page:
    """A compound as its public page tells it. `head` is the No. 1 position; "" and `climbs` where it is vacant."""

    row: Compound
    gates: list[str]
    rules: list[GateRule]
    head: str
    climbs: str
    vehicles: Lendable | None
    minutes: Minutes


@dataclass(frozen=True)
class Told:
    """A refusal with the light of its case, its state, and until when it has to be handled."""

    row: Refusal
    light: str
    state: str
    due_at: datetime | None


@dataclass(frozen=True)
class Stand:
    """A compound with its gates and rules, as the phone of a guard or of a rider keeps it."""

    row: Compound
    gates: list[str]
    rules: list[GateRule]


@dataclass(frozen=True)
class Overview:
    """A line of the desk's table."""

    row: Compound
    counted: Counted
    minutes: Minutes
    keeps: bool


def compound(number: str) -> Compound:
    """A compound by its place's number. Raises `NotFound`."""
    wanted = ids.normalise_number(number.replace("\0", ""))
    rows = _rows().filter(district__in=duties.all_districts(), place__number=wanted)
    found = rows.filter(place__public=True, place__retired_at=None).first()
    if found is None:
        raise NotFound(_("没有这个小区，或它还没有接入"))
    return found


def listed(
    districts: Sequence[str], *, words: str = "", page: int = 1, size: int = 30
) -> tuple[list[Compound], int]:
    """The public compounds of some districts by name, and how many."""
    rows = _rows().filter(district__in=districts, place__public=True, place__retired_at=None)
    text = words.replace("\0", "").strip()[:60]
    if text:
        rows = rows.filter(Q(place__name__icontains=text) | Q(place__address__icontains=text))
    return _leaf(rows, page, size)


def public_page(row: Compound) -> Page:
    """Everything that stands on a compound's page."""
    answer = duties.who(
        kind=HEAD, area=row.place.area_now, district=row.district, organisation=row.place.keeper_id
    )
    own = answer.holder is not None and answer.kind == HEAD
    return Page(
        row,
        gates_of(row),
        rules_of(row),
        answer.holder.name if own and answer.holder else "",
        "" if own else answer.why,
        vehicles_of(row),
        figures.minutes(row.district, {row.id: row.joined_on})[row.id],
    )


def at_gates(actor: Actor, *, words: str = "", page: int = 1, size: int = 30) -> tuple[list[Compound], int]:
    """The compounds at whose gates the actor stands, by name, and how many."""
    rows = _rows().filter(duties.access(actor).scope(CHECK, fields=permission.FIELDS))
    text = words.replace("\0", "").strip()[:60]
    rows = rows.filter(place__name__icontains=text) if text else rows
    return _leaf(rows.filter(place__retired_at=None), page, size)


def stands(actor: Actor, district: str) -> list[Stand]:
    """The compounds of a district at whose gates the actor stands; none where these are too many to choose from."""
    rows = _rows().filter(duties.access(actor).scope(CHECK, fields=permission.FIELDS), district=district)
    found = list(rows.filter(place__retired_at=None).order_by("place__name", "id")[: MOST_STANDS + 1])
    if len(found) > MOST_STANDS:
        return []
    gates, rules = gates_of_many(district, found), rules_of_many(district, found)
    return [Stand(row, gates[row.id], rules[row.id]) for row in found]


def rules_to_keep(district: str, held: Collection[UUID]) -> list[Stand]:
    """The public compounds of a district whose rules a rider's phone keeps for when there is no network: those where one
    of these codes was looked at come first, then by name; as many as a phone page takes."""
    looked = Check.objects.filter(district=district, place=OuterRef("place"), held_id__in=list(held))
    rows = _rows().filter(district=district, place__public=True, place__retired_at=None)
    rows = rows.annotate(known=Exists(looked)).order_by("-known", "place__name", "id")
    found = list(rows[:MOST_STANDS])
    gates, rules = gates_of_many(district, found), rules_of_many(district, found)
    return [Stand(row, gates[row.id], rules[row.id]) for row in found]


def answer_at(actor: Actor, *, place_id: UUID, check_id: UUID, gate: str = "") -> tuple[str, Answer] | None:
    """What a compound's rules make of a look that the actor made there just now, with the place's number; None where
    there is no compound, or the look is too old to be asked about."""
    row = _rows().filter(district__in=duties.all_districts(), place_id=place_id).first()
    if row is None or not may(actor, CHECK, row):
        return None
    try:
        found = again(
            actor=actor,
            district=row.district,
            compound_id=row.id,
            check_id=check_id,
            gate=gate if gate in gates_of(row) else "",
        )
    except (Conflict, NotFound):
        return None
    return row.place.number, found


def may(actor: Actor, verb: str, row: Compound) -> bool:
    """Whether the actor may do `verb` at this compound: for showing, not for acts."""
    return permission.may(duties.access(actor), verb, row.place)


def looks(actor: Actor, row: Compound) -> list[Check]:
    """The good codes that the actor looked at here a short while ago and has not let in or out, newest first."""
    permission.demand_check(actor, row.place)
    since = clock.now() - JUST_NOW
    found = Check.objects.filter(
        district=row.district,
        place_id=row.place_id,
        checker_id=actor.person_id,
        reason=Reason.VALID,
        at__gte=since,
    ).exclude(held=None)
    rows = list(found.select_related("held__kind").order_by("-at")[:MOST_LOOKS])
    moments = [one.at for one in rows]
    done = Passage.objects.filter(district=row.district, compound=row, at__in=moments)
    logged = set(done.values_list("at", flat=True))
    return [one for one in rows if one.at not in logged]


def kept(actor: Actor, row: Compound) -> tuple[Page, list[Told], dict[str, str]]:
    """A compound for who keeps it: its page, its refusals with clocks, the kinds of codes it may admit.

    Raises `NotAllowed`.
    """
    permission.demand_keep(actor, row.place)
    refused = Refusal.objects.filter(district=row.district, compound=row).order_by("-at")
    return public_page(row), _told(row.district, refused[:MOST_REFUSALS]), kinds_of(row.district)


def proof(number: str) -> Refusal:
    """A refusal by its number. Raises `NotFound`."""
    wanted = ids.normalise_number(number.replace("\0", ""))
    found = Refusal.objects.filter(district__in=duties.all_districts(), number=wanted)
    row = found.select_related("compound__place", "compound__firm", "proof__kind").first()
    if row is None:
        raise NotFound(_("没有这个证明"))
    return row


def my_refusals(actor: Actor) -> list[Told]:
    """The actor's own, newest first, with what became of them."""
    if actor.person_id is None:
        return []
    rows = Refusal.objects.filter(district__in=duties.all_districts(), person_id=actor.person_id)
    found = list(rows.select_related("compound__place").order_by("-at")[:20])
    districts = sorted({one.district for one in found})
    told = {
        one.row.id: one
        for district in districts
        for one in _told(district, [row for row in found if row.district == district])
    }
    return [told[row.id] for row in found]


def just_checked(actor: Actor) -> list[Compound]:
    """The compounds where the actor's code was looked at a short while ago: there they may have been refused."""
    if actor.person_id is None:
        return []
    mine = [one.row.id for one in passes.mine(actor)]
    since = clock.now() - JUST_NOW
    seen = Check.objects.filter(district__in=duties.all_districts(), held_id__in=mine, at__gte=since)
    places = set(seen.exclude(place=None).values_list("place_id", flat=True))
    rows = _rows().filter(district__in=duties.all_districts(), place_id__in=places)
    return list(rows.order_by("place__name", "id")[:10])


def districts_read(actor: Actor) -> tuple[str, ...]:
    """The districts of which the actor sees the desk's overview, or a part of it."""
    access = duties.access(actor)
    return tuple(sorted({*access.districts(READS), *access.districts(KEEP)}))


def overview(actor: Actor, district: str) -> list[Overview]:
    """The compounds of the actor's areas with their figures, most refusals first. Without a person anywhere."""
    rows = _of_areas(actor, district)
    counted = figures.counted(district, rows)
    minutes = figures.minutes(district, {row.id: row.joined_on for row in rows})
    access = duties.access(actor)
    lines = [
        Overview(row, counted[row.id], minutes[row.id], permission.may(access, KEEP, row.place))
        for row in rows
    ]
    return sorted(lines, key=lambda one: (-one.counted.late, -one.counted.open, -one.counted.refusals))


def days(actor: Actor, district: str, first: date, last: date) -> list[Day]:
    """Entries, exits and refusals by compound and day in the actor's areas. Without a person anywhere."""
    return figures.by_day(district, _of_areas(actor, district), first, last)


def _of_areas(actor: Actor, district: str) -> list[Compound]:
    access = duties.access(actor)
    area = Q(pk__in=[])
    for code in (*access.areas(READS), *access.areas(KEEP)):
        area |= Q(place__area_now__startswith=code)
    return list(_rows().filter(area, district=district).order_by("place__name", "id")[:500])


def _rows() -> QuerySet[Compound]:
    found = Compound.objects.select_related("place__kind", "place__keeper", "firm", "bureau")
    return found.defer("place__outline")


def _leaf(rows: QuerySet[Compound], page: int, size: int) -> tuple[list[Compound], int]:
    total = rows.count()
    page = min(max(page, 1), max(1, -(-total // size)))
    return list(rows.order_by("place__name", "id")[(page - 1) * size : page * size]), total


def _told(district: str, rows: QuerySet[Refusal] | Sequence[Refusal]) -> list[Told]:
    found = list(rows)
    numbers = {row.case for row in found if row.case}
    cases = Case.objects.filter(district=district, number__in=numbers).select_related("case_type")
    known = {case.number: case for case in cases}
    now = clock.now()
    return [
        Told(
            row,
            clocks.light(case, now) if case else "none",
            _state(case) if case else "",
            case.due_at if case and case.is_open else None,
        )
        for row in found
        for case in [known.get(row.case)]
    ]


def _state(case: Case) -> str:
    return str(lookup.table_of(case.case_type).state(case.state).title())
