"""Case types, categories and cases for tests: the two reference tables over the district of the cast."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.cast import DISTRICT, GRID
from youlin.apps.areas import selectors as areas
from youlin.apps.cases import declarations, services
from youlin.apps.cases.models import Case, CaseType, Category
from youlin.apps.cases.tests.workflows import CITY_EVENT, HOTLINE_ORDER
from youlin.kernel import calendars, clock, ids
from youlin.kernel.actors import ANONYMOUS, SYSTEM, Actor

GARBAGE = "event.sanitation.exposed_garbage"
NOISE = "request.noise"
TIP_OFF = "tip_off.corruption"


def _working_monday() -> datetime:
    day = clock.today() + timedelta(days=1)
    while day.weekday() or not all(calendars.is_working_day(day + timedelta(days=n)) for n in range(3)):
        day += timedelta(days=1)
    return datetime.combine(day, time(9), ZoneInfo("Asia/Shanghai"))


MONDAY = _working_monday()
"""The next Monday that begins three working days, at opening time: for tests about clocks."""

_TYPES: dict[str, dict[str, Any]] = {
    "city_event": {"name": "事件", "name_en": "City event", "workflow": CITY_EVENT},
    "hotline_order": {"name": "热线工单", "name_en": "Hotline order", "workflow": HOTLINE_ORDER},
    "tip_off": {
        "name": "举报",
        "name_en": "Tip-off",
        "workflow": HOTLINE_ORDER,
        "confidential": True,
        "public": False,
    },
}
_CATEGORIES: dict[str, dict[str, Any]] = {
    "event": {"name": "事件", "name_en": "Events", "case_type": "city_event", "duty": "grid_worker"},
    GARBAGE: {
        "name": "暴露垃圾",
        "name_en": "Exposed rubbish",
        "case_type": "city_event",
        "duty": "grid_worker",
        "limits": {"handle": "4 工作时"},
        "keywords": ["垃圾", "厨余", "垃圾满溢"],
        "description": "路边散落或满溢的生活垃圾。",
    },
    "event.street.stall": {
        "name": "无照经营",
        "name_en": "Unlicensed stall",
        "case_type": "city_event",
        "duty": "grid_worker",
        "routing": [
            {"when": "hour >= 22 || hour < 6", "duty": "district_dispatcher", "reason": "夜间由区值班室接"}
        ],
        "keywords": ["摆摊", "占道", "小贩"],
    },
    NOISE: {
        "name": "噪声扰民",
        "name_en": "Noise",
        "case_type": "hotline_order",
        "duty": "community_officer",
        "limits": {"respond": "2 小时", "handle": "7 自然日"},
        "keywords": ["噪声", "噪音", "吵"],
        "approximate_place": True,
    },
    TIP_OFF: {
        "name": "举报公职人员",
        "name_en": "Tip-off about an official",
        "case_type": "tip_off",
        "duty": "confidential_officer",
    },
}


def make_tables(district: str = DISTRICT) -> None:
    """The case types and categories of a district, declared as programmes declare them."""
    plain = {"confidential": False, "public": True, "moderation": "after", "script": "", "script_en": ""}
    types = {code: {**plain, **values} for code, values in _TYPES.items()}
    blank = {
        "official_code": "", "duty": "", "routing": [], "limits": {}, "measures": {}, "keywords": [], "description": "",
        "description_en": "", "reportable": True, "approximate_place": False, "attributes": [],
    }  # fmt: skip
    categories = {
        code: {**blank, "position": position, **values}
        for position, (code, values) in enumerate(_CATEGORIES.items())
    }
    declarations.declare_case_types(actor=SYSTEM, district=district, programme="test", declared=types)
    declarations.declare_categories(actor=SYSTEM, district=district, programme="test", declared=categories)


def point_in(area: str = GRID) -> tuple[float, float]:
    """A point inside an area of the cast's district."""
    outline = areas.boundary(area)
    assert outline is not None
    return outline.label_lon, outline.label_lat


def key() -> str:
    """A fresh idempotency key."""
    return ids.uuid7().hex


def reported(
    *,
    actor: Actor = ANONYMOUS,
    category: str = GARBAGE,
    area: str = GRID,
    text: str = "楼下垃圾满溢",
    **more: Any,
) -> services.Receipt:
    """A report at a point of the area."""
    lon, lat = point_in(area)
    more.setdefault("idempotency_key", key())
    return services.report(actor=actor, category=category, text=text, lon=lon, lat=lat, **more)


def do(case: Case | UUID, act: str, actor: Actor = SYSTEM, **more: Any) -> Case:
    """One act with a fresh key and, where needed, words."""
    more.setdefault("idempotency_key", key())
    more.setdefault("note", "已按要求办理")
    return services.act(actor=actor, case_id=case if isinstance(case, UUID) else case.id, act=act, **more)


def dispatched(*, actor: Actor = ANONYMOUS, category: str = GARBAGE, area: str = GRID, **more: Any) -> Case:
    """A case filed and dispatched by the system to whom routing finds."""
    case = reported(actor=actor, category=category, area=area, **more).case
    first = "file" if case.case_type.code == "city_event" else "accept"
    do(case, first)
    return do(case, "dispatch")


def handling(worker: Actor, **more: Any) -> Case:
    """A case that its holder has accepted."""
    return do(dispatched(**more), "accept_task", worker)


def photo(district: str = DISTRICT, actor: Actor = SYSTEM) -> UUID:
    """A received photo, as far as cases look at it."""
    from youlin.kernel.media.models import MediaFile

    return MediaFile.objects.create(
        district=district,
        kind="photo",
        purpose="case",
        content_type="image/jpeg",
        size=1000,
        sha256=ids.uuid7().hex * 2,
        uploaded_by=actor.person_id,
    ).id


def handling_of(case: Case, worker: Actor) -> Case:
    """A case that was only reported, until its holder has accepted it."""
    do(case, "file"), do(case, "dispatch")
    return do(case, "accept_task", worker)


def fed_back(worker: Actor, **more: Any) -> Case:
    """A case handled with photo, waiting for verification."""
    return do(handling(worker, **more), "feedback", worker, media_ids=[photo(actor=worker)])


def closed(worker: Actor, verifier: Actor, **more: Any) -> Case:
    """A case through the whole table up to closing."""
    case = do(fed_back(worker, **more), "verify", verifier)
    return do(case, "close", verifier)


def many(count: int, *, district: str = DISTRICT, area: str = GRID, **fields: Any) -> list[Case]:
    """Plain open cases without history, for tests about lists."""
    kind = CaseType.objects.get(district=district, code="city_event")
    category = Category.objects.get(district=district, code=GARBAGE)
    lon, lat = point_in(area)
    now = clock.now()
    return Case.objects.bulk_create(
        Case(
            **{
                "district": district,
                "number": ids.new_number("XC"),
                "case_type": kind,
                "category": category.code,
                "state": "dispatched",
                "title": f"第 {number} 件",
                "area_at_event": area,
                "area_now": area,
                "lon": lon,
                "lat": lat,
                "public": True,
                "reported_at": now - timedelta(minutes=number),
                "due_at": now + timedelta(hours=number),
                "light_at": now + timedelta(minutes=30 * number),
                **fields,
            }
        )
        for number in range(1, count + 1)
    )
