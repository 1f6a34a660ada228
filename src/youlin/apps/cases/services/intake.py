"""Taking in: a new report, from what somebody says to the receipt they keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField
from django.utils import translation
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import attributes as questions
from youlin.apps.cases import clocks, contacts, lookup, repeats, texts
from youlin.apps.cases.models import Case, CaseClock, CaseReporter, CaseType, Category
from youlin.apps.cases.moderation import birth
from youlin.apps.cases.services import photos
from youlin.apps.cases.words import SEARCH_KIND
from youlin.apps.duties import selectors as duties
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock, crypto, ids, journal, rows, search
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, Problem
from youlin.kernel.idempotency import once
from youlin.kernel.prepared import Given, Prepared

TEXT_LENGTH = 4000
CONTACT_LENGTH = 120
EARLIEST = timedelta(days=30)
"""How far back somebody may say that they saw it; imports by the system go back as far as they need."""

FOR_OTHERS = frozenset({"desk", "hotline"})
"""Channels on which somebody in duty writes down what another person tells them."""

OWN_PAGE = frozenset({"platform", "place"})
"""Channels whose page leads to categories that no public list offers."""


@dataclass(frozen=True)
class Receipt:
    """What the reporter keeps: the number, and the secret that opens the tracking page."""

    case: Case
    number: str
    token: str
    track_path: str


@dataclass(frozen=True)
class Spot:
    """Where a case is: the shard, the finest area known, the point if there is one."""

    district: str
    area: str
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody reports, as `report` was given it."""

    category: str
    text: str
    title: str
    address: str
    media_ids: tuple[UUID, ...]
    contact: str
    anonymous: bool
    protected: bool
    channel: str
    reported_at: datetime | None
    external_number: str
    attributes: questions.Given | None
    lead_unit: Organisation | None
    is_demo: bool

    def payload(self, district: str) -> dict[str, Any]:
        """What makes two reports with one key the same."""
        kept = (
            "category",
            "text",
            "title",
            "address",
            "contact",
            "anonymous",
            "protected",
            "external_number",
        )
        answers = {"attributes": {k: list(v) for k, v in self.attributes.items()}} if self.attributes else {}
        unit = {"lead_unit": str(self.lead_unit.id)} if self.lead_unit else {}
        media = {"media": photos.contents(district, self.media_ids)}
        return {name: getattr(self, name) for name in kept} | media | answers | unit


def report(
    *,
    actor: Actor,
    category: str,
    text: str,
    idempotency_key: str,
    district: str | None = None,
    title: str = "",
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    area: str = "",
    media_ids: Sequence[UUID] = (),
    contact: str = "",
    anonymous: bool = False,
    protected: bool = False,
    channel: str = "web",
    reported_at: datetime | None = None,
    external_number: str = "",
    attributes: questions.Given | None = None,
    lead_unit: Organisation | None = None,
    is_demo: bool = False,
) -> Receipt:
    """Take in a report and answer with its receipt. The same key with the same content is one report.

    The place is a point (WGS84) or an area code; `district` may narrow where a point lies. `anonymous` keeps
    neither person nor contact; `protected` keeps them from whoever handles the case (举报). `attributes` are
    answers to what the category asks besides; None from doors that do not ask. `lead_unit` is the body that is
    asked to answer, where that is known from the start (a department's task). Raises `Invalid` with every field
    that is wrong, `Conflict` when the key was used for something else.
    """
    said = Said(
        category=category,
        text=text.strip(),
        title=title.strip(),
        address=address.strip()[:255],
        media_ids=tuple(media_ids),
        contact=contact.strip(),
        anonymous=anonymous,
        protected=protected,
        channel=channel,
        reported_at=reported_at,
        external_number=external_number,
        attributes=attributes,
        lead_unit=lead_unit,
        is_demo=is_demo,
    )
    place = spot(lon=lon, lat=lat, area=area, district=district, address=address, at=clock.now())
    payload = {**said.payload(place.district), "lon": lon, "lat": lat, "area": area}
    return _take(actor, said, place, payload, idempotency_key)


def _take(actor: Actor, said: Said, place: Spot, payload: dict[str, Any], key: str) -> Receipt:
    check_words(text=said.text, contact=said.contact, key=key, media_ids=said.media_ids)
    _check_channel(actor, said.channel, place)
    id, number, token = ids.uuid7(), ids.new_number(prefix_of(place.district)), ids.new_token()
    answer = {"case": str(id), "number": number, "token": crypto.encrypt(token)}
    with once(
        district=place.district, actor=actor, act="cases.report", key=key, payload=payload, answer=answer
    ) as ask:
        if ask.prior is not None:
            return receipt_again(place.district, ask.prior)
        now = clock.now()
        kind, beside = _category(place, said, actor)
        case = _new_case(actor, said, place, kind, _reported_at(actor, said.reported_at, now))
        case.id, case.number, case.may_repeat = id, number, beside
        reporter = reporter_row(
            case, actor, token, contact=said.contact, anonymous=said.anonymous, protected=said.protected
        )
        running = _start_clocks(case, kind, case.reported_at if actor.kind == "system" else now)
        _save(case, reporter, running, said.media_ids, actor)
        _journal_report(case, kind, reporter, actor, said.media_ids)
        search.index_new(
            district=case.district,
            kind=SEARCH_KIND,
            object_id=case.id,
            text=search_text(case, kind.name),
            marks=search.marks.of(case.area_now, is_open=case.is_open),
        )
    return receipt(case, token)


