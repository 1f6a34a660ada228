"""Who gets what at every address: declared by hand, checked by `test_access`.

One row for each address and method. Addresses are written as Django's patterns are; `on` names the case that stands
in it (`event`: public, reported by li, dispatched to wang; `fresh`: public, not yet filed; `secret`: a tip-off by li, for
the confidant alone).
"""

from dataclasses import dataclass, field

from tests.access.outcomes import (
    ASKED,
    DOWN,
    FORBIDDEN,
    LOGIN,
    METHOD,
    MISSING,
    OK,
    REFUSED,
    Expected,
    everybody,
    of_those,
    on_duty,
    residents_too,
)


@dataclass(frozen=True)
class Row:
    """One address, one method, and what everybody of the cast gets."""

    pattern: str
    method: str
    expected: Expected
    on: str = "event"
    values: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    json: bool = False

    @property
    def name(self) -> str:
        """How a test report calls it."""
        return f"{self.method} {self.pattern} {self.on if '<' in self.pattern else ''}".strip()


def reads(pattern: str, expected: Expected, **more) -> list[Row]:
    """An address that is only read."""
    return [Row(pattern, "GET", expected, **more), Row(pattern, "POST", everybody(METHOD), **more)]


def writes(pattern: str, expected: Expected, **more) -> list[Row]:
    """An address that is only written to."""
    return [Row(pattern, "GET", everybody(METHOD), **more), Row(pattern, "POST", expected, **more)]


def both(pattern: str, get: Expected, post: Expected, **more) -> list[Row]:
    """An address that shows a form and takes it."""
    return [Row(pattern, "GET", get, **more), Row(pattern, "POST", post, **more)]


KNOW_EVENT = ("wang", "community", "zhao", "sun", "leader", "confidant")
KNOW_SECRET = ("confidant",)
ALL = everybody(OK)
KEY = {"idempotency_key": "access-table-1"}

INTERFACE = [
    *reads("ui/", ALL),
    *reads("ui/csrf", ALL),
    *writes("ui/theme", ALL, data={"theme": "dark"}),
    *writes("ui/language", ALL, data={"language": "en"}),
    *writes("ui/district", ALL, data={"district": "110102"}),
    *reads("ui/words/<str:language>.json", ALL, values={"language": "en"}),
    *both("ui/example/<slug:name>", ALL, ALL, values={"name": "rows"}),
    *reads("sw.js", ALL),
    *reads("manifest.webmanifest", ALL),
    *reads("offline/", ALL),
    *reads("healthz", everybody(DOWN)),
    *reads("metrics", ALL),
    *reads("admin/operations/", everybody(FORBIDDEN) | {"nobody": LOGIN}),
    *writes(
        "admin/operations/retry/<slug:kind>/<uuid:id>/",
        everybody(FORBIDDEN) | {"nobody": LOGIN},
        values={"kind": "job", "id": "018f0000-0000-7000-8000-000000000000"},
    ),
]

SEES_REPORTER = ("sun",)
TOKEN = {"t": "{token}"}
OWN = ("li",)
TRACKS = everybody(MISSING) | {"li": OK}
PHOTO = {"media": "{media}", "size": "thumb"}

PLACE = {"number": "{place}"}
PLACE_PHOTO = PLACE | {"photo": "{place_photo}", "size": "thumb"}
ENTRANCE = {"name": "南门", "lon": "116.3", "lat": "39.9", "version": "0"}

KEEPERS = ("zhao", "sun")
KEEPS_ALL = ("sun",)
OUTLET = {"code": "{outlet}"}
NOT_THERE = dict.fromkeys(KEEPERS, MISSING)
KNOW_DISTRICT = ("sun", "leader", "confidant")

PORTAL = [
    *reads("places/", ALL, query={"open": "now", "q": "yz"}),
    *reads("places/points.geojson", ALL),
    *reads("places/qr.svg", ALL),
    *reads("places/embed/", ALL, query={"need": "water", "lang": "en"}),
    *reads("places/district.json", ALL),
    *reads("places/offline/", ALL),
    *reads("places/offline/place/", ALL),
    *reads("places/<str:number>/", ALL, values=PLACE),
    *reads("places/<str:number>/", everybody(MISSING)),
    *writes("places/<str:number>/say/", ALL, values=PLACE, data={**KEY, "saying": "thanks"}),
    *writes("places/<str:number>/say/", everybody(MISSING), data={**KEY, "saying": "closed"}),
    *reads("places/<str:number>/qr.svg", ALL, values=PLACE),
    *reads("places/<str:number>/door/", ALL, values=PLACE),
    *reads("places/<str:number>/door/", everybody(MISSING)),
    *reads("places/poster/<str:area>/", ALL, values={"area": "110102001"}),
    *reads("places/poster/<str:area>/", everybody(MISSING), values={"area": "110102"}),
    *reads("places/doors/<str:area>/", ALL, values={"area": "110102001"}),
    *reads("places/doors/<str:area>/", everybody(MISSING), values={"area": "110102001001"}),
    *reads("places/<str:number>/photos/<uuid:photo>/<slug:size>/", ALL, values=PLACE_PHOTO),
    *reads(
        "places/<str:number>/photos/<uuid:photo>/<slug:size>/",
        everybody(MISSING),
        values=PLACE_PHOTO | {"size": "original"},
    ),
    *reads("", ALL),
    *reads("points.geojson", ALL),
    *reads("areas.geojson", ALL),
    *reads("case/<str:number>/", ALL),
    *reads("case/<str:number>/", everybody(MISSING), on="secret"),
    *both("case/<str:number>/me-too/", ALL, ALL | {"li": ASKED}, data=KEY),
    *both("case/<str:number>/me-too/", everybody(MISSING), everybody(MISSING), on="secret", data=KEY),
    *both("report/", ALL, everybody(ASKED)),
    *writes("report/suggest/", ALL, data={"text": "垃圾"}),
    *reads("report/questions/", ALL, query={"category": "component.utility.street_light"}),
    *reads("report/nearby/", ALL, query={"lon": "116.305", "lat": "39.89"}),
    *reads("report/<str:number>/", everybody(MISSING)),
    *reads("report/<str:number>/", ALL, query=TOKEN),
    *reads("report/<str:number>/", everybody(MISSING), on="secret"),
    *reads("report/<str:number>/qr.svg", ALL, query=TOKEN),
    *both("track/", ALL, everybody(ASKED)),
    *reads("track/<str:number>/", TRACKS),
    *reads("track/<str:number>/", ALL, query=TOKEN),
    *reads("track/<str:number>/", TRACKS, on="secret"),
    *writes(
        "track/<str:number>/rate/",
        everybody(MISSING) | {"li": REFUSED},
        data={**KEY, "solved": "yes", "stars": "5"},
    ),
    *writes(
        "track/<str:number>/answer/", everybody(MISSING) | {"li": REFUSED}, data={**KEY, "text": "在三号楼"}
    ),
    *writes(
        "track/<str:number>/reopen/", everybody(MISSING) | {"li": REFUSED}, data={**KEY, "reason": "没有解决"}
    ),
    *reads("my/", residents_too()),
    *reads("my/data/", residents_too()),
    *reads("my/data/export.json", residents_too()),
    *writes("my/data/erase/", residents_too(ASKED)),
    *both("my/push/", residents_too(), residents_too(ASKED)),
    *both("feedback/", ALL, everybody(ASKED)),
    *reads("inbox/", residents_too()),
    *writes("inbox/<uuid:notice>/read/", residents_too(), values={"notice": "{notice}"}),
    *both("sign-in/", ALL, everybody(ASKED)),
    *both("sign-in/code/", ALL, ALL),
    *writes("sign-out/", ALL),
    *reads("photo/<uuid:media>/<slug:size>/", ALL, values=PHOTO),
    *reads(
        "photo/<uuid:media>/<slug:size>/",
        everybody(MISSING) | dict.fromkeys((*KNOW_SECRET, *OWN), OK),
        on="secret",
        values=PHOTO,
    ),
    *reads("photo/<uuid:media>/<slug:size>/", ALL, on="secret", values=PHOTO, query=TOKEN),
    *reads("demo/", everybody(MISSING)),
    *writes("demo/be/", everybody(MISSING), data={"username": "wang"}),
]
"""What everybody may do, and what a reporter may with the token or signed in as the one who reported."""

