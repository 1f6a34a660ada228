from django.urls import path

from youlin.doors.field import acts, entrances, measures, offers, pages, place_photos, places, rewards

app_name = "field"
urlpatterns = [
    path("", pages.today, name="today"),
    path("grid/", pages.grid, name="grid"),
    path("me/", pages.me, name="me"),
    path("report/", acts.report, name="report"),
    path("places/", places.places, name="places"),
    path("places/<str:number>/", places.place, name="place"),
    path("places/<str:number>/photos/", place_photos.photos, name="place-photos"),
    path("places/<str:number>/photos/<uuid:photo>/<slug:step>/", place_photos.change, name="place-photo"),
    path("places/<str:number>/entrances/", entrances.entrances, name="place-entrances"),
    path(
        "places/<str:number>/entrances/<uuid:entrance>/<slug:step>/", entrances.change, name="place-entrance"
    ),
    path("places/<str:number>/<slug:step>/", places.keep, name="place-keep"),
    path("offers/", offers.offers, name="offers"),
    path("rewards/", rewards.shops, name="rewards"),
    path("rewards/<uuid:shop_id>/", rewards.shop, name="shop"),
    path("rewards/<uuid:shop_id>/back/<uuid:redemption>/", rewards.take_back, name="shop-take-back"),
    path("rewards/<uuid:shop_id>/month/<slug:form>/", rewards.month, name="shop-month"),
    path("offers/<str:number>/", offers.counter, name="counter"),
    path("offers/<str:number>/count/", offers.count, name="counter-count"),
    path("offers/<str:number>/undo/<uuid:tally>/", offers.undo, name="counter-undo"),
    path("offers/<str:number>/meal/<uuid:given>/", offers.meal, name="meal"),
    path("offers/<str:number>/reverse/<uuid:redemption>/", offers.reverse_meal, name="meal-reverse"),
    path("case/<str:number>/", pages.case, name="case"),
    path("case/<str:number>/act/<slug:act>/", acts.act, name="act"),
    path("case/<str:number>/measure/<slug:kind>/", measures.begin, name="measure"),
    path("case/<str:number>/measure/<uuid:measure>/<slug:step>/", measures.take, name="measure-step"),
]
