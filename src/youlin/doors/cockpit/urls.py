from django.urls import path

from youlin.doors.cockpit import city, figures

app_name = "cockpit"
urlpatterns = [
    path("", figures.home, name="home"),
    path("city/<slug:code>/", city.city, name="city"),
    path("<slug:code>/", figures.area, name="area"),
    path("<slug:code>/areas.geojson", figures.areas_geojson, name="areas"),
]
