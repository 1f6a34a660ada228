from django.urls import path

from youlin.doors.desk import acts, calls, cases, inbox
from youlin.doors.desk.moderation import pages as moderation

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("rows/", inbox.rows, name="rows"),
    path("points.geojson", inbox.points, name="points"),
    path("areas.geojson", inbox.areas_geojson, name="areas"),
    path("call/", calls.take, name="call"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/<str:number>/", moderation.decide, name="moderate"),
    path("case/<str:number>/", cases.case, name="case"),
    path("case/<str:number>/act/<slug:act>/", acts.act, name="act"),
    path("case/<str:number>/follow-up/", acts.follow_up, name="follow-up"),
    path("case/<str:number>/reporter/<uuid:reporter>/", acts.unmask, name="unmask"),
    path("case/<str:number>/workflow/", cases.workflow, name="workflow"),
]
