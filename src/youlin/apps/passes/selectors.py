"""Every read of passes: mine, a body's, the words, and what a phone needs to check without a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Fields
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Organisation, Producer
from youlin.apps.passes import permission, sources
from youlin.apps.passes.models import Pass, PassKind
from youlin.apps.passes.services import binding
from youlin.apps.passes.services.issuing import body_of
from youlin.apps.passes.services.revoking import demand_kept
from youlin.apps.passes.subjects.words import FIELDS as SUBJECTS
from youlin.apps.places.models import Place
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

MOST_PRINTED = 150
"""Ten sheets of stickers."""
RELATED = ("kind", "person", "organisation", "place", "producer")
_OF_SUBJECTS = Fields(
    area="producer__area", category="", organisation="producer__organisation_id", case="", place=""
)


@dataclass(frozen=True)
class Mine:
    """A code of mine, as its page shows it. `links`: how long a chain the phone makes for it now (0: stands still)."""

    row: Pass
    body: str
    links: int


def kinds(district: str) -> list[PassKind]:
    """The kinds in force, in their order."""
    rows = PassKind.objects.filter(district=district, retired_at=None)
    return list(rows.order_by("position", "code"))


def passes_of(
    *,
    district: str,
    person_id: UUID | None = None,
    place_id: UUID | None = None,
    organisation_id: UUID | None = None,
    kinds: Sequence[str] = (),
    at: datetime | None = None,
) -> list[Pass]:
    """The codes in force of a person, a place or a body, newest first. For apps; doors ask `mine` or `listed`."""
    now = at or clock.now()
    rows = Pass.objects.filter(district=district, revoked_at=None, valid_from__lte=now, valid_to__gt=now)
    given = {"person_id": person_id, "place_id": place_id, "organisation_id": organisation_id}
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    rows = rows.filter(kind__code__in=kinds) if kinds else rows
    return list(rows.select_related(*RELATED).order_by("-created_at", "-id"))


def mine(actor: Actor) -> list[Mine]:
    """My codes in force, also those on record under my phone; those that move come first."""
    if actor.person_id is None:
        return []
    now = clock.now()
    rows = Pass.objects.filter(
        person_id__in=people.same_phone(actor.person_id), revoked_at=None, valid_to__gt=now
    )
    found = rows.select_related(*RELATED).order_by("district", "kind__position", "created_at", "id")
    told = [
        Mine(row, row.organisation.name if row.organisation else "", binding.links_for(row, now))
        for row in found
    ]
    return sorted(told, key=lambda one: not one.links)


def to_take(actor: Actor, districts: Sequence[str]) -> list[PassKind]:
    """The kinds that the actor may take and has none of: those for everybody, and those of what they have."""
    if actor.person_id is None:
        return []
    have = {(one.row.district, one.row.kind_id) for one in mine(actor)}
    rows = PassKind.objects.filter(district__in=districts, retired_at=None)
    rows = rows.filter(Q(by_holder=True) | ~Q(comes_with="")).order_by("district", "position", "code")
    lacking = [one for one in rows if (one.district, one.id) not in have]
    me = people.same_phone(actor.person_id) if any(one.comes_with for one in lacking) else set()
    return [one for one in lacking if one.by_holder or _has(one, me)]


def _has(kind: PassKind, persons: set[UUID]) -> bool:
    return any(sources.standing(kind, one, clock.now()) for one in persons)


def pass_of_number(actor: Actor, number: str) -> Pass:
    """A code that the actor issues, by its number. Raises `NotFound` for others."""
    wanted = ids.normalise_number(number.replace("\0", ""))
    districts = duties.all_districts()
    row = Pass.objects.filter(district__in=districts, number=wanted).select_related(*RELATED).first()
    if row is None:
        raise NotFound(_("没有这个码证"))
    if not _mine(actor, row):
        raise NotFound(_("没有这个码证"))
    return row


def printable(actor: Actor, numbers: Sequence[str]) -> list[Pass]:
    """The codes in force of these numbers that the actor issues and that stand still, in the order given."""
    wanted = [ids.normalise_number(one.replace("\0", "")) for one in numbers[:MOST_PRINTED]]
    now = clock.now()
    rows = Pass.objects.filter(
        district__in=duties.all_districts(), number__in=wanted, revoked_at=None, valid_to__gt=now
    )
    known = {
        one.number: one for one in rows.filter(kind__rotates=0).select_related(*RELATED) if _mine(actor, one)
    }
    return [known[one] for one in dict.fromkeys(wanted) if one in known]


def lacking(actor: Actor, district: str, kind: PassKind, *, place_kind: str = "") -> list[tuple[str, str]]:
    """Number and name of places (of a kind), bodies or producers that have no code of this kind; as many as are issued
    at once."""
    live = Pass.objects.filter(district=district, kind=kind, revoked_at=None, valid_to__gt=clock.now())
    holders: dict[str, tuple[Any, str]] = {
        "place": (Place, "number"),
        "organisation": (Organisation, "code"),
        "producer": (Producer, "code"),
    }
    model, number = holders[kind.holder]
    rows = model._default_manager.filter(district=district)
    if kind.holder == "producer":
        mine = duties.access(actor).scope(kind.issue_verb, fields=SUBJECTS)
        rows = rows.filter(mine, closed_on=None)
    elif not permission.may_issue(actor, kind):
        return []
    rows = rows.exclude(id__in=live.exclude(**{kind.holder: None}).values(f"{kind.holder}_id"))
    if kind.holder == "place":
        rows = rows.filter(kind__code=place_kind, retired_at=None)
    return list(rows.order_by("name", number).values_list(number, "name")[:MOST_PRINTED])


def open_pass(districts: Sequence[str], body: str) -> Pass:
    """A code in force of a kind that says what anybody may see, by what a code says of its number. Raises `NotFound`."""
    now = clock.now()
    number = ids.normalise_number(f"T-{body.replace(chr(0), '')}")
    rows = Pass.objects.filter(
        district__in=districts, number=number, revoked_at=None, valid_from__lte=now, valid_to__gt=now
    )
    row = rows.select_related(*RELATED).first()
    over = row is not None and row.kind.comes_with and not (row.person_id and _has(row.kind, {row.person_id}))
    if row is None or over or not (row.kind.public or row.kind.anyone):
        raise NotFound(_("没有这个码，或它已停用"))
    return row


def _mine(actor: Actor, row: Pass) -> bool:
    try:
        demand_kept(actor, row)
    except NotAllowed:
        return False
    return True


def issues_any(actor: Actor) -> tuple[str, ...]:
    """The districts where the actor issues codes of any kind."""
    verbs = set(PassKind.objects.filter(retired_at=None).values_list("issue_verb", flat=True))
    return permission.checks_any(actor, verbs)


def listed(
    actor: Actor, district: str, *, kind: str = "", words: str = "", page: int = 1, size: int = 50
) -> tuple[list[Pass], int]:
    """The codes of kinds that the actor issues there, newest first, and how many."""
    access = duties.access(actor)
    own = [one for one in kinds(district) if district in access.districts(one.issue_verb)]
    whole = [one.id for one in own if permission.may_issue(actor, one)]
    rows = Pass.objects.filter(district=district, kind__in=[one.id for one in own])
    if len(whole) < len(own):
        bodies = [one.id for one in people.organisations(district=district)]
        mine_ = Q(pk__in=[])
        for one in own:
            may = [body for body in bodies if permission.may_issue(actor, one, organisation=body)]
            mine_ |= Q(kind=one, organisation__in=may)
            if one.holder == "producer":
                mine_ |= Q(kind=one) & access.scope(one.issue_verb, fields=_OF_SUBJECTS)
        rows = rows.filter(Q(kind__in=whole) | mine_)
    rows = rows.filter(kind__code=kind.replace("\0", "")) if kind else rows
    if text := words.replace("\0", "").strip()[:40]:
        rows = rows.filter(number=ids.normalise_number(text))
    total = rows.count()
    page = min(max(page, 1), max(1, -(-total // size)))
    found = rows.select_related(*RELATED).order_by("-created_at", "-id")
    return list(found[(page - 1) * size : page * size]), total


def short(row: Pass) -> str:
    """A number's last three characters: enough to tell two apart, too few to type."""
    return f"…{body_of(row.number)[-3:]}"