NOTE = {**KEY, "note": "核实无误，按程序办理", "version": ""}
NONE = "01900000-0000-7000-8000-000000000000"
NOT_THEIRS = dict.fromkeys(("sibling", "other", "retired"), MISSING)

TAKES_CALLS = CALLS_BACK = MODERATES = ("zhao", "sun", "other")

DESK = [
    *reads("desk/", on_duty()),
    *reads("desk/rows/", on_duty()),
    *reads("desk/points.geojson", on_duty()),
    *reads("desk/areas.geojson", on_duty()),
    *both("desk/call/", of_those(TAKES_CALLS, others=FORBIDDEN), of_those(TAKES_CALLS, others=FORBIDDEN)),
    *writes("desk/call/caller/", of_those(TAKES_CALLS, others=FORBIDDEN), data={"phone": "13800138001"}),
    *writes("desk/call/recognise/", of_those(TAKES_CALLS, others=FORBIDDEN), data={"text": "垃圾"}),
    *reads(
        "desk/call/questions/",
        of_those(TAKES_CALLS, others=FORBIDDEN),
        query={"category": "component.utility.street_light"},
    ),
    *reads("desk/call/places/", of_those(TAKES_CALLS, others=FORBIDDEN), query={"q": "四川营"}),
    *both(
        "desk/call/<uuid:call_id>/",
        of_those(("zhao",)),
        of_those(("zhao",), ASKED),
        values={"call_id": "{call}"},
        data={"do": "report"},
    ),
    *reads("desk/call/<uuid:call_id>/done/", of_those(("zhao",)), values={"call_id": "{call}"}),
    *reads("desk/follow-ups/", of_those(CALLS_BACK, others=FORBIDDEN)),
    *writes("desk/follow-ups/next/", of_those(CALLS_BACK, others=FORBIDDEN)),
    *both(
        "desk/follow-ups/<str:number>/",
        of_those(("zhao", "sun"), others=FORBIDDEN) | {"other": MISSING},
        of_those(("zhao", "sun"), ASKED, others=FORBIDDEN) | {"other": MISSING},
    ),
    *writes(
        "desk/follow-ups/<str:number>/contact/",
        of_those(("zhao", "sun"), ASKED, others=FORBIDDEN) | {"other": MISSING},
    ),
    *reads("desk/moderation/", of_those(MODERATES, others=FORBIDDEN)),
    *both(
        "desk/moderation/<str:number>/",
        of_those(("zhao", "sun"), others=FORBIDDEN) | {"other": MISSING},
        of_those(("zhao", "sun"), ASKED, others=FORBIDDEN) | {"other": MISSING},
        data=KEY,
    ),
    *both(
        "desk/moderation/<str:number>/",
        of_those(MODERATES, MISSING, others=FORBIDDEN),
        of_those(MODERATES, MISSING, others=FORBIDDEN),
        on="secret",
        data=KEY,
    ),
    *both("desk/filters/", on_duty(), on_duty(ASKED)),
    *reads("desk/filters/side/", on_duty()),
    *reads("desk/filters/more/", on_duty()),
    *writes("desk/filters/<uuid:filter_id>/", on_duty(), values={"filter_id": NONE}, data={"do": "delete"}),
    *both("desk/bulk/", on_duty(), on_duty()),
    *writes("desk/bulk/start/", on_duty(ASKED), data={**KEY, "act": "void", "will": ""}),
    *reads("desk/bulk/<uuid:run_id>/", on_duty(MISSING), values={"run_id": NONE}),
    *writes("desk/bulk/<uuid:run_id>/undo/", on_duty(MISSING), values={"run_id": NONE}, data=KEY),
    *both("desk/exports/", on_duty(), on_duty(ASKED), data={**KEY, "format": "csv"}),
    *reads("desk/exports/rows/", on_duty()),
    *writes("desk/exports/<uuid:export_id>/", on_duty(MISSING), values={"export_id": NONE}),
    *reads("desk/places/", of_those(KEEPS_ALL, others=FORBIDDEN)),
    *reads("desk/places/export.csv", of_those(KEEPS_ALL, others=FORBIDDEN)),
    *both(
        "desk/places/import/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        of_those(KEEPS_ALL, ASKED, others=FORBIDDEN),
    ),
    *reads(
        "desk/places/import/<uuid:run_id>/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        values={"run_id": "{taken}"},
    ),
    *writes(
        "desk/places/import/<uuid:run_id>/take/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        values={"run_id": "{waiting}"},
    ),
    *writes(
        "desk/places/import/<uuid:run_id>/undo/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        values={"run_id": "{taken}"},
    ),
    *reads("desk/linkage/", of_those(KEEPERS, others=FORBIDDEN), query={"by": "street", "q": "站"}),
    *both(
        "desk/linkage/new/", of_those(KEEPERS, others=FORBIDDEN), of_those(KEEPERS, ASKED, others=FORBIDDEN)
    ),
    *reads("desk/linkage/export.csv", of_those(KEEPERS, others=FORBIDDEN)),
    *both(
        "desk/linkage/import/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        of_those(KEEPS_ALL, ASKED, others=FORBIDDEN),
    ),
    *reads("desk/linkage/body/<str:code>/", of_those(KEEPERS, others=FORBIDDEN), values=OUTLET),
    *reads(
        "desk/linkage/body/<str:code>/", of_those((), others=FORBIDDEN) | NOT_THERE, values={"code": "p9"}
    ),
    *both(
        "desk/linkage/body/<str:code>/edit/",
        of_those(KEEPERS, others=FORBIDDEN),
        of_those(KEEPERS, ASKED, others=FORBIDDEN),
        values=OUTLET,
    ),
    *writes(
        "desk/linkage/body/<str:code>/contact/", of_those(KEEPERS, ASKED, others=FORBIDDEN), values=OUTLET
    ),
    *writes(
        "desk/linkage/body/<str:code>/contact/show/",
        of_those((), others=FORBIDDEN) | {"sun": OK},
        values=OUTLET,
        data={"reason": "核对站点情况"},
    ),
    *writes("desk/linkage/body/<str:code>/post/", of_those(KEEPERS, ASKED, others=FORBIDDEN), values=OUTLET),
    *writes("desk/linkage/body/<str:code>/owner/", of_those(KEEPERS, ASKED, others=FORBIDDEN), values=OUTLET),
    *writes(
        "desk/linkage/body/<str:code>/contacted/",
        of_those(KEEPERS, others=FORBIDDEN),
        values=OUTLET,
        data={"way": "phone"},
    ),
    *writes(
        "desk/linkage/body/<str:code>/matter/",
        of_those(KEEPERS, others=FORBIDDEN),
        values=OUTLET,
        data={**KEY, "category": "linkage.parking", "text": "门口堵了"},
    ),
    *reads("desk/consultations/", of_those(KEEPS_ALL, others=FORBIDDEN)),
    *both(
        "desk/consultations/new/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        of_those(KEEPS_ALL, ASKED, others=FORBIDDEN),
    ),
    *reads("desk/consultations/<str:number>/", of_those(KNOW_DISTRICT), values={"number": "{planned}"}),
    *reads("desk/consultations/<str:number>/", on_duty(MISSING)),
    *writes(
        "desk/consultations/<str:number>/hold/",
        of_those(KNOW_DISTRICT, FORBIDDEN) | {"sun": OK},
        values={"number": "{planned}"},
        data={**KEY, "minutes": "谈妥"},
    ),
    *writes(
        "desk/consultations/<str:number>/hold/",
        of_those(KNOW_DISTRICT, FORBIDDEN) | {"sun": OK},
        values={"number": "{minuted}"},
        data={**KEY, "attended": "1"},
    ),
    *writes(
        "desk/consultations/<str:number>/hold/",
        of_those(KNOW_DISTRICT, FORBIDDEN) | {"sun": REFUSED},
        values={"number": "{planned}"},
        data={**KEY, "attended": "1"},
    ),
    *writes(
        "desk/consultations/<str:number>/decide/",
        of_those(KNOW_DISTRICT, FORBIDDEN) | {"sun": OK},
        values={"number": "{held}"},
        data={
            **KEY,
            "decision-1-text": "清理门口",
            "decision-1-unit": "{outlet}",
            "decision-1-due": "2199-12-31",
        },
    ),
    *reads("desk/tasks/", on_duty()),
    *both(
        "desk/tasks/new/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        of_those(KEEPS_ALL, ASKED, others=FORBIDDEN),
    ),
    *reads("desk/tasks/export.csv", on_duty()),
    *both(
        "desk/tasks/import/",
        of_those(KEEPS_ALL, others=FORBIDDEN),
        of_those(KEEPS_ALL, ASKED, others=FORBIDDEN),
    ),
    *reads("desk/tasks/print/", on_duty()),
    *reads("desk/imports/", of_those(("sun", "other"), others=FORBIDDEN)),
    *both(
        "desk/imports/<uuid:row_id>/",
        of_those((), others=MISSING),
        of_those((), others=MISSING),
        values={"row_id": NONE},
    ),
    *writes("desk/print/", of_those(KNOW_EVENT, others=ASKED)),
    *reads("desk/print/<uuid:sheet_id>/", on_duty(MISSING), values={"sheet_id": NONE}),
    *writes("desk/case/<str:number>/here/", of_those(KNOW_EVENT), data={"doing": "looking"}),
    *writes("desk/case/<str:number>/here/", of_those(KNOW_SECRET), on="secret", data={"doing": "looking"}),
    *writes("desk/case/<str:number>/print/", of_those(KNOW_EVENT)),
    *writes("desk/case/<str:number>/print/", of_those(KNOW_SECRET), on="secret"),
    *reads("desk/case/<str:number>/", of_those(KNOW_EVENT)),
    *reads("desk/case/<str:number>/", of_those(KNOW_SECRET), on="secret"),
    *both(
        "desk/case/<str:number>/act/<slug:act>/",
        of_those(KNOW_EVENT, REFUSED) | {"wang": OK},
        of_those(KNOW_EVENT, FORBIDDEN) | {"wang": OK},
        values={"act": "accept_task"},
        data=NOTE,
    ),
    *both(
        "desk/case/<str:number>/act/<slug:act>/",
        of_those(("zhao", "sun"), others=REFUSED) | NOT_THEIRS,
        of_those(("zhao", "sun"), others=FORBIDDEN) | NOT_THEIRS,
        on="fresh",
        values={"act": "void"},
        data=NOTE,
    ),
    *both(
        "desk/case/<str:number>/act/<slug:act>/",
        of_those(KNOW_SECRET),
        of_those(KNOW_SECRET),
        on="secret",
        values={"act": "contact"},
        data=NOTE,
    ),
    *both("desk/case/<str:number>/follow-up/", of_those(KNOW_EVENT, REFUSED), of_those(KNOW_EVENT, ASKED)),
    *writes(
        "desk/case/<str:number>/reporter/<uuid:reporter>/",
        of_those(SEES_REPORTER, others=FORBIDDEN) | NOT_THEIRS,
        values={"reporter": "{reporter}"},
        data={"reason": "回访核实情况"},
    ),
    *writes(
        "desk/case/<str:number>/reporter/<uuid:reporter>/",
        of_those(KNOW_SECRET, FORBIDDEN),
        on="secret",
        values={"reporter": "{reporter}"},
        data={"reason": "回访核实情况"},
    ),
    *both(
        "desk/case/<str:number>/measure/<slug:kind>/",
        of_those(KNOW_EVENT, REFUSED) | dict.fromkeys(("sun", "leader"), OK),
        of_those(KNOW_EVENT, REFUSED) | dict.fromkeys(("sun", "leader"), ASKED),
        values={"kind": "supervision"},
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/measure/<slug:kind>/",
        of_those(KNOW_SECRET, REFUSED),
        of_those(KNOW_SECRET, REFUSED),
        on="secret",
        values={"kind": "supervision"},
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/measure/<uuid:measure>/<slug:step>/",
        of_those((), others=MISSING),
        of_those((), others=MISSING),
        values={"measure": NONE, "step": "approve"},
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/split/",
        of_those(KNOW_EVENT, REFUSED) | dict.fromkeys(("zhao", "sun"), OK),
        of_those(KNOW_EVENT, ASKED),
        data=KEY,
    ),
    *both("desk/case/<str:number>/compare/", of_those(KNOW_EVENT), of_those(KNOW_EVENT, ASKED), data=KEY),
    *both(
        "desk/case/<str:number>/compare/",
        of_those(KNOW_SECRET),
        of_those(KNOW_SECRET, ASKED),
        on="secret",
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/unmerge/",
        of_those(KNOW_EVENT, REFUSED),
        of_those(KNOW_EVENT, ASKED),
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/hand-over/",
        of_those(KNOW_EVENT, REFUSED) | dict.fromkeys(("zhao", "sun", "confidant"), OK),
        of_those(KNOW_EVENT, ASKED),
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/hand-over/",
        of_those(KNOW_SECRET),
        of_those(KNOW_SECRET, ASKED),
        on="secret",
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/arrival/accept/",
        of_those(KNOW_EVENT, REFUSED),
        of_those(KNOW_EVENT, REFUSED),
        data=KEY,
    ),
    *both(
        "desk/case/<str:number>/arrival/refuse/",
        of_those(KNOW_EVENT, REFUSED),
        of_those(KNOW_EVENT, ASKED),
        data=KEY,
    ),
    *reads("desk/case/<str:number>/workflow/", of_those(KNOW_EVENT)),
    *reads("desk/case/<str:number>/workflow/", of_those(KNOW_SECRET), on="secret"),
]
"""The desk: everybody in duty has one, and sees in it what their duties cover."""

