from django.urls import path

from youlin.doors.desk.targets import appeals, appraisals, targets

urlpatterns = [
    path("targets/", targets.index, name="targets"),
    path("targets/new/", targets.new, name="target-new"),
    path("targets/appraisals/", appraisals.index, name="appraisals"),
    path("targets/<uuid:target_id>/", targets.target, name="target"),
    path("targets/<uuid:target_id>/<slug:step>/", targets.decide, name="target-step"),
    path("figures/<slug:code>/<slug:indicator>/appeal/", appeals.appeal, name="appeal"),
]
