"""Every read of subjects on record: those that the actor keeps, one of them, and the tables that were brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Producer
from youlin.apps.passes.acts import SUBJECTS
from youlin.apps.passes.models import Pass, PassKind, SubjectImport, SubjectImportRow
from youlin.apps.passes.subjects import importing
from youlin.apps.passes.subjects.words import FIELDS
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

STATES = ("", "lacking", "ended")
"""Which of them: all that stand, those without a code, those that are over."""
RUNS = 30


@dataclass(frozen=True)
class Listed:
    """A subject with its code in force, if it has one."""

    row: Producer
    held: Pass | None


@dataclass(frozen=True)
class Opened:
    """A subject as its page shows it: who speaks for it, masked, and who answers for it now."""

    row: Producer
    codes: list[Pass]
    contact: str
    phone: str
    duty: str
    answers: str
    may_unmask: bool


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts where the actor keeps subjects. Raises `NotAllowed` for nobody's."""
    found = duties.access(actor).districts(SUBJECTS)
    if not found:
        raise NotAllowed(_("主体不归您登记"), remedy=_("请联系所在街道的主体登记员"))
    return found


def kept(
    actor: Actor, district: str, *, state: str = "", area: str = "", sort: str = "", words: str = ""
) -> QuerySet[Producer]:
    """The subjects that the actor keeps, by area and name: of a state (`STATES`), in an area, of a sort, with words in
    name or number."""
    mine = duties.access(actor).scope(SUBJECTS, fields=FIELDS)
    rows = Producer.objects.filter(mine, district=district).order_by("area", "name", "code")
    rows = rows.filter(closed_on__isnull=state != "ended")
    if state == "lacking":
        rows = rows.filter(~Exists(_live(district).filter(producer=OuterRef("id"))))
    if area:
        rows = rows.filter(area__startswith=area.replace("\0", "")[:24])
    if sort:
        rows = rows.filter(kind=sort.replace("\0", "")[:32])
    if text := words.replace("\0", "").strip()[:64]:
        rows = rows.filter(Q(name__icontains=text) | Q(code__icontains=text))
    return rows


def listed(rows: Sequence[Producer], district: str) -> list[Listed]:
    """Subjects with their codes. One query."""
    held: dict[UUID | None, Pass] = {}
    codes = _live(district).filter(producer__in=[row.id for row in rows]).select_related("kind")
    for one in codes.order_by("created_at", "id"):
        held[one.producer_id] = one
    return [Listed(row, held.get(row.id)) for row in rows]


def subject(actor: Actor, code: str) -> Producer:
    """One that the actor keeps, by its number. Raises `NotFound` for others'."""
    mine = duties.access(actor).scope(SUBJECTS, fields=FIELDS)
    rows = Producer.objects.filter(mine, district__in=districts(actor), code=code.replace("\0", "")[:64])
    found = rows.select_related("contact").order_by("district").first()
    if found is None:
        raise NotFound(_("没有这个主体"))
    return found


def opened(actor: Actor, row: Producer) -> Opened:
    """All that its page shows."""
    person = row.contact
    codes = Pass.objects.filter(district=row.district, producer=row).select_related("kind")
    kinds = {one.code: one.name for one in duties.kinds(row.district)}
    answer = duties.who(kind=row.duty, area=row.area, district=row.district) if row.duty in kinds else None
    holder = answer.holder if answer else None
    return Opened(
        row=row,
        codes=list(codes.order_by("-created_at", "-id")),
        contact=people.person_label(person.id, viewer=actor) if person else "",
        phone=people.masked_contact(person.id) if person else "",
        duty=kinds.get(row.duty, row.duty),
        answers=people.person_label(holder.id, viewer=actor) if holder else "",
        may_unmask=duties.access(actor).may("person.unmask", district=row.district, area=row.area),
    )


def areas_of(actor: Actor, district: str) -> list[tuple[str, str]]:
    """Code and name of the streets and communities where the actor keeps subjects."""
    access = duties.access(actor)
    found = []
    for street in areas.children(district):
        for one in (street, *areas.children(street.code)):
            if access.may(SUBJECTS, district=district, area=one.code):
                found.append((one.code, areas.local_path(one.code)))
    return found


def code_kinds(district: str) -> list[PassKind]:
    """The kinds of code that subjects get."""
    return list(
        PassKind.objects.filter(district=district, holder="producer", retired_at=None).order_by(
            "position", "code"
        )
    )


def runs(actor: Actor, district: str) -> list[SubjectImport]:
    """The actor's tables, newest first; of whoever keeps the whole district, everybody's that was taken in."""
    rows = SubjectImport.objects.filter(district=district)
    if not duties.access(actor).may(SUBJECTS, district=district, area=district):
        rows = rows.filter(made_by_id=actor.person_id)
    found = rows.defer("content").order_by("-created_at", "-id")[:RUNS]
    return [one for one in found if one.taken_at or one.made_by_id == actor.person_id]


def run(actor: Actor, run_id: UUID) -> SubjectImport:
    """One of them. Raises `NotFound`."""
    found = SubjectImport.objects.filter(district__in=districts(actor), id=run_id).first()
    whole = found and duties.access(actor).may(SUBJECTS, district=found.district, area=found.district)
    if found is None or not (found.made_by_id == actor.person_id or (whole and found.taken_at)):
        raise NotFound(_("没有这次导入"))
    return found


def refused(row: SubjectImport) -> list[SubjectImportRow]:
    """The rows of a table that were not taken, as many as are told."""
    rows = SubjectImportRow.objects.filter(district=row.district, run=row, state="refused")
    return list(rows.order_by("line")[: importing.MOST_TOLD])


def _live(district: str) -> QuerySet[Pass]:
    return Pass.objects.filter(
        district=district, kind__holder="producer", revoked_at=None, valid_to__gt=clock.now()
    )