FIELD = [
    *reads("field/", on_duty()),
    *reads("field/grid/", on_duty()),
    *reads("field/me/", on_duty()),
    *both("field/report/", on_duty(), on_duty(ASKED)),
    *reads("field/places/", of_those(KEEPERS, others=FORBIDDEN)),
    *reads("field/places/<str:number>/", of_those(KEEPERS), values=PLACE),
    *reads("field/places/<str:number>/", on_duty(MISSING)),
    *both(
        "field/places/<str:number>/photos/",
        of_those(KEEPERS),
        of_those(KEEPERS, ASKED),
        values=PLACE,
        data=KEY,
    ),
    *both("field/places/<str:number>/photos/", on_duty(MISSING), on_duty(MISSING)),
    *writes(
        "field/places/<str:number>/photos/<uuid:photo>/<slug:step>/",
        of_those(KEEPERS),
        values=PLACE_PHOTO | {"step": "later"},
    ),
    *writes(
        "field/places/<str:number>/photos/<uuid:photo>/<slug:step>/",
        of_those(KEEPERS, ASKED),
        values=PLACE_PHOTO | {"step": "describe"},
    ),
    *both(
        "field/places/<str:number>/entrances/",
        of_those(KEEPERS),
        of_those(KEEPERS, REFUSED),
        values=PLACE,
        data=ENTRANCE,
    ),
    *both("field/places/<str:number>/entrances/", on_duty(MISSING), on_duty(MISSING)),
    *writes(
        "field/places/<str:number>/entrances/<uuid:entrance>/<slug:step>/",
        of_those(KEEPERS, REFUSED),
        values=PLACE | {"entrance": "018f0000-0000-7000-8000-000000000000", "step": "remove"},
    ),
    *writes("field/places/<str:number>/<slug:step>/", of_those(KEEPERS), values=PLACE | {"step": "confirm"}),
    *writes(
        "field/places/<str:number>/<slug:step>/",
        of_those(KEEPERS, ASKED),
        values=PLACE | {"step": "close"},
    ),
    *reads("field/case/<str:number>/", of_those(KNOW_EVENT)),
    *reads("field/case/<str:number>/", of_those(KNOW_SECRET), on="secret"),
    *both(
        "field/case/<str:number>/measure/<slug:kind>/",
        of_those(KNOW_EVENT, REFUSED) | dict.fromkeys(("sun", "leader"), OK),
        of_those(KNOW_EVENT, REFUSED) | dict.fromkeys(("sun", "leader"), ASKED),
        values={"kind": "supervision"},
        data=KEY,
    ),
    *both(
        "field/case/<str:number>/measure/<uuid:measure>/<slug:step>/",
        of_those((), others=MISSING),
        of_those((), others=MISSING),
        values={"measure": NONE, "step": "arrive"},
        data=KEY,
    ),
    *writes(
        "field/case/<str:number>/act/<slug:act>/",
        of_those(KNOW_EVENT, FORBIDDEN) | {"wang": OK},
        values={"act": "accept_task"},
        data=NOTE,
    ),
    *writes(
        "field/case/<str:number>/act/<slug:act>/",
        of_those(KNOW_SECRET),
        on="secret",
        values={"act": "contact"},
        data=NOTE,
    ),
]

