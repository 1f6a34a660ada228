from django.urls import path

from youlin.doors.cockpit import brief, city, figures, friendly, lighter, lineage, one, responders, views

app_name = "cockpit"
urlpatterns = [
    path("", figures.home, name="home"),
    path("city/<slug:code>/", city.city, name="city"),
    path("views/", views.views, name="views"),
    path("views/<uuid:view_id>/drop/", views.drop, name="drop-view"),
    path("<slug:code>/", figures.area, name="area"),
    path("<slug:code>/friendly/", friendly.friendly, name="friendly"),
    path("<slug:code>/lighter/", lighter.lighter, name="lighter"),
    path("<slug:code>/responders/", responders.responders, name="responders"),
    path("<slug:code>/figures/<slug:indicator>/", one.one, name="figure"),
    path("<slug:code>/figures/<slug:indicator>/rows/", lineage.rows, name="rows"),
    path("<slug:code>/figures/<slug:indicator>/rows.csv", lineage.table, name="rows-csv"),
    path("<slug:code>/brief/", brief.brief, name="brief"),
    path("<slug:code>/wall/", brief.wall, name="wall"),
    path("<slug:code>/areas.geojson", figures.areas_geojson, name="areas"),
]
