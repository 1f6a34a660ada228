from django.urls import path

from youlin.doors.operations import pages

app_name = "operations"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("retry/<slug:kind>/<uuid:id>/", pages.retry, name="retry"),
]