LEADS = ("sun", "leader")

COCKPIT = [
    *reads("cockpit/", of_those((*LEADS, "other"), others=FORBIDDEN)),
    *both(
        "cockpit/views/",
        of_those((*LEADS, "other"), others=FORBIDDEN),
        of_those((), others=FORBIDDEN) | dict.fromkeys((*LEADS, "other"), ASKED),
    ),
    *writes(
        "cockpit/views/<uuid:view_id>/drop/",
        of_those((), others=FORBIDDEN) | dict.fromkeys((*LEADS, "other"), MISSING),
        values={"view_id": NONE},
    ),
    *reads("cockpit/city/<slug:code>/", of_those((), others=FORBIDDEN), values={"code": "1101"}),
    *reads("cockpit/<slug:code>/", of_those(LEADS, others=FORBIDDEN), values={"code": "110102"}),
    *reads("cockpit/<slug:code>/friendly/", of_those(LEADS, others=FORBIDDEN), values={"code": "110102"}),
    *reads("cockpit/<slug:code>/lighter/", of_those(LEADS, others=FORBIDDEN), values={"code": "110102"}),
    *reads("cockpit/<slug:code>/responders/", of_those(LEADS, others=FORBIDDEN), values={"code": "110102"}),
    *reads(
        "cockpit/<slug:code>/figures/<slug:indicator>/",
        of_those((), others=FORBIDDEN) | dict.fromkeys(LEADS, MISSING),
        values={"code": "110102", "indicator": "nothing"},
    ),
    *reads(
        "cockpit/<slug:code>/figures/<slug:indicator>/rows/",
        of_those((), others=FORBIDDEN) | dict.fromkeys(LEADS, MISSING),
        values={"code": "110102", "indicator": "nothing"},
    ),
    *reads(
        "cockpit/<slug:code>/figures/<slug:indicator>/rows.csv",
        of_those((), others=FORBIDDEN) | dict.fromkeys(LEADS, MISSING),
        values={"code": "110102", "indicator": "nothing"},
    ),
    *reads("cockpit/<slug:code>/brief/", of_those(LEADS, others=FORBIDDEN), values={"code": "110102"}),
    *reads("cockpit/<slug:code>/wall/", of_those(LEADS, others=FORBIDDEN), values={"code": "110102"}),
    *reads("cockpit/<slug:code>/areas.geojson", of_those(LEADS), values={"code": "110102"}),
]

FORM = {"form": "json"}
JURISDICTION = {"jurisdiction_id": "110102"}


def spec(pattern: str, expected: Expected, **more) -> list[Row]:
    """An Open311 address that is only read."""
    values = {**FORM, **more.pop("values", {})}
    return reads(pattern, expected, values=values, query=JURISDICTION, **more)


CASES = {"collection": "cases-110102"}
ITEM = "ogc/collections/<str:collection>/items/<str:identifier>"
TILES = "tiles/<str:district>/<int:z>/<int:x>/<int:y>.mvt"
TILE = {"district": "110102", "z": "0", "x": "0", "y": "0"}
FIGURES = "open/indicators/<str:district>/<slug:code>.<str:form>"
PUBLISHED = {"district": "110102", "code": "received"}