def search_text(case: Case, category_name: str) -> str:
    """What a case is found by: number, title, words without personal data, address, category."""
    parts = [
        case.number,
        case.external_number,
        case.title,
        texts.without_personal(case.description),
        case.address,
        category_name,
    ]
    return "\n".join(part for part in parts if part)


def check_words(
    *, text: str, contact: str, key: str, media_ids: Sequence[UUID] = (), may_be_silent: bool = False
) -> None:
    problems = []
    if not text.strip() and not media_ids and not may_be_silent:
        problems.append(Problem("text", _("请说说是什么问题"), _("写一两句话，或者拍一张照片")))
    if len(text) > TEXT_LENGTH:
        problems.append(Problem("text", _("内容超过 %(n)d 字") % {"n": TEXT_LENGTH}, _("请写得短一些")))
    if len(contact) > CONTACT_LENGTH:
        problems.append(Problem("contact", _("联系方式太长"), _("留一个电话或邮箱即可")))
    if len(set(media_ids)) > photos.FILES:
        problems.append(
            Problem("media", _("最多 %(n)d 张照片") % {"n": photos.MOST}, _("请选最能说明问题的几张"))
        )
    if not key.strip():
        problems.append(Problem("idempotency_key", _("缺少幂等键"), _("每份上报用一个自己的键")))
    if problems:
        raise Invalid(problems=problems)


def spot(
    *,
    lon: float | None = None,
    lat: float | None = None,
    area: str = "",
    district: str | None = None,
    address: str = "",
    at: datetime | None = None,
) -> Spot:
    """Where something is, by its point or by an area code. Raises `Invalid` in words for the one who asks."""
    if lon is not None and lat is not None:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise Invalid(_("这不是一个经纬度"), field="place", remedy=_("经度 -180 到 180，纬度 -90 到 90"))
        located = areas.locate(lon, lat, at=at)
        if located is None or (district and located.district != district):
            raise Invalid(
                _("这个位置不在本平台服务的区内"),
                field="place",
                remedy=_("请在地图上重新选点，或选择所在街道；如果确实在区外，请拨打 12345 反映"),
            )
        return Spot(located.district, located.code, lon, lat)
    if (lon is None) != (lat is None):
        raise Invalid(_("经度和纬度要一起给出"), field="place")
    if not area:
        message = _("光有地址还不能确定由谁负责") if address.strip() else _("请告诉我们在哪里")
        raise Invalid(message, field="place", remedy=_("在地图上选点，或选择所在街道、社区"))
    if not areas.live(area, at) or (district and not area.startswith(district)):
        raise Invalid(_("没有区划“%(code)s”") % {"code": area}, field="area", remedy=_("请从列表中选择"))
    return Spot(areas.get(area).district, area)


def _check_channel(actor: Actor, channel: str, spot: Spot) -> None:
    """Who registers for others must hold a duty that files cases there."""
    if channel not in FOR_OTHERS or actor.kind == "system":
        return
    if not duties.access(actor).may("case.file", district=spot.district, area=spot.area):
        raise NotAllowed(_("替他人登记需要立案的岗位"))


def _category(place: Spot, said: Said, actor: Actor) -> tuple[Category, bool]:
    """The category, and whether an open case of it stands there already: one question to the database."""
    code = said.category
    found, beside = repeats.kind_and_beside(place.district, code, place.lon, place.lat, clock.now())
    if found is None:
        raise Invalid(
            _("没有类别“%(code)s”") % {"code": code}, field="category", remedy=_("请从列表中选一个类别")
        )
    listed = found.reportable or said.channel in OWN_PAGE
    if not listed and actor.kind in ("anonymous", "client"):
        raise Invalid(_("这个类别不接受公众上报"), field="category", remedy=_("请从列表中选一个类别"))
    return found, beside


_TYPE: Prepared[CaseType] = Prepared(
    lambda: CaseType.objects.filter(
        district=Given("district", CharField()),
        code=Given("code", CharField()),
        is_current=True,
        retired_at__isnull=True,
    )
)


