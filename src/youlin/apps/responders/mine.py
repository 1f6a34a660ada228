"""What responders see of themselves: their enrolment, the calls to them, what they served; nobody else's."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.notices import selectors as notices
from youlin.apps.parties import selectors as people
from youlin.apps.responders import badges, declarations
from youlin.apps.responders.models import Call, CallOut, Responder, Service, TaskKind, Thanks
from youlin.apps.responders.models.calling import COMING, OPEN
from youlin.apps.responders.services import enrolling, serving
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

LATEST = 30


@dataclass(frozen=True)
class MyCall:
    """A call to me. `where`, `lon` and `lat` are told once I have accepted, as long as it lasts."""

    id: UUID
    district: str
    number: str
    task: TaskKind
    what: str
    area: str
    metres: int
    wanted: int
    emergency: bool
    answer: str
    open: bool
    shares: bool
    where: str
    lon: float | None
    lat: float | None
    called_at: datetime
    ended: bool


@dataclass(frozen=True)
class Record:
    """What somebody has served: minutes in all, by scene, star level and how far the next is; badges with how each is
    reached; thanks."""

    responder: Responder
    name: str
    minutes: int
    times: int
    by_task: list[tuple[TaskKind, int, int]]
    rows: list[Service]
    stars: int
    next_star: int | None
    thanks: list[Thanks]
    badges: list[badges.Shown]
    since: datetime

    @property
    def hours(self) -> float:
        """Hours with one decimal, rounded down: what is not full does not count as full."""
        return self.minutes * 10 // 60 / 10


def enrolment(actor: Actor, district: str) -> Responder | None:
    """My enrolment in a district, if there is one."""
    return enrolling.mine(district, actor.person_id) if actor.person_id else None


def known(actor: Actor, district: str) -> dict[str, Any]:
    """What is known of me already and need not be asked: birth, quiet hours."""
    person = people.canonical(actor.person_id) if actor.person_id else None
    chosen = notices.preference(actor, district=district) if person else None
    return {
        "born_on": person.born_on if person else None,
        "quiet": chosen.quiet_hours if chosen else "",
        "language": "zh" if person is None or person.language.startswith("zh") else person.language[:2],
    }


def calls(actor: Actor) -> list[MyCall]:
    """The calls to me, those that are open first, then the latest."""
    rows = list(_calls(actor).order_by("-called_at")[:LATEST])
    return sorted((_call(row) for row in rows), key=lambda one: not one.open)


def call(actor: Actor, number: str) -> MyCall:
    """One call to me. Raises `NotFound`."""
    found = _calls(actor).filter(call_out__number=ids.normalise_number(number)).first()
    if found is None:
        raise NotFound(_("没有这次召集"))
    return _call(found)


def record(actor: Actor, district: str) -> Record | None:
    """My record of service in a district; also after I have left."""
    mine = Responder.objects.filter(district=district, person=actor.person_id) if actor.person_id else None
    last = mine.select_related("occupation").order_by("-created_at").first() if mine is not None else None
    return record_of(last) if last is not None else None


def record_of(row: Responder) -> Record:
    """The record of a responder over all their enrolments in the district."""
    every = Service.objects.filter(district=row.district, responder__person=row.person_id)
    counted = serving.effective(every).filter(minutes__gt=0)
    rows = list(counted.select_related("kind", "place").order_by("-began_at", "id"))
    minutes = sum(one.minutes for one in rows)
    stars = declarations.rules_of(row.district).stars
    reached = sum(minutes >= hours * 60 for hours in stars)
    kinds = {one.kind_id: one.kind for one in rows}
    spent, times = Counter[UUID](), Counter[UUID]()
    for one in rows:
        spent[one.kind_id] += one.minutes
        times[one.kind_id] += 1
    first = (
        Responder.objects.filter(district=row.district, person=row.person_id).order_by("created_at").first()
    )
    thanks = list(
        Thanks.objects.filter(district=row.district, service__in=[one.id for one in rows]).order_by("-at")
    )
    return Record(
        responder=row,
        name=people.person_label(row.person_id, viewer=Actor("person", person_id=row.person_id)),
        minutes=minutes,
        times=len(rows),
        by_task=[(kinds[code], times[code], number) for code, number in spent.most_common()],
        rows=rows,
        stars=reached,
        next_star=stars[reached] if reached < len(stars) else None,
        thanks=thanks,
        badges=badges.of_record(row.district, rows, len(thanks)),
        since=first.created_at if first else row.created_at,
    )


def exported(found: Record) -> dict[str, Any]:
    """The record as a file that another system can read: who, what, when, where, how long, as whom saw it."""
    return {
        "format": "youlin.service-record",
        "version": 1,
        "person": {"name": found.name, "number": found.responder.number},
        "district": found.responder.district,
        "occupation": found.responder.occupation.name,
        "registered_on": found.since.date().isoformat(),
        "exported_at": clock.now().isoformat(),
        "total_minutes": found.minutes,
        "times": found.times,
        "star_level": found.stars,
        "badges": [one.badge.code for one in found.badges if one.has],
        "thanks": [one.words for one in found.thanks],
        "verified_at": found.responder.verified_at.isoformat() if found.responder.verified_at else "",
        "unpaid": True,
        "services": [
            {
                "id": str(one.id),
                "task": one.kind.code,
                "task_name": one.kind.name,
                "began_at": one.began_at.isoformat(),
                "minutes": one.minutes,
                "area": one.area,
                "area_name": areas.local_path(one.area),
                "place": one.place.name if one.place else "",
                "evidence": one.evidence,
                "corrects": str(one.corrects_id or ""),
            }
            for one in found.rows
        ],
    }


def wards(actor: Actor, district: str) -> list[tuple[Responder, str]]:
    """Those for whom I may agree and who wait for it."""
    if actor.person_id is None:
        return []
    mine = people.wards_of(district=district, guardian_id=actor.person_id)
    rows = Responder.objects.filter(district=district, person__in=mine, ended_at=None, consented_at=None)
    found = list(rows.order_by("created_at"))
    names = people.person_labels({row.person_id for row in found}, viewer=None)
    return [(row, names[row.person_id]) for row in found]


def minutes_together(district: str) -> int:
    """What all have served together: the only sum that everybody sees."""
    rows = serving.effective(Service.objects.filter(district=district))
    return int(rows.aggregate(total=Sum("minutes"))["total"] or 0)


def _calls(actor: Actor) -> Any:
    person = people.canonical(actor.person_id) if actor.person_id else None
    mine = Responder.objects.filter(
        district__in=duties.all_districts(), person=person.id if person else None
    ).values_list("id", flat=True)
    return Call.objects.filter(responder__in=list(mine)).select_related("call_out__kind")


def _call(row: Call) -> MyCall:
    out: CallOut = row.call_out
    coming = row.answer in COMING and out.ended_at is None
    return MyCall(
        id=row.id,
        district=row.district,
        number=out.number,
        task=out.kind,
        what=out.what,
        area=areas.local_path(out.area_now),
        metres=row.metres,
        wanted=out.wanted,
        emergency=out.emergency,
        answer=row.answer,
        open=row.answer in OPEN and out.ended_at is None,
        shares=bool(row.position),
        where=out.where if coming else "",
        lon=out.lon if coming else None,
        lat=out.lat if coming else None,
        called_at=row.called_at,
        ended=out.ended_at is not None,
    )