MACHINES = [
    *spec("open311/discovery.<str:form>", ALL),
    *reads("open311/discovery", ALL),
    *reads("open311/v2/services", ALL, query=JURISDICTION),
    *reads("open311/v2/services/<str:code>", ALL, values={"code": "{category}"}, query=JURISDICTION),
    *both("open311/v2/requests", ALL, everybody(FORBIDDEN), query=JURISDICTION),
    *reads("open311/v2/requests/<str:number>", ALL, query=JURISDICTION),
    *reads("open311/v2/requests/<str:number>", everybody(MISSING), on="secret", query=JURISDICTION),
    *reads("open311/v2/tokens/<str:token>", everybody(MISSING), values={"token": "x"}, query=JURISDICTION),
    *spec("open311/v2/services.<str:form>", ALL),
    *spec("open311/v2/services/<str:code>.<str:form>", ALL, values={"code": "{category}"}),
    *both("open311/v2/requests.<str:form>", ALL, everybody(FORBIDDEN), values=FORM, query=JURISDICTION),
    *spec("open311/v2/requests/<str:number>.<str:form>", ALL),
    *spec("open311/v2/requests/<str:number>.<str:form>", everybody(MISSING), on="secret"),
    *spec("open311/v2/tokens/<str:token>.<str:form>", everybody(MISSING), values={"token": "x"}),
    *reads("ogc/", ALL),
    *reads("ogc/", ALL, query={"f": "html"}),
    *reads("ogc/conformance", ALL),
    *reads("ogc/openapi", ALL),
    *reads("ogc/collections", ALL),
    *reads("ogc/collections/<str:collection>", ALL, values=CASES),
    *reads("ogc/collections/<str:collection>/schema", ALL, values=CASES),
    *reads("ogc/collections/<str:collection>/queryables", ALL, values=CASES),
    *reads("ogc/collections/<str:collection>/items", ALL, values=CASES),
    *reads(ITEM, ALL, values={**CASES, "identifier": "{number}"}),
    *reads(ITEM, everybody(MISSING), values={**CASES, "identifier": "{number}"}, on="secret"),
    *reads(ITEM, ALL, values={"collection": "places-110102", "identifier": "{place}"}),
    *reads("tiles/<str:district>.json", ALL, values={"district": "110102"}),
    *reads(TILES, ALL, values=TILE),
    *reads(TILES, everybody(MISSING), values={**TILE, "z": "17"}),
    *reads("open/indicators.json", ALL),
    *reads("open/indicators/", ALL),
    *reads("open/indicators/<str:district>/<slug:code>/", ALL, values=PUBLISHED),
    *reads(
        "open/indicators/<str:district>/<slug:code>/",
        everybody(MISSING),
        values=PUBLISHED | {"code": "inside"},
    ),
    *reads(FIGURES, ALL, values=PUBLISHED | {"form": "csv"}),
    *reads(FIGURES, ALL, values=PUBLISHED | {"form": "sdmx.csv"}),
    *reads(FIGURES, everybody(MISSING), values=PUBLISHED | {"code": "inside", "form": "csv"}),
    *reads(FIGURES, everybody(MISSING), values=PUBLISHED | {"form": "xlsx"}),
    *reads("api/v1/docs", ALL),
    *reads("api/v1/openapi.json", ALL),
    *reads("api/v1/", ALL),
    *both("api/v1/<path:rest>", everybody(MISSING), everybody(MISSING), values={"rest": "x"}),
    *writes("api/v1/photos", residents_too(ASKED)),
    *reads("api/v1/areas/districts", ALL),
    *reads("api/v1/areas/locate", ALL, query={"lon": "116.305", "lat": "39.89"}),
    *reads("api/v1/areas/<code>", ALL, values={"code": "110102"}),
    *reads("api/v1/areas/<code>/children", ALL, values={"code": "110102"}),
    *both("api/v1/cases", ALL, residents_too(ASKED), query={"district": "110102"}, json=True),
    *reads("api/v1/cases/categories", ALL, query={"district": "110102"}),
    *reads("api/v1/cases/suggest", ALL, query={"district": "110102", "text": "垃圾"}),
    *reads("api/v1/cases/<number>", ALL),
    *reads("api/v1/cases/<number>", everybody(MISSING), on="secret"),
    *reads("api/v1/cases/<number>/track", ALL, query={"token": "{token}"}),
    *reads("api/v1/cases/<number>/track", everybody(MISSING), query={"token": "geraten"}),
    *writes("api/v1/cases/<number>/me-too", residents_too(ASKED), json=True),
    *writes("api/v1/cases/<number>/rating", everybody(ASKED), json=True),
    *writes("api/v1/cases/<number>/reopen", everybody(ASKED), json=True),
    *reads("api/v1/inbox", residents_too()),
    *reads("api/v1/inbox/<number>", everybody(MISSING) | {"nobody": LOGIN} | dict.fromkeys(KNOW_EVENT, OK)),
    *reads(
        "api/v1/inbox/<number>",
        everybody(MISSING) | {"nobody": LOGIN} | dict.fromkeys(KNOW_SECRET, OK),
        on="secret",
    ),
    *writes(
        "api/v1/inbox/<number>/acts/<act>",
        residents_too(ASKED),
        values={"act": "accept_task"},
        json=True,
    ),
]
"""The open doors. What a key may do is tested beside them; here nobody brings one."""

ENGINEERS = of_those(("sun", "other"), others=FORBIDDEN)
"""Who looks after the exchange of any district."""


def theirs(result: str) -> Expected:
    """For whoever looks after the exchange of the district where the thing is."""
    return of_those(("sun",), result, others=FORBIDDEN) | {"other": MISSING}


EXCHANGE = [
    *reads("exchange/", ENGINEERS),
    *both("exchange/systems/new/", ENGINEERS, of_those(("sun", "other"), ASKED, others=FORBIDDEN)),
    *both("exchange/systems/<uuid:id>/", theirs(OK), theirs(ASKED), values={"id": "{system}"}),
    *writes(
        "exchange/systems/<uuid:id>/<slug:act>/", theirs(ASKED), values={"id": "{system}", "act": "test"}
    ),
    *writes("exchange/forwardings/<uuid:id>/retry/", theirs(OK), values={"id": "{sent}"}),
    *both("exchange/hooks/new/", ENGINEERS, of_those(("sun", "other"), ASKED, others=FORBIDDEN)),
    *both("exchange/hooks/<uuid:id>/", theirs(OK), theirs(ASKED), values={"id": "{hook}"}),
    *writes("exchange/hooks/<uuid:id>/<slug:act>/", theirs(OK), values={"id": "{hook}", "act": "pause"}),
    *writes("exchange/events/<uuid:id>/replay/", theirs(REFUSED), values={"id": "{event}"}),
    *both("exchange/forward/<str:number>/", of_those(KNOW_EVENT), of_those(KNOW_EVENT, ASKED)),
    *both("exchange/forward/<str:number>/", of_those(KNOW_SECRET), of_those(KNOW_SECRET, ASKED), on="secret"),
]
"""What goes out of the house, for whoever looks after it; forwarding a case, for those who know it."""

WITHOUT_PASSWORD = dict.fromkeys(("li", "qian"), FORBIDDEN)
NO_FACTOR = everybody(MISSING) | {"nobody": LOGIN}
NO_KEY = residents_too() | dict.fromkeys(("li", "qian"), MISSING)
"""Staff are asked for their password first, and would then find none; who has no password finds none at once."""

ACCOUNTS = [
    *both("accounts/login/", ALL, ALL),
    *both("accounts/logout/", ALL, ALL),
    *reads("accounts/inactive/", ALL),
    *both("accounts/signup/", ALL, ALL),
    *both("accounts/reauthenticate/", residents_too() | WITHOUT_PASSWORD, residents_too() | WITHOUT_PASSWORD),
    *both("accounts/password/change/", residents_too(), residents_too()),
    *both("accounts/password/set/", everybody(MISSING), everybody(MISSING)),
    *both("accounts/2fa/", residents_too(), everybody(METHOD) | {"nobody": LOGIN}),
    *both("accounts/2fa/authenticate/", residents_too(), residents_too()),
    *both(
        "accounts/2fa/reauthenticate/", residents_too() | WITHOUT_PASSWORD, residents_too() | WITHOUT_PASSWORD
    ),
    *both("accounts/2fa/totp/activate/", residents_too(), residents_too()),
    *both("accounts/2fa/totp/deactivate/", NO_FACTOR, NO_FACTOR),
    *both("accounts/2fa/recovery-codes/", NO_FACTOR, everybody(METHOD) | {"nobody": LOGIN}),
    *both("accounts/2fa/recovery-codes/generate/", residents_too(), residents_too()),
    *both("accounts/2fa/recovery-codes/download/", NO_FACTOR, NO_FACTOR),
    *both("accounts/2fa/webauthn/", residents_too(), everybody(METHOD) | {"nobody": LOGIN}),
    *both("accounts/2fa/webauthn/add/", residents_too(), residents_too()),
    *both(
        "accounts/2fa/webauthn/reauthenticate/",
        residents_too() | WITHOUT_PASSWORD,
        residents_too() | WITHOUT_PASSWORD,
    ),
    *both("accounts/2fa/webauthn/keys/<int:pk>/remove/", NO_KEY, NO_KEY, values={"pk": "1"}),
    *both("accounts/2fa/webauthn/keys/<int:pk>/edit/", NO_KEY, NO_KEY, values={"pk": "1"}),
    *reads("accounts/security/", residents_too()),
    *writes("accounts/sessions/end/", residents_too(MISSING), data={"session": NONE}),
    *writes("accounts/sessions/end-others/", residents_too()),
    *writes("accounts/password/strength/", residents_too(), data={"password1": "ein-satz"}),
]
"""Signing in and the second factor: allauth's views, ours by configuration."""