def type_of(category: Category) -> CaseType:
    """The type of case that reports of a category become; `Invalid` when there is none in force."""
    found = _TYPE.first(district=category.district, code=category.case_type)
    if found is None:
        raise Invalid(
            _("类别“%(name)s”没有可用的流程") % {"name": category.name},
            field="category",
            remedy=_("请联系管理员启用相应方案"),
        )
    return found


def _reported_at(actor: Actor, given: datetime | None, now: datetime) -> datetime:
    if given is None or actor.kind == "system":
        return given or now
    if given > now + timedelta(minutes=5):
        raise Invalid(_("反映时间还没到"), field="reported_at", remedy=_("请检查设备的时钟"))
    if given < now - EARLIEST:
        raise Invalid(_("反映时间太早"), field="reported_at", remedy=_("请作为新的问题上报"))
    return min(given, now)


def _new_case(actor: Actor, said: Said, place: Spot, category: Category, reported_at: datetime) -> Case:
    case_type = type_of(category)
    table = lookup.table_of(case_type)
    standing = birth.of_case(case_type, protected=said.protected)
    return Case(
        district=place.district,
        case_type=case_type,
        category=category.code,
        state=table.initial,
        is_open=table.state(table.initial).open,
        title=texts.without_personal(said.title)[:120] or texts.title_of(said.text, category.name),
        description=said.text,
        channel=said.channel[:24],
        external_number=said.external_number[:64],
        attributes={} if said.attributes is None else questions.read(category, said.attributes),
        lon=place.lon,
        lat=place.lat,
        address=said.address,
        area_at_event=place.area,
        area_now=place.area,
        confidential=case_type.confidential,
        lead_unit=said.lead_unit,
        anonymous=said.anonymous or (actor.person_id is None and not said.contact),
        public=standing.public,
        moderation=standing.moderation,
        reported_at=reported_at,
        updated_at=reported_at,
        is_demo=said.is_demo,
    )


def prefix_of(district: str) -> str:
    """The letters that a district's numbers begin with."""
    with translation.override("zh-hans"):
        return texts.number_prefix(areas.short_name(district))


def _start_clocks(case: Case, category: Category, at: datetime) -> list[CaseClock]:
    """The promise begins when the report has reached us, also if it waited in a pocket without network."""
    state = lookup.table_of(case.case_type).state(case.state)
    return clocks.change(case, state, [], limits=category.limits, at=at).started


def reporter_row(
    case: Case,
    actor: Actor,
    token: str,
    *,
    contact: str = "",
    note: str = "",
    anonymous: bool = False,
    protected: bool = False,
    kind: str = "reporter",
) -> CaseReporter:
    return CaseReporter(
        district=case.district,
        case=case,
        person_id=None if anonymous or case.channel in FOR_OTHERS else actor.person_id,
        kind=kind,
        token_digest=lookup.digest_of(token),
        contact="" if anonymous else contact.strip(),
        contact_blind="" if anonymous else contacts.blind_of(contact),
        note=texts.without_personal(note.strip()),
        protected=protected,
    )


def _save(
    case: Case,
    reporter: CaseReporter,
    running: list[CaseClock],
    media_ids: Sequence[UUID],
    actor: Actor,
) -> None:
    rows.insert_many([case])
    rows.insert_many([reporter])
    rows.insert_many(running)
    rows.insert_many(photos.attach(case, media_ids, step=case.state, actor=actor))


def _journal_report(
    case: Case, category: Category, reporter: CaseReporter, actor: Actor, media_ids: Sequence[UUID]
) -> None:
    """A protected or anonymous reporter is not named in the journal either: it cannot be taken back there."""
    hidden = (case.anonymous or reporter.protected) and case.channel not in FOR_OTHERS
    person = reporter.person_id
    journal.append(
        act="cases.reported",
        actor=Actor("anonymous", via=actor.via) if hidden and actor.kind == "person" else actor,
        subject=case,
        area=case.area_now,
        after=report_facts(case, category.code) | {"photos": [str(id) for id in media_ids]},
        personal={person: {"contact": reporter.contact}}
        if person and reporter.contact and not hidden
        else None,
        at=case.reported_at,
        first=True,
    )


def report_facts(case: Case, category: str) -> dict[str, Any]:
    """What the journal says of a new case; conditions of reactions may ask for these."""
    return {
        "number": case.number,
        "state": case.state,
        "category": category,
        "case_type": case.case_type.code,
        "channel": case.channel,
        "area": case.area_now,
        "confidential": case.confidential,
        "anonymous": case.anonymous,
        "due_at": case.due_at.isoformat() if case.due_at else "",
    }


def receipt(case: Case, token: str) -> Receipt:
    return Receipt(case, case.number, token, f"/track/{case.number}/?t={token}")


def receipt_again(district: str, prior: dict[str, Any]) -> Receipt:
    """The receipt that was given before, word for word."""
    case = Case.objects.select_related("case_type").get(district=district, id=prior["case"])
    return receipt(case, crypto.decrypt(prior["token"]))
