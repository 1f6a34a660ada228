from django.urls import path

from youlin.doors.gates import desk, guard, keeping, public, rider, rosters

app_name = "gates"
urlpatterns = [
    path("gates/", public.compounds, name="compounds"),
    path("gates/mine/", guard.mine, name="mine"),
    path("gates/desk/", desk.desk, name="desk"),
    path("gates/join/", desk.join, name="join"),
    path("gates/desk.csv", desk.export, name="export"),
    path("gates/rosters/", rosters.rosters, name="rosters"),
    path("gates/rosters/<uuid:run_id>/", rosters.roster, name="roster"),
    path("gates/rosters/<uuid:run_id>/<slug:step>/", rosters.settle, name="settle"),
    path("gates/proof/<str:number>/", public.proof, name="proof"),
    path("gates/<str:number>/", public.compound, name="compound"),
    path("gates/<str:number>/refused/", rider.refused, name="refused"),
    path("gates/<str:number>/walked/", rider.walked, name="walked"),
    path("gates/<str:number>/check/", guard.check, name="check"),
    path("gates/<str:number>/check/<slug:step>/", guard.act, name="act"),
    path("gates/<str:number>/keep/", keeping.keep, name="keep"),
    path("gates/<str:number>/keep/<slug:step>/", keeping.change, name="change"),
    path("me/gates/", rider.mine, name="rider"),
]