RESTAURANT = {"number": "{restaurant}"}
OFFER = {"number": "{offer}"}
SHOP = {"shop_id": "{shop}"}
REWARD = {"number": "{reward_number}"}
KEEPS_REWARDS = of_those(("sun",))
HOSTS = ("zhao", "sun")
KEEPS_OFFERS = of_those(("sun",), others=FORBIDDEN)
ASKS_KEEPER = of_those(("sun",), ASKED, others=FORBIDDEN)
AIMS = ("zhao", *LEADS, "other")
SEES_TARGETS = of_those(AIMS, others=FORBIDDEN)
TARGET = {"target_id": "{target}"}

OFFERS = [
    *reads("services/", ALL, query={"open": "now", "q": "lf", "lon": "116.3", "lat": "39.9"}),
    *reads("services/<str:number>/", ALL, values=OFFER),
    *reads("services/<str:number>/", everybody(MISSING)),
    *reads("services/season/<uuid:season_id>/", ALL, values={"season_id": "{season}"}),
    *reads("services/season/<uuid:season_id>/", everybody(MISSING), values={"season_id": NONE}),
    *reads("meals/", ALL, query={"open": "now"}),
    *reads("my/meals/", residents_too()),
    *writes(
        "my/meals/<uuid:entitlement>/draw/",
        residents_too(MISSING) | {"li": OK},
        values={"entitlement": "{entitlement}"},
    ),
    *reads("field/offers/", of_those(HOSTS, others=FORBIDDEN)),
    *reads("field/offers/<str:number>/", of_those(HOSTS), values=RESTAURANT),
    *writes(
        "field/offers/<str:number>/count/",
        of_those(HOSTS),
        values=RESTAURANT,
        data={**KEY, "given": "{counted}", "times": "2"},
    ),
    *writes(
        "field/offers/<str:number>/undo/<uuid:tally>/",
        of_those(("zhao",)),
        values=RESTAURANT | {"tally": "{tally}"},
    ),
    *both(
        "field/offers/<str:number>/meal/<uuid:given>/",
        of_those(HOSTS),
        of_those(HOSTS),
        values=RESTAURANT | {"given": "{meal}"},
        data={**KEY, "said": "{said}"},
    ),
    *writes(
        "field/offers/<str:number>/reverse/<uuid:redemption>/",
        of_those(HOSTS),
        values=RESTAURANT | {"redemption": "{taken_meal}"},
        data={"reason": "点错了"},
    ),
    *reads("my/points/", residents_too()),
    *writes(
        "my/points/reserve/<uuid:reward_id>/",
        residents_too(REFUSED) | {"li": OK},
        values={"reward_id": "{reward}"},
        data=KEY | {"district": "110102"},
    ),
    *reads("desk/targets/", SEES_TARGETS),
    *both("desk/targets/new/", SEES_TARGETS, of_those(AIMS, ASKED, others=FORBIDDEN)),
    *reads("desk/targets/appraisals/", of_those((*LEADS, "other"), others=FORBIDDEN)),
    *reads(
        "desk/targets/<uuid:target_id>/",
        of_those(("zhao", *LEADS), others=FORBIDDEN) | {"other": MISSING},
        values=TARGET,
    ),
    *writes(
        "desk/targets/<uuid:target_id>/<slug:step>/",
        of_those(("sun",), ASKED, others=FORBIDDEN) | {"other": MISSING},
        values=TARGET | {"step": "refuse"},
    ),
    *both(
        "desk/figures/<slug:code>/<slug:indicator>/appeal/",
        of_those((), others=FORBIDDEN) | dict.fromkeys(LEADS, MISSING),
        of_those((), others=FORBIDDEN) | dict.fromkeys(LEADS, MISSING),
        values={"code": "110102", "indicator": "nothing"},
    ),
    *both("desk/points/", KEEPS_OFFERS, ASKS_KEEPER),
    *writes(
        "desk/points/reverse/<uuid:transfer>/",
        KEEPS_OFFERS,
        values={"transfer": "{posted}"},
        data={"reason": "记错了"},
    ),
    *writes("desk/points/close/", ASKS_KEEPER),
    *both("desk/points/shops/", KEEPS_OFFERS, ASKS_KEEPER, query={"q": "暖"}),
    *reads("desk/points/shops/month/<slug:form>/", KEEPS_OFFERS, values={"form": "csv"}),
    *reads("desk/points/shops/month/<slug:form>/", ASKS_KEEPER, values={"form": "pdf"}),
    *reads("desk/points/shops/<uuid:shop_id>/", KEEPS_REWARDS, values=SHOP),
    *both("desk/points/shops/<uuid:shop_id>/new/", KEEPS_REWARDS, of_those(("sun",), ASKED), values=SHOP),
    *reads(
        "desk/points/shops/<uuid:shop_id>/month/<slug:form>/", KEEPS_REWARDS, values=SHOP | {"form": "csv"}
    ),
    *writes(
        "desk/points/shops/<uuid:shop_id>/<slug:step>/",
        of_those(("sun",), ASKED),
        values=SHOP | {"step": "settle"},
        data={"month": "soon"},
    ),
    *both(
        "desk/points/rewards/<str:number>/",
        KEEPS_REWARDS,
        KEEPS_REWARDS,
        values=REWARD,
        data={"name": "充电宝", "points": "30"},
    ),
    *both("desk/points/rewards/<str:number>/", of_those(()), of_those(()), values={"number": "%00"}),
    *writes(
        "desk/points/rewards/<str:number>/<slug:step>/",
        KEEPS_REWARDS,
        values=REWARD | {"step": "stock"},
        data=KEY | {"pieces": "2"},
    ),
    *reads("field/rewards/", of_those(("zhao",), others=FORBIDDEN)),
    *both(
        "field/rewards/<uuid:shop_id>/",
        of_those(("zhao",)),
        of_those(("zhao",), ASKED),
        values=SHOP,
        data={**KEY, "reward": "{reward}", "code": "nothing"},
    ),
    *writes(
        "field/rewards/<uuid:shop_id>/back/<uuid:redemption>/",
        of_those(("zhao",)),
        values=SHOP | {"redemption": "{taken_reward}"},
        data={"reason": "点错了"},
    ),
    *reads(
        "field/rewards/<uuid:shop_id>/month/<slug:form>/", of_those(("zhao",)), values=SHOP | {"form": "csv"}
    ),
    *reads("desk/offers/", KEEPS_OFFERS, query={"q": "tc", "state": "retired"}),
    *both("desk/offers/new/", KEEPS_OFFERS, ASKS_KEEPER),
    *both("desk/offers/seasons/", KEEPS_OFFERS, ASKS_KEEPER),
    *writes("desk/offers/seasons/<uuid:season_id>/retire/", KEEPS_OFFERS, values={"season_id": "{season}"}),
    *reads("desk/offers/counts/", KEEPS_OFFERS, query={"by": "street"}),
    *reads("desk/offers/counts/<slug:form>/", KEEPS_OFFERS, values={"form": "csv"}),
    *reads("desk/offers/counts/<slug:form>/", ASKS_KEEPER, values={"form": "pdf"}),
    *both(
        "desk/offers/<str:number>/",
        KEEPS_OFFERS,
        of_those(("sun",), REFUSED, others=FORBIDDEN),
        values=OFFER,
    ),
    *writes("desk/offers/<str:number>/<slug:step>/", ASKS_KEEPER, values=OFFER | {"step": "retire"}),
    *both("desk/entitlements/", KEEPS_OFFERS, ASKS_KEEPER, query={"q": "1001李"}),
    *both("desk/entitlements/roster/", KEEPS_OFFERS, ASKS_KEEPER),
    *writes("desk/entitlements/roster/<uuid:run>/take/", KEEPS_OFFERS, values={"run": "{roster}"}),
    *reads("desk/entitlements/roster/<uuid:run>/", KEEPS_OFFERS, values={"run": "{taken_roster}"}),
    *writes("desk/entitlements/roster/<uuid:run>/undo/", KEEPS_OFFERS, values={"run": "{taken_roster}"}),
    *writes(
        "desk/entitlements/<uuid:entitlement>/end/",
        KEEPS_OFFERS,
        values={"entitlement": "{entitlement}"},
        data={"reason": "离职"},
    ),
]
"""What people can have: the catalogue for everybody, one's own number, the counter for hosts, the desk for keepers."""

