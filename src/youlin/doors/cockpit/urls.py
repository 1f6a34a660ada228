from django.urls import path

from youlin.doors.cockpit import figures

app_name = "cockpit"
urlpatterns = [
    path("", figures.home, name="home"),
    path("<slug:code>/", figures.area, name="area"),
    path("<slug:code>/areas.geojson", figures.areas_geojson, name="areas"),
]
