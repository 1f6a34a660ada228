from django.urls import path

from youlin.doors.desk.offers import counts, holders, keeping, seasons

urlpatterns = [
    path("offers/", keeping.offers, name="offers"),
    path("offers/new/", keeping.new, name="offer-new"),
    path("offers/seasons/", seasons.seasons, name="seasons"),
    path("offers/seasons/<uuid:season_id>/retire/", seasons.retire, name="season-retire"),
    path("offers/counts/", counts.counts, name="offer-counts"),
    path("offers/counts/<slug:form>/", counts.export, name="offer-counts-export"),
    path("offers/<str:number>/", keeping.offer, name="offer"),
    path("offers/<str:number>/<slug:step>/", keeping.change, name="offer-step"),
    path("entitlements/", holders.entitlements, name="entitlements"),
    path("entitlements/roster/", holders.roster, name="roster"),
    path("entitlements/roster/<uuid:run>/take/", holders.take, name="roster-take"),
    path("entitlements/roster/<uuid:run>/", holders.run, name="roster-run"),
    path("entitlements/roster/<uuid:run>/undo/", holders.undo, name="roster-undo"),
    path("entitlements/<uuid:entitlement>/end/", holders.end, name="entitlement-end"),
]