CLERKS = ("zhao", "sun")
CALLS = of_those(CLERKS, others=FORBIDDEN)
ASKS_CLERK = of_those(CLERKS, ASKED, others=FORBIDDEN)
CALLED = {"number": "{called}"}
TURN = {"number": "{turn}"}
ENROLLED = {"li": OK, "qian": OK}

RESPONDERS = [
    *reads("respond/", ALL),
    *both("respond/join/", residents_too(), residents_too(ASKED) | ENROLLED),
    *both("respond/me/", residents_too(), residents_too() | dict.fromkeys(ENROLLED, ASKED)),
    *writes("respond/leave/", residents_too(MISSING) | ENROLLED),
    *writes("respond/agree/<uuid:responder>/", residents_too(FORBIDDEN), values={"responder": "{responder}"}),
    *writes("respond/agree/<uuid:responder>/", residents_too(MISSING), values={"responder": NONE}),
    *reads("respond/calls/", residents_too()),
    *reads("respond/calls/<str:number>/", residents_too(MISSING) | {"li": OK}, values=CALLED),
    *reads("respond/calls/<str:number>/", residents_too(MISSING), values={"number": "%00"}),
    *writes(
        "respond/calls/<str:number>/<slug:step>/",
        residents_too(MISSING) | {"li": OK},
        values=CALLED | {"step": "accept"},
    ),
    *writes(
        "respond/calls/<str:number>/<slug:step>/",
        residents_too(MISSING) | {"li": ASKED},
        values=CALLED | {"step": "share"},
    ),
    *writes("respond/calls/<str:number>/<slug:step>/", residents_too(MISSING), values=CALLED | {"step": "x"}),
    *reads("respond/record/", residents_too()),
    *both("respond/record/certificate/", residents_too(), residents_too() | {"li": REFUSED, "qian": REFUSED}),
    *reads("respond/record/export.json", residents_too()),
    *both("respond/word/", residents_too(), residents_too(ASKED), data=KEY),
    *both("respond/pick/", residents_too(), residents_too(ASKED), data=KEY),
    *reads("respond/scenes/<slug:code>/", ALL, values={"code": "elder_help"}),
    *reads("respond/scenes/<slug:code>/", everybody(MISSING), values={"code": "nothing"}),
    *reads("respond/shifts/", residents_too()),
    *reads("respond/shifts/<str:number>/", residents_too(), values=TURN),
    *reads("respond/shifts/<str:number>/", residents_too(MISSING), values={"number": "%00"}),
    *both(
        "respond/shifts/<str:number>/scan/",
        residents_too(),
        residents_too(REFUSED) | {"qian": MISSING},
        values=TURN,
    ),
    *writes(
        "respond/shifts/<str:number>/<slug:step>/",
        residents_too(REFUSED) | {"li": OK},
        values=TURN | {"step": "join"},
    ),
    *writes("respond/shifts/<str:number>/<slug:step>/", residents_too(MISSING), values=TURN | {"step": "x"}),
    *reads("respond/stories/", ALL),
    *reads(
        "respond/stories/<uuid:story>/<slug:size>/",
        everybody(MISSING) | dict.fromkeys(CLERKS, OK),
        values={"story": "{story}", "size": "thumb"},
    ),
    *reads(
        "respond/stories/<uuid:story>/<slug:size>/", everybody(MISSING), values={"story": NONE, "size": "x"}
    ),
    *reads("desk/responders/shifts/", CALLS, query={"state": "past"}),
    *both("desk/responders/shifts/new/", CALLS, ASKS_CLERK, data=KEY),
    *reads("desk/responders/shifts/<str:number>/", of_those(CLERKS), values=TURN),
    *reads("desk/responders/shifts/<str:number>/", of_those(()), values={"number": "%00"}),
    *writes("desk/responders/shifts/<str:number>/close/", of_those(CLERKS), values=TURN),
    *writes(
        "desk/responders/shifts/<str:number>/cancel/", of_those(CLERKS), values=TURN, data={"reason": "暴雨"}
    ),
    *both(
        "desk/responders/shifts/<str:number>/scan/",
        of_those(CLERKS),
        of_those(CLERKS, ASKED),
        values=TURN,
    ),
    *reads("desk/responders/records/", CALLS),
    *both(
        "desk/responders/records/<uuid:service>/",
        of_those(CLERKS),
        of_those(CLERKS, ASKED),
        values={"service": "{service}"},
    ),
    *both("desk/responders/records/<uuid:service>/", of_those(()), of_those(()), values={"service": NONE}),
    *both("desk/responders/stories/", CALLS, ASKS_CLERK, data=KEY),
    *writes(
        "desk/responders/stories/<uuid:story>/<slug:step>/",
        CALLS,
        values={"story": "{story}", "step": "show"},
    ),
    *writes(
        "desk/responders/stories/<uuid:story>/<slug:step>/",
        ASKS_CLERK,
        values={"story": "{story}", "step": "down"},
    ),
    *reads("desk/responders/", CALLS, query={"standing": "open"}),
    *both("desk/responders/new/", CALLS, ASKS_CLERK, data=KEY),
    *reads("desk/responders/people/", CALLS, query={"state": "verified"}),
    *writes("desk/responders/people/<uuid:responder>/", CALLS, values={"responder": "{responder}"}),
    *writes(
        "desk/responders/people/<uuid:responder>/",
        of_those(CLERKS, MISSING, others=FORBIDDEN),
        values={"responder": NONE},
    ),
    *reads("desk/responders/figures/", of_those(("sun",), others=FORBIDDEN)),
    *writes("desk/responders/addressed/", of_those(("sun",), ASKED, others=FORBIDDEN)),
    *reads("desk/responders/calls/<str:number>/", of_those(CLERKS), values=CALLED),
    *reads("desk/responders/calls/<str:number>/", of_those(()), values={"number": "%00"}),
    *writes(
        "desk/responders/calls/<str:number>/stand-down/",
        of_those(CLERKS),
        values=CALLED,
        data={"reason": "家属到了"},
    ),
    *writes(
        "desk/responders/calls/<str:number>/confirm/<uuid:call>/",
        of_those(CLERKS, REFUSED),
        values=CALLED | {"call": "{call_to_li}"},
    ),
    *writes(
        "desk/responders/calls/<str:number>/thank/<uuid:service>/",
        of_those(()),
        values=CALLED | {"service": NONE},
        data={"said": "谢谢"},
    ),
]
"""City responders: joining for everybody, one's own calls, the desk for whoever calls and verifies."""

CHECKERS = ("zhao", "sun")
ISSUED = {"number": "{card}"}
MINE = residents_too(MISSING) | {"li": OK}
HELD = {"pass_id": "{visit}"}
BROUGHT = {"run_id": "{brought}"}

