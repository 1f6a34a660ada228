from django.urls import path

from youlin.doors.desk import acts, bulk, cases, exports, filters, imports, inbox, paper, places, presence
from youlin.doors.desk.hotline import calls, following_up
from youlin.doors.desk.linkage.urls import urlpatterns as linkage
from youlin.doors.desk.moderation import pages as moderation
from youlin.doors.desk.offers.urls import urlpatterns as offers
from youlin.doors.desk.points.urls import urlpatterns as points
from youlin.doors.desk.responders.urls import urlpatterns as responders
from youlin.doors.desk.targets.urls import urlpatterns as targets
from youlin.doors.desk.work.urls import urlpatterns as work

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("rows/", inbox.rows, name="rows"),
    path("points.geojson", inbox.points, name="points"),
    path("areas.geojson", inbox.areas_geojson, name="areas"),
    path("call/", calls.start, name="call"),
    path("call/caller/", calls.caller, name="hotline-caller"),
    path("call/recognise/", calls.recognise, name="hotline-recognise"),
    path("call/questions/", calls.questions_of, name="hotline-questions"),
    path("call/places/", calls.places, name="hotline-places"),
    path("call/<uuid:call_id>/", calls.call, name="hotline-call"),
    path("call/<uuid:call_id>/done/", calls.done, name="hotline-done"),
    path("follow-ups/", following_up.work, name="follow-ups"),
    path("follow-ups/next/", following_up.following, name="follow-up-next"),
    path("follow-ups/<str:number>/", following_up.call, name="follow-up-call"),
    path("follow-ups/<str:number>/contact/", following_up.contact, name="follow-up-contact"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/<str:number>/", moderation.decide, name="moderate"),
    path("filters/", filters.manage, name="filters"),
    path("filters/side/", filters.side, name="filters-side"),
    path("filters/more/", filters.more, name="more"),
    path("filters/<uuid:filter_id>/", filters.change, name="filter"),
    path("bulk/", bulk.choose, name="bulk"),
    path("bulk/start/", bulk.start, name="bulk-start"),
    path("bulk/<uuid:run_id>/", bulk.run, name="bulk-run"),
    path("bulk/<uuid:run_id>/undo/", bulk.undo, name="bulk-undo"),
    path("exports/", exports.exports, name="exports"),
    path("exports/rows/", exports.rows, name="export-rows"),
    path("exports/<uuid:export_id>/", exports.fetch, name="export"),
    path("imports/", imports.inbox, name="imports"),
    path("imports/<uuid:row_id>/", imports.row, name="imported-row"),
    path("places/", places.places, name="places"),
    path("places/export.csv", places.export, name="places-export"),
    path("places/import/", places.bring, name="places-import"),
    path("places/import/<uuid:run_id>/", places.run, name="places-run"),
    path("places/import/<uuid:run_id>/take/", places.take, name="places-take"),
    path("places/import/<uuid:run_id>/undo/", places.undo, name="places-undo"),
    path("print/", paper.print_list, name="print-list"),
    path("print/<uuid:sheet_id>/", paper.sheet, name="sheet"),
    path("case/<str:number>/", cases.case, name="case"),
    path("case/<str:number>/here/", presence.here, name="here"),
    path("case/<str:number>/print/", paper.print_case, name="print-case"),
    path("case/<str:number>/act/<slug:act>/", acts.act, name="act"),
    path("case/<str:number>/follow-up/", acts.follow_up, name="follow-up"),
    path("case/<str:number>/reporter/<uuid:reporter>/", acts.unmask, name="unmask"),
    *work,
    *offers,
    *points,
    *linkage,
    *responders,
    *targets,
    path("case/<str:number>/workflow/", cases.workflow, name="workflow"),
]
