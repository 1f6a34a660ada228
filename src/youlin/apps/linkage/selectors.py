"""Every read of linkage: the actor comes first and sees the bodies they keep, and of cases what they may know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import permission as case_permission
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.selectors.rows import CaseFilters, CaseRow
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access, Answering
from youlin.apps.linkage import acts, permission, words
from youlin.apps.linkage.models import Attendance, Contacted
from youlin.apps.linkage.posts import posts
from youlin.apps.parties import selectors as parties
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.languages import in_language

Body = Organisation
"""A company, a partner or an outlet, as doors are handed it."""

NOBODY = UUID(int=0)
AT_ONCE = 200
"""Cases read in one go; the lists are whole."""


@dataclass(frozen=True)
class Owner:
    """Who answers for a body on our side, and the steps that led there. `vacant` says that nobody holds the post
    itself: somebody further up answers, or nobody."""

    label: str
    steps: tuple[str, ...]
    vacant: bool


@dataclass(frozen=True)
class BodyRow:
    """A company, partner or outlet as the desk lists it; name and phone of its contact are masked."""

    body: Organisation
    kind_name: str
    area_name: str
    parent_name: str
    contact_id: UUID | None
    contact: str
    phone: str
    owner: Owner
    contacted_at: datetime | None
    open_cases: int


@dataclass(frozen=True)
class Group:
    """Outlets under one heading: a company, or a street."""

    code: str
    name: str
    head: BodyRow | None
    rows: tuple[BodyRow, ...]


@dataclass(frozen=True)
class Overview:
    """All bodies that the actor keeps, in groups, and what is missing among them."""

    groups: tuple[Group, ...]
    companies: int
    outlets: int
    no_contact: int
    no_owner: int


@dataclass(frozen=True)
class Seat:
    """Somebody at a consultation: a body by its name, or a person with their duty."""

    id: UUID
    name: str
    duty: str
    code: str
    came: bool | None


@dataclass(frozen=True)
class BodyPage:
    """One body with its cases, the consultations it sat at and what it promised there.

    `account` is what its contact signs in with; `posted` says that the contact has the post to answer on line.
    """

    row: BodyRow
    branches: tuple[BodyRow, ...]
    matters: tuple[CaseRow, ...]
    commitments: tuple[CaseRow, ...]
    consultations: tuple[CaseRow, ...]
    contacts: tuple[tuple[datetime, str], ...]
    account: str
    posted: bool


def overview(
    actor: Actor, district: str, *, by: str = "company", street: str = "", text: str = "", missing: str = ""
) -> Overview:
    """The bodies the actor keeps, under their companies or (`by` street) under their streets.

    `missing` leaves those without a `contact` or without an `owner` of their own.
    """
    kept = rows(actor, bodies(actor, district))
    outlets = [one for one in kept if one.body.kind == words.OUTLET]
    found = [one for one in kept if _asked(one, street, text.strip(), missing)]
    return Overview(
        groups=tuple(_by_street(found) if by == "street" else _by_company(district, found)),
        companies=sum(one.body.kind == words.COMPANY for one in kept),
        outlets=len(outlets),
        no_contact=sum(one.contact_id is None for one in kept),
        no_owner=sum(one.owner.vacant for one in kept),
    )


def bodies(actor: Actor, district: str) -> list[Organisation]:
    """The bodies in force that the actor keeps; those of a street owner are its outlets."""
    permission.districts(actor, acts.KEEP)
    access = duties.access(actor)
    every = Organisation.objects.filter(
        district=district, kind__in=list(words.KINDS), closed_on=None
    ).select_related("parent")
    return [one for one in every.order_by("area", "name", "code") if permission.keeps(access, one)]


def body(actor: Actor, district: str, code: str) -> Organisation:
    """One body that the actor keeps; `NotFound` as if there were none otherwise."""
    found = parties.organisation(district=district, code=code.replace("\0", ""))
    if found is None or found.kind not in words.KINDS or not permission.keeps(duties.access(actor), found):
        raise NotFound()
    return found


def body_page(actor: Actor, district: str, code: str) -> BodyPage:
    """One body with all that concerns it and that the actor may know."""
    one = body(actor, district, code)
    [row] = rows(actor, [one])
    led = _every(actor, CaseFilters(unit=one.id, open=None, archived=True, order="newest"))
    sat = Attendance.objects.filter(district=district, organisation=one).values_list("case_id", flat=True)
    spoken = Contacted.objects.filter(district=district, organisation=one).order_by("-at")[:20]
    holders = {post.holder_id for post in posts(one)}
    return BodyPage(
        row=row,
        branches=tuple(rows(actor, [b for b in bodies(actor, district) if b.parent_id == one.id])),
        matters=tuple(case for case in led if not _is_task(case)),
        commitments=tuple(case for case in led if _is_task(case)),
        consultations=listed(actor, district, "consultation", among=set(sat)),
        contacts=tuple((touch.at, str(touch.get_way_display())) for touch in spoken),
        account=parties.username_of(row.contact_id) if row.contact_id else "",
        posted=row.contact_id in holders,
    )


def rows(actor: Actor, found: Sequence[Organisation]) -> list[BodyRow]:
    """What the desk lists of these bodies of one district, in a constant number of queries."""
    if not found:
        return []
    district = found[0].district
    people = parties.contacts_of(district=district, role=words.CONTACT)
    named = {one.id: people[one.id] for one in found if one.id in people}
    labels = parties.person_labels(named.values(), viewer=None)
    phones = parties.masked_phones(named.values())
    spoken = _spoken(district)
    opened = _open_cases(actor, district)
    owners = owners_of(actor, found)
    return [
        BodyRow(
            body=one,
            kind_name=str(words.KINDS[one.kind]),
            area_name=areas.short_name(one.area) if one.area else "",
            parent_name=one.parent.name if one.parent else "",
            contact_id=named.get(one.id),
            contact=labels.get(named[one.id], "") if one.id in named else "",
            phone=phones.get(named[one.id], "") if one.id in named else "",
            owner=owners[one.id],
            contacted_at=spoken.get(one.id),
            open_cases=opened.get(one.id, 0),
        )
        for one in found
    ]


def owners_of(actor: Actor, found: Sequence[Organisation]) -> dict[UUID, Owner]:
    """Who answers for each body on our side, with the steps; asked together."""
    places = {one.area or one.district for one in found}
    answering = Answering(district=found[0].district, areas=places, at=clock.now())
    answers: dict[UUID, Owner] = {}
    for one in found:
        try:
            answer = answering.who(kind=words.OWNER, area=one.area or one.district, organisation=one.id)
        except NotFound as error:
            answers[one.id] = Owner("", (error.message,), True)
            continue
        name = answer.holder.name if answer.holder else ""
        answers[one.id] = Owner(name, tuple(answer.path), answer.holder is None or answer.climbed > 0)
    return answers


def consultations(
    actor: Actor, district: str, *, kind: str = "", open: bool | None = None
) -> tuple[CaseRow, ...]:
    """The consultations of a district, those next due first; `kind` narrows to one of them."""
    permission.districts(actor, acts.CONSULT)
    return listed(actor, district, kind or "consultation", open=open)


def seats(actor: Actor, case_id: UUID, district: str) -> tuple[Seat, ...]:
    """Who was asked to a consultation, bodies first."""
    found = list(
        Attendance.objects.filter(district=district, case_id=case_id)
        .select_related("organisation")
        .order_by("id")
    )
    names = parties.person_labels({one.person_id for one in found if one.person_id}, viewer=actor)
    kinds = {kind.code: kind.name for kind in duties.kinds(district)}
    told = [
        Seat(one.id, one.organisation.name, "", one.organisation.code, one.came)
        if one.organisation
        else Seat(one.id, names.get(one.person_id or NOBODY, ""), kinds.get(one.duty, one.duty), "", one.came)
        for one in found
    ]
    return tuple(sorted(told, key=lambda seat: not seat.code))


def decisions(actor: Actor, number: str) -> tuple[CaseRow, ...]:
    """What a consultation decided, as the cases it became, the first due first."""
    return tuple(_every(actor, CaseFilters(parent=number, open=None, archived=True)))


def task_list(actor: Actor, district: str, *, open: bool | None = True) -> list[tuple[str, list[CaseRow]]]:
    """The tasks of a district by the body that answers, in the order of the bodies' names; those due first lead.

    Those who set tasks see all, others the tasks they may know as a department's people.
    """
    found = listed(actor, district, words.TASK, open=open)
    units = units_of(found)
    groups: dict[str, list[CaseRow]] = {}
    for row in found:
        groups.setdefault(units.get(row.id, ""), []).append(row)
    return sorted(groups.items())


def listed(
    actor: Actor,
    district: str,
    category: str,
    *,
    open: bool | None = None,
    among: set[UUID] | None = None,
) -> tuple[CaseRow, ...]:
    """All cases of a category that the actor may know: open ones by due day, then closed ones."""
    if among is not None and not among:
        return ()
    found: list[CaseRow] = []
    for standing in (True, False) if open is None else (open,):
        asked = CaseFilters(
            district=district,
            category=category,
            open=standing,
            archived=True,
            order="due" if standing else "closed",
        )
        found += _every(actor, asked)
    return tuple(row for row in found if among is None or row.id in among)


def _every(actor: Actor, asked: CaseFilters) -> list[CaseRow]:
    """All cases that are asked for, page by page, as far as lists can be leafed through (10,000)."""
    found: list[CaseRow] = []
    page: int | None = 1
    while page is not None:
        read = cases.inbox(actor, filters=asked, page=page, size=AT_ONCE)
        found += read.rows
        page = read.next_number
    return found


def units_of(found: Iterable[CaseRow]) -> dict[UUID, str]:
    """The name of the body that leads each of these cases of one district."""
    known = list(found)
    if not known:
        return {}
    pairs = Case.objects.filter(
        district=known[0].district, id__in=[row.id for row in known], lead_unit__isnull=False
    )
    return dict(pairs.values_list("id", "lead_unit__name"))


def planned_for(found: Iterable[CaseRow]) -> dict[UUID, str]:
    """The day (ISO) for which each of these consultations was planned."""
    known = list(found)
    if not known:
        return {}
    told = Case.objects.filter(district=known[0].district, id__in=[row.id for row in known])
    return {id: str(said.get("planned_on", "")) for id, said in told.values_list("id", "attributes")}


def numbers_of(found: Iterable[CaseRow]) -> dict[UUID, tuple[str, str]]:
    """The name of the list and the number in it, of each of these tasks."""
    known = list(found)
    if not known:
        return {}
    told = Case.objects.filter(district=known[0].district, id__in=[row.id for row in known])
    pairs = told.values_list("id", "attributes", "external_number")
    return {id: (str(said.get("list", "")), number) for id, said, number in pairs}


def units(district: str) -> list[Organisation]:
    """Every body in force that can be given a task or asked to a consultation, departments first."""
    every = [one for one in parties.organisations(district=district) if one.closed_on is None]
    return sorted(every, key=lambda one: (one.kind in words.KINDS, one.kind == words.OUTLET, one.name))


def unit(district: str, code: str) -> Organisation | None:
    """One such body by its code, or by its name where only one bears it."""
    wanted = code.replace("\0", "").strip()
    found = Organisation.objects.filter(district=district, closed_on=None)
    named = list(found.filter(Q(code=wanted) | Q(name=wanted))[:2]) if wanted else []
    return named[0] if len(named) == 1 else None


def people(actor: Actor, district: str) -> list[tuple[UUID, str, str, str]]:
    """Who can be asked to a consultation: person, name, kind of duty, its name; those of linkage and tasks."""
    kinds = (words.COORDINATOR, words.TASK_OWNER, words.OWNER)
    names = {kind.code: kind.name for kind in duties.kinds(district)}
    held = [
        (person, code)
        for code in kinds
        if code in names
        for person in duties.holders(district=district, kind=code)
    ]
    labels = parties.person_labels({person for person, _code in held}, viewer=actor)
    once: dict[UUID, tuple[UUID, str, str, str]] = {}
    for person, code in held:
        once.setdefault(person, (person, labels.get(person, ""), code, names[code]))
    return list(once.values())


def matters(district: str) -> list[tuple[str, str]]:
    """The categories of matters with a body: code and name."""
    found = Category.objects.filter(
        district=district, code__startswith=f"{words.MATTER}.", retired_at__isnull=True
    )
    return [(one.code, in_language(one.name, one.name_en)) for one in found.order_by("position", "code")]


def may_everything(actor: Actor, verb: str, district: str) -> bool:
    """Whether a duty grants the verb over the whole district."""
    access: Access = duties.access(actor)
    return access.may(verb, district=district, area=district)


def _is_task(case: CaseRow) -> bool:
    return case.category.startswith(f"{words.TASK}.")


def _asked(row: BodyRow, street: str, text: str, missing: str) -> bool:
    if street and not row.body.area.startswith(street):
        return False
    if missing == "contact" and row.contact_id is not None:
        return False
    if missing == "owner" and not row.owner.vacant:
        return False
    told = (row.body.name, row.body.code, row.body.address, row.parent_name, row.area_name, row.owner.label)
    return not text or any(text.lower() in one.lower() for one in told)


def _by_street(found: list[BodyRow]) -> list[Group]:
    groups: dict[str, list[BodyRow]] = {}
    for row in found:
        groups.setdefault(row.body.area, []).append(row)
    return [Group(code, rows[0].area_name, None, tuple(rows)) for code, rows in sorted(groups.items())]


def _by_company(district: str, found: list[BodyRow]) -> list[Group]:
    """Each outlet under its company, also where a partner runs it; the partner stands beside the outlets."""
    parents = dict(
        Organisation.objects.filter(district=district, kind=words.PARTNER).values_list("id", "parent_id")
    )
    names = dict(Organisation.objects.filter(district=district, kind=words.COMPANY).values_list("id", "name"))
    heads = {row.body.id: row for row in found if row.body.kind == words.COMPANY}
    under: dict[UUID, list[BodyRow]] = {id: [] for id in heads}
    for row in found:
        if row.body.kind != words.COMPANY:
            own = row.body.parent_id or NOBODY
            under.setdefault(parents.get(own) or own, []).append(row)
    return [
        Group(str(id), names.get(id, ""), heads.get(id), tuple(rows))
        for id, rows in sorted(under.items(), key=lambda pair: names.get(pair[0], ""))
    ]


def _spoken(district: str) -> dict[UUID, datetime]:
    latest = Contacted.objects.filter(district=district).values("organisation_id").annotate(last=Max("at"))
    return dict(latest.values_list("organisation_id", "last"))


def _open_cases(actor: Actor, district: str) -> dict[UUID, int]:
    """How many open cases that the actor may know each body leads."""
    access = duties.access(actor)
    found = Case.objects.filter(
        case_permission.visible(access), district=district, is_open=True, lead_unit__isnull=False
    )
    return dict(found.values_list("lead_unit_id").annotate(number=Count("id")).order_by())
