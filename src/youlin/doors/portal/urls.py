from django.urls import path

from youlin.doors.portal import cast, feedback, home, mine, photos, points, push, report, sign_in, track
from youlin.doors.portal.offers import meals as meals_pages
from youlin.doors.portal.offers import mine as my_meals
from youlin.doors.portal.offers import services
from youlin.doors.portal.places import embedding, finding, page, pocket
from youlin.doors.portal.places import photos as place_photos
from youlin.doors.portal.places.paper import door, poster
from youlin.doors.portal.responders.urls import urlpatterns as responders

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("points.geojson", home.points, name="points"),
    path("areas.geojson", home.areas_geojson, name="areas"),
    path("case/<str:number>/", home.case, name="case"),
    path("case/<str:number>/me-too/", report.me_too, name="me-too"),
    path("places/", finding.find, name="places"),
    path("places/points.geojson", finding.points, name="places-points"),
    path("places/qr.svg", finding.qr, name="places-qr"),
    path("places/embed/", embedding.embed, name="places-embed"),
    path("places/district.json", pocket.district_file, name="places-district"),
    path("places/offline/", pocket.find_shell, name="places-shell"),
    path("places/offline/place/", pocket.place_shell, name="place-shell"),
    path("places/poster/<str:area>/", poster.poster, name="place-poster"),
    path("places/doors/<str:area>/", door.doors, name="place-doors"),
    path("places/<str:number>/", page.place, name="place"),
    path("places/<str:number>/door/", door.door, name="place-door"),
    path("places/<str:number>/say/", page.say, name="place-say"),
    path("places/<str:number>/qr.svg", page.qr, name="place-qr"),
    path("places/<str:number>/photos/<uuid:photo>/<slug:size>/", place_photos.photo, name="place-photo"),
    path("services/", services.services, name="services"),
    path("services/season/<uuid:season_id>/", services.season, name="season"),
    path("services/<str:number>/", services.service, name="service"),
    path("meals/", meals_pages.meals, name="meals"),
    path("my/points/", points.my_points, name="my-points"),
    path("my/points/reserve/<uuid:reward_id>/", points.reserve, name="reserve"),
    path("my/meals/", my_meals.my_meals, name="my-meals"),
    path("my/meals/<uuid:entitlement>/draw/", my_meals.draw, name="my-meals-draw"),
    *responders,
    path("report/", report.report, name="report"),
    path("report/suggest/", report.suggest, name="suggest"),
    path("report/questions/", report.questions_of, name="questions"),
    path("report/nearby/", report.nearby, name="nearby"),
    path("report/<str:number>/", report.receipt, name="receipt"),
    path("report/<str:number>/qr.svg", report.qr, name="qr"),
    path("track/", track.find, name="track"),
    path("track/<str:number>/", track.track, name="track-case"),
    path("track/<str:number>/rate/", track.rate, name="rate"),
    path("track/<str:number>/answer/", track.answer, name="answer"),
    path("track/<str:number>/reopen/", track.reopen, name="reopen"),
    path("my/", mine.my, name="my"),
    path("my/data/", mine.data, name="my-data"),
    path("my/data/export.json", mine.export, name="my-export"),
    path("my/data/erase/", mine.erase, name="my-erase"),
    path("my/push/", push.subscription, name="push"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("inbox/", mine.inbox, name="inbox"),
    path("inbox/<uuid:notice>/read/", mine.read, name="read"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.code, name="sign-in-code"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("photo/<uuid:media>/<slug:size>/", photos.photo, name="photo"),
    path("demo/", cast.demo, name="demo"),
    path("demo/be/", cast.be, name="be"),
]
