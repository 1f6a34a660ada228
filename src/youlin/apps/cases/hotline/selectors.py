"""What an operator sees during a call: earlier cases of the caller, places, answers given before, their day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import contacts, permission
from youlin.apps.cases.hotline.calls import ANSWERED, FRESH, VERB
from youlin.apps.cases.models import Case, CaseReporter, HotlineCall
from youlin.apps.cases.selectors import filtering, making
from youlin.apps.cases.selectors.rows import CaseRow
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound

EARLIER_SHOWN = 9
PLACES_SHOWN = 8
ANSWERS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a few words mean: an area, or an address known from an earlier case."""

    label: str
    path: str
    area: str
    address: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that a caller was given before."""

    number: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    """An operator's own calls of today. Shown to nobody else, compared with nobody."""

    calls: int = 0
    reported: int = 0
    repeated: int = 0
    answered: int = 0


def district_of(actor: Actor) -> str:
    """Where the actor takes calls. Raises `NotAllowed` for those who do not."""
    districts = duties.access(actor).districts(VERB)
    if not districts or actor.person_id is None:
        raise NotAllowed(_("接听来电需要受理岗位"))
    return sorted(districts)[0]


def call(actor: Actor, call_id: UUID) -> HotlineCall:
    """One's own call. Raises `NotFound`."""
    found = (
        HotlineCall.objects.filter(
            district__in=duties.access(actor).districts(VERB), id=call_id, operator_id=actor.person_id
        )
        .select_related("case__case_type")
        .first()
    )
    if found is None:
        raise NotFound(_("没有这个来电"))
    return found


def unfinished(actor: Actor) -> tuple[HotlineCall, ...]:
    """Calls that the actor set aside, newest first."""
    rows = HotlineCall.objects.filter(
        district=district_of(actor),
        operator_id=actor.person_id,
        outcome="",
        started_at__gte=clock.now() - FRESH,
    )
    return tuple(rows.order_by("-started_at")[:10])


def today(actor: Actor) -> Day:
    """The actor's own calls since midnight."""
    start = datetime.combine(clock.today(), time(), timezone.get_default_timezone())
    rows = HotlineCall.objects.filter(
        district=district_of(actor), operator_id=actor.person_id, started_at__gte=start
    )
    outcome = HotlineCall.Outcome
    counts = {
        name: Count("pk", filter=Q(outcome=value))
        for name, value in (
            ("reported", outcome.REPORTED),
            ("repeated", outcome.REPEATED),
            ("answered", outcome.ANSWERED),
        )
    }
    return Day(**rows.exclude(outcome="").aggregate(calls=Count("pk"), **counts))


def earlier(actor: Actor, phone: str) -> tuple[CaseRow, ...]:
    """Cases that were reported from this number, open ones first, as far as the actor may know them.

    Cases of protected informants are never among them: a number must not lead to a tip-off.
    """
    blind = contacts.blind_of(phone)
    if not blind:
        return ()
    access = permission.access(actor)
    found = CaseReporter.objects.filter(
        Q(contact_blind=blind) | Q(person_id__in=_people(phone)),
        district__in=permission.shards(access),
        protected=False,
    ).select_related("case__case_type")
    cases = {row.case_id: row.case for row in found.order_by("-created_at")[: 5 * EARLIER_SHOWN]}
    known = [case for case in cases.values() if _may_see(access, case)]
    known.sort(key=lambda case: (case.is_open, case.reported_at), reverse=True)
    return making.rows(known[:EARLIER_SHOWN], actor)


def places(actor: Actor, text: str) -> tuple[Place, ...]:
    """Places that `text` means: areas by name or code, then addresses of cases the actor may know."""
    district, words = district_of(actor), text.strip()
    if len(words) < 2:
        return ()
    named = areas.subtree(district).filter(Q(name__icontains=words) | Q(code__startswith=words))
    found = [
        Place(area.name, areas.local_path(area.code), area.code, "", None, None)
        for area in named.order_by("code")[:PLACES_SHOWN]
    ]
    access = permission.access(actor)
    shards = permission.shards(access)
    rows = Case.objects.filter(
        permission.visible(access), filtering.matching(words, shards), district=district
    ).filter(confidential=False, address__icontains=words)
    seen: dict[str, Case] = {}
    for case in rows.order_by("-reported_at")[:40]:
        seen.setdefault(case.address, case)
    for case in list(seen.values())[: PLACES_SHOWN - len(found)]:
        path = areas.local_path(case.area_now)
        found.append(Place(case.address, path, case.area_now, case.address, case.lon, case.lat))
    return tuple(found)


def answers_given(actor: Actor, category: str, text: str) -> tuple[Given, ...]:
    """What callers were told at once before, in this category; those that share words with `text` first."""
    access = permission.access(actor)
    rows = Case.objects.filter(
        permission.visible(access),
        district__in=permission.shards(access),
        category=category,
        outcome=ANSWERED,
    ).order_by("-reported_at")[:20]
    cases = sorted(rows, key=lambda case: -_shared(case.description, text))[:ANSWERS_SHOWN]
    return tuple(one for case in cases if (one := _given(case)) is not None)


def for_voice(number: str) -> tuple[str, ...]:
    """A number in the groups in which it is read out: letters, then two or three signs at a time."""
    prefix, _dash, body = number.partition("-")
    groups = [" ".join(prefix)] if prefix else []
    sizes = {9: (3, 3, 3), 8: (2, 3, 3), 7: (3, 4), 10: (3, 3, 4)}.get(len(body), (len(body),))
    at = 0
    for size in sizes:
        groups.append(" ".join(body[at : at + size]))
        at += size
    return tuple(groups)


def _may_see(access: Access, case: Case) -> bool:
    return permission.may_know(access, case) and permission.sees_reporter(access, case, protected=False)


def _people(phone: str) -> Sequence[UUID]:
    try:
        return [person.id for person in parties.persons_by_phone(phone)]
    except Invalid:
        return []


def _shared(one: str, other: str) -> int:
    """How many pairs of neighbouring signs two texts share."""
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other)]
    return len(pairs[0] & pairs[1])


def _given(case: Case) -> Given | None:
    said = [entry.note for entry in journal.entries_for(case) if entry.act == "cases.replied" and entry.note]
    return Given(case.number, case.title, said[-1]) if said else None
