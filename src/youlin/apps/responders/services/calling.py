"""A call-out begins, for a case or at a place, and is stood down."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup
from youlin.apps.cases import permission as case_permission
from youlin.apps.cases.models import Case
from youlin.apps.duties import selectors as duties
from youlin.apps.places.models import Place
from youlin.apps.responders import declarations, permission, words
from youlin.apps.responders.choosing import Asked, times
from youlin.apps.responders.models import CallOut, CallRules, Skill, TaskKind
from youlin.apps.responders.services import closing, waves, writing
from youlin.kernel import clock, idempotency, ids, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

PREFIX = "H"
MOST_WANTED = 30


@dataclass(frozen=True)
class CallFor:
    """Whom somebody needs, what for and where. The point is WGS84; a case or a place has its own."""

    kind: str
    wanted: int = 1
    what: str = ""
    where: str = ""
    lon: float | None = None
    lat: float | None = None
    case: str = ""
    place_id: UUID | None = None
    skills: tuple[str, ...] = ()
    language: str = ""
    emergency: bool = False
    why: str = ""


@dataclass(frozen=True)
class Checked:
    """A `CallFor` with the rows it means, and the area it lies in."""

    said: CallFor
    kind: TaskKind
    rules: CallRules
    case: Case | None
    place: Place | None
    lon: float
    lat: float
    area: str

    def asked(self, district: str, at: datetime, limit: int) -> Asked:
        """The same as choosing takes it."""
        return waves.asked_of(
            self.kind,
            self.rules,
            district=district,
            at=at,
            limit=limit,
            lon=self.lon,
            lat=self.lat,
            skills=self.said.skills,
            language=self.said.language,
            emergency=self.said.emergency,
        )


@transaction.atomic
def call_out(
    *, actor: Actor, district: str, call_for: CallFor, idempotency_key: str, is_demo: bool = False
) -> CallOut:
    """Begin a call-out and call the first wave. Sent twice it is one.

    Raises `Invalid` with everything that is wrong, `Conflict` at night unless it is an emergency, `NotAllowed` unless
    the actor calls people out there and may know the case.
    """
    payload = {**asdict(call_for), "place_id": str(call_for.place_id or "")}
    with idempotency.once(
        district=district, actor=actor, act="responders.call_out", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return CallOut.objects.select_related("kind").get(district=district, id=once.prior["id"])
        checked = check(actor, district, call_for)
        _check_hour(checked)
        row = _row(actor, district, checked, is_demo)
        row.save(force_insert=True)
        related = [checked.case] if checked.case else None
        facts = _facts(row)
        journal.append_many(
            [writing.item("responders.called_out", actor, row, after=facts, first=True, related=related)]
        )
        waves.first(actor, row, checked.rules)
        once.save({"id": str(row.id)})
        return row


def _check_hour(checked: Checked) -> None:
    if not checked.said.emergency and is_night(checked.rules, clock.now()):
        raise Conflict(
            _("夜间（%(night)s）不召集") % {"night": checked.rules.night},
            field="emergency",
            remedy=_("确属紧急的，请勾选“紧急”并写明理由"),
        )


def _row(actor: Actor, district: str, checked: Checked, is_demo: bool) -> CallOut:
    said, now = checked.said, clock.now()
    return CallOut(
        district=district,
        number=ids.new_number(PREFIX),
        kind=checked.kind,
        case=checked.case,
        place=checked.place,
        lon=checked.lon,
        lat=checked.lat,
        area_at_event=checked.area,
        area_now=checked.area,
        skills=list(said.skills),
        next_wave_at=now,
        closes_at=now + timedelta(minutes=checked.rules.open_minutes),
        made_by_id=actor.person_id,
        made_at=now,
        is_demo=is_demo,
        **{name: getattr(said, name) for name in _AS_SAID},
    )


@transaction.atomic
def stand_down(*, actor: Actor, district: str, call_out_id: UUID, reason: str) -> CallOut:
    """Nobody is needed any more: all who are called or on their way are told. Again changes nothing."""
    row = writing.locked_call_out(district, call_out_id)
    permission.demand_led(actor, row)
    why = reason.replace("\0", "").strip()[:200]
    if row.ended_at is not None:
        return row
    if not why:
        raise Invalid(_("请说明为什么解除"), field="reason", remedy=_("例如：已有人处理"))
    closing.end(actor, row, "stood_down", note=why)
    return row


def check(actor: Actor, district: str, call_for: CallFor) -> Checked:
    """What is asked for, checked all at once. Raises `Invalid`, `NotFound`, `NotAllowed`."""
    said = _plain(call_for)
    rules = declarations.rules_of(district)
    kinds = TaskKind.objects.filter(district=district, code=said.kind, way="call", retired_at=None)
    kind = kinds.first()
    case, place = _case(actor, district, said.case), _place(district, said.place_id)
    lon, lat = _point(said, case, place)
    problems = [*_kind_problems(said, kind), *_problems(district, said)]
    located = areas.locate(lon, lat) if lon is not None and lat is not None else None
    if located is None or located.district != district:
        problems.append(Problem("where", _("请在地图上选本区的地点"), ""))
    if problems:
        raise Invalid(problems=problems)
    assert kind is not None and located is not None and lon is not None and lat is not None
    permission.demand_calls(actor, district, located.code)
    return Checked(said, kind, rules, case, place, lon, lat, located.code)


def is_night(rules: CallRules, at: datetime) -> bool:
    """Whether nobody is called at this moment, but for an emergency."""
    return times.is_quiet(rules.night, times.slot(at) % times.HALF_HOURS)


_AS_SAID = ("what", "where", "wanted", "language", "emergency", "why")
_TEXTS = ("kind", "what", "where", "why", "case", "language")


def _plain(said: CallFor) -> CallFor:
    tidy = {name: getattr(said, name).replace("\0", "").strip() for name in _TEXTS}
    return replace(said, **tidy)


def _kind_problems(said: CallFor, kind: TaskKind | None) -> list[Problem]:
    if kind is None:
        return [Problem("kind", _("请选择响应场景"), "")]
    if said.emergency and not kind.emergency:
        return [
            Problem(
                "emergency", _("“%(name)s”不能作为紧急召集") % {"name": kind.name}, _("请按平时的规则召集")
            )
        ]
    return []


def _problems(district: str, said: CallFor) -> list[Problem]:
    problems = []
    if not 1 <= said.wanted <= MOST_WANTED:
        problems.append(Problem("wanted", _("人数应在 1 到 %(most)s 之间") % {"most": MOST_WANTED}, ""))
    if not 2 <= len(said.what) <= 200:
        problems.append(
            Problem("what", _("请用一两句话写明请大家做什么"), _("2 到 200 个字，不写他人姓名、电话"))
        )
    if len(said.where) > 200:
        problems.append(Problem("where", _("地点最多 200 个字"), ""))
    if said.emergency and not said.why:
        problems.append(Problem("why", _("请写明为什么紧急"), _("紧急召集不受夜间和次数限制，理由会留存")))
    if len(said.why) > 200:
        problems.append(Problem("why", _("理由最多 200 个字"), ""))
    if said.language and said.language not in words.LANGUAGES:
        problems.append(Problem("language", _("没有这种语言"), ""))
    known = set(Skill.objects.filter(district=district, retired_at=None).values_list("code", flat=True))
    if set(said.skills) - known:
        problems.append(Problem("skills", _("没有这项技能"), _("请从列表中选择")))
    return problems


def _case(actor: Actor, district: str, number: str) -> Case | None:
    """The case a call-out is for. What is confidential is nobody's errand. Raises `NotFound`."""
    if not number:
        return None
    case = lookup.with_number(number, district=district)
    if case.confidential or not case_permission.may_know(duties.access(actor), case):
        raise NotFound(_("没有这件案件"))
    return case


def _place(district: str, place_id: UUID | None) -> Place | None:
    if place_id is None:
        return None
    found = Place.objects.filter(district=district, id=place_id, retired_at=None).first()
    if found is None:
        raise NotFound(_("没有这个地点"))
    return found


def _point(said: CallFor, case: Case | None, place: Place | None) -> tuple[float | None, float | None]:
    if said.lon is not None and said.lat is not None:
        return said.lon, said.lat
    if place is not None:
        return place.lon, place.lat
    return (case.lon, case.lat) if case is not None else (None, None)


def _facts(row: CallOut) -> Mapping[str, Any]:
    return {
        "number": row.number,
        "task": row.kind.code,
        "wanted": row.wanted,
        "emergency": row.emergency,
        "why": row.why,
        "skills": row.skills,
        "language": row.language,
        "case": row.case.number if row.case else "",
    }
