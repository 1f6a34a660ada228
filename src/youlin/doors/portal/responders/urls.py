"""Addresses of city responders in the portal."""

from django.urls import path

from youlin.doors.portal.responders import calls, enrolling, pick, record, scenes, shifts, stories, word

urlpatterns = [
    path("respond/", enrolling.about, name="respond"),
    path("respond/join/", enrolling.join, name="respond-join"),
    path("respond/me/", enrolling.me, name="respond-me"),
    path("respond/leave/", enrolling.leave, name="respond-leave"),
    path("respond/agree/<uuid:responder>/", enrolling.agree, name="respond-agree"),
    path("respond/calls/", calls.calls, name="respond-calls"),
    path("respond/calls/<str:number>/", calls.call, name="respond-call"),
    path("respond/calls/<str:number>/<slug:step>/", calls.answer, name="respond-answer"),
    path("respond/record/", record.record, name="respond-record"),
    path("respond/record/certificate/", record.certificate, name="respond-certificate"),
    path("respond/record/export.json", record.export, name="respond-export"),
    path("respond/word/", word.word, name="respond-word"),
    path("respond/pick/", pick.pick, name="respond-pick"),
    path("respond/scenes/<slug:code>/", scenes.scene, name="respond-scene"),
    path("respond/shifts/", shifts.shifts, name="respond-shifts"),
    path("respond/shifts/<str:number>/", shifts.shift, name="respond-shift"),
    path("respond/shifts/<str:number>/scan/", shifts.scan, name="respond-scan"),
    path("respond/shifts/<str:number>/<slug:step>/", shifts.answer, name="respond-seat"),
    path("respond/stories/", stories.stories, name="respond-stories"),
    path("respond/stories/<uuid:story>/<slug:size>/", stories.photo, name="respond-story-photo"),
]