CODES = [
    *reads(".well-known/jwks.json", ALL),
    *reads("passes/revoked/<str:district>.jwt", ALL, values={"district": "110102"}),
    *reads("passes/revoked/<str:district>.jwt", everybody(MISSING), values={"district": "%00"}),
    *reads("v/", ALL),
    *reads("passes/see.json", ALL, query={"n": "{place_code}"}),
    *reads("passes/see.json", everybody(MISSING), query={"n": "{card_code}"}),
    *both(
        "check/",
        of_those(CHECKERS, others=FORBIDDEN),
        of_those(CHECKERS, others=FORBIDDEN),
        data=KEY | {"code": "{card}"},
    ),
    Row("check/", "POST", of_those(CHECKERS, ASKED, others=FORBIDDEN), data={"code": "x", "at": "soon"}),
    *reads("passes/known.json", of_those(CHECKERS, others=FORBIDDEN)),
    *reads("me/passes/", residents_too()),
    *writes("me/passes/take/", residents_too(), data={"district": "110102", "kind": "visit"}),
    *writes(
        "me/passes/<uuid:pass_id>/bind/",
        MINE,
        values=HELD,
        data={"device": "d" * 22, "anchor": "A" * 20, "links": "900"},
    ),
    *writes("me/passes/<uuid:pass_id>/end/", MINE, values=HELD, data={"reason": "lost"}),
    *reads("passes/", of_those(("sun",), others=FORBIDDEN), query={"q": "T-1", "kind": "visit"}),
    *both("passes/new/", of_those(("sun",), others=FORBIDDEN), of_those(("sun",), ASKED, others=FORBIDDEN)),
    *both("passes/bulk/", of_those(("sun",), others=FORBIDDEN), of_those(("sun",), ASKED, others=FORBIDDEN)),
    *reads("passes/sheet/", of_those(("sun",)), query={"n": "{card}"}),
    *reads("passes/sheet/", of_those(()), query={"n": "%00"}),
    *both(
        "passes/<str:number>/",
        of_those(("sun",)),
        of_those(("sun",)),
        values=ISSUED,
        data={"reason": "left"},
    ),
    *both("passes/<str:number>/", of_those(()), of_those(()), values={"number": "%00"}),
    *reads("passes/<str:number>/paper/<slug:form>/", of_those(("sun",)), values=ISSUED | {"form": "card"}),
    *reads("passes/<str:number>/paper/<slug:form>/", of_those(()), values=ISSUED | {"form": "sheet"}),
    *reads("subjects/", of_those(("sun",), others=FORBIDDEN), query={"state": "lacking", "q": "馆"}),
    *both("subjects/new/", of_those(("sun",), others=FORBIDDEN), of_those(("sun",), ASKED, others=FORBIDDEN)),
    *writes("subjects/issue/", of_those(("sun",), others=FORBIDDEN)),
    *both(
        "subjects/bring/", of_those(("sun",), others=FORBIDDEN), of_those(("sun",), ASKED, others=FORBIDDEN)
    ),
    *reads("subjects/bring/table.csv", of_those(("sun",), others=FORBIDDEN)),
    *reads("subjects/bring/<uuid:run_id>/", of_those(("sun",), others=FORBIDDEN), values=BROUGHT),
    *writes(
        "subjects/bring/<uuid:run_id>/<slug:step>/",
        of_those(("sun",), others=FORBIDDEN),
        values=BROUGHT | {"step": "take"},
    ),
    *writes(
        "subjects/bring/<uuid:run_id>/<slug:step>/",
        of_those(("sun",), MISSING, others=FORBIDDEN),
        values=BROUGHT | {"step": "fly"},
    ),
    *both(
        "subjects/<str:code>/",
        of_those(("sun",), others=FORBIDDEN),
        of_those(("sun",), others=FORBIDDEN),
        values={"code": "{subject}"},
        data={"do": "issue"},
    ),
    *both(
        "subjects/<str:code>/",
        of_those(("sun",), MISSING, others=FORBIDDEN),
        of_those(("sun",), MISSING, others=FORBIDDEN),
        values={"code": "%00"},
    ),
]
"""Codes: keys and lists for machines, landing for everybody, one's own, the checker's page, the office that issues;
and the register of subjects."""

GATED = {"number": "{compound}"}
AT_GATES = of_those(KEEPERS, others=FORBIDDEN)
NO_PLACE = {"number": "%00"}
ROSTER = {"run_id": "{riders}"}

GATES = [
    *reads("gates/", ALL, query={"q": "四川"}),
    *reads("gates/mine/", AT_GATES),
    *reads("gates/desk/", on_duty()),
    *reads("gates/desk.csv", on_duty(), query={"month": "2026-11"}),
    *both("gates/rosters/", AT_GATES, of_those(KEEPERS, ASKED, others=FORBIDDEN)),
    *reads("gates/rosters/<uuid:run_id>/", of_those(("sun",)), values=ROSTER),
    *writes("gates/rosters/<uuid:run_id>/<slug:step>/", of_those(("sun",)), values=ROSTER | {"step": "take"}),
    *writes("gates/rosters/<uuid:run_id>/<slug:step>/", of_those(()), values=ROSTER | {"step": "fly"}),
    *both("gates/join/", of_those(("sun",), others=FORBIDDEN), of_those(("sun",), ASKED, others=FORBIDDEN)),
    *reads("gates/proof/<str:number>/", ALL, values={"number": "{refusal}"}),
    *reads("gates/proof/<str:number>/", everybody(MISSING), values=NO_PLACE),
    *reads("gates/<str:number>/", ALL, values=GATED),
    *reads("gates/<str:number>/", everybody(MISSING), values=NO_PLACE),
    *writes("gates/<str:number>/refused/", residents_too(REFUSED) | {"li": OK}, values=GATED),
    *writes("gates/<str:number>/refused/", residents_too(MISSING), values=NO_PLACE),
    *writes("gates/<str:number>/walked/", residents_too(ASKED), values=GATED),
    *both(
        "gates/<str:number>/check/", of_those(KEEPERS), of_those(KEEPERS), values=GATED, data={"code": "x"}
    ),
    *both("gates/<str:number>/check/", of_those(()), of_those(()), values=NO_PLACE),
    *writes(
        "gates/<str:number>/check/<slug:step>/",
        of_those(KEEPERS, ASKED),
        values=GATED | {"step": "record"},
        data={**KEY, "check": "x", "direction": "in"},
    ),
    *writes("gates/<str:number>/check/<slug:step>/", of_those(()), values=GATED | {"step": "fly"}),
    *reads("gates/<str:number>/keep/", of_those(KEEPERS), values=GATED, query={"rule": "hours"}),
    *writes(
        "gates/<str:number>/keep/<slug:step>/",
        of_those(KEEPERS),
        values=GATED | {"step": "rule"},
        data={"kind": "speed", "limit": "15"},
    ),
    *writes("gates/<str:number>/keep/<slug:step>/", of_those(()), values=GATED | {"step": "fly"}),
    *reads("me/gates/", residents_too()),
]
"""Compounds: public pages and proofs for everybody, two taps for who holds a code, the gate and its keeper on duty."""

TABLE = [
    *INTERFACE,
    *PORTAL,
    *OFFERS,
    *CODES,
    *GATES,
    *RESPONDERS,
    *DESK,
    *FIELD,
    *COCKPIT,
    *MACHINES,
    *EXCHANGE,
    *ACCOUNTS,
]

PREFIXES = {
    "admin/login/": everybody(FORBIDDEN) | {"nobody": LOGIN},
    "admin/logout/": ALL,
    "admin/": everybody(LOGIN),
}
"""Third-party addresses by their beginning, the first that fits: nobody of the cast has the configuration admin."""
