"""Addresses of city responders at the desk."""

from django.urls import path

from youlin.doors.desk.responders import calling, leading, numbers, people, records, shifts, stories

urlpatterns = [
    path("responders/", calling.call_outs, name="responders"),
    path("responders/new/", calling.new, name="responders-new"),
    path("responders/people/", people.waiting, name="responders-people"),
    path("responders/people/<uuid:responder>/", people.decide, name="responders-decide"),
    path("responders/figures/", numbers.figures, name="responders-figures"),
    path("responders/addressed/", numbers.addressed, name="responders-addressed"),
    path("responders/shifts/", shifts.shifts, name="responders-shifts"),
    path("responders/shifts/new/", shifts.new, name="responders-shift-new"),
    path("responders/shifts/<str:number>/", shifts.shift, name="responders-shift"),
    path("responders/shifts/<str:number>/close/", shifts.close, name="responders-shift-close"),
    path("responders/shifts/<str:number>/cancel/", shifts.cancel, name="responders-shift-cancel"),
    path("responders/shifts/<str:number>/scan/", shifts.scan, name="responders-scan"),
    path("responders/records/", records.records, name="responders-records"),
    path("responders/records/<uuid:service>/", records.record, name="responders-record"),
    path("responders/stories/", stories.stories, name="responders-stories"),
    path("responders/stories/<uuid:story>/<slug:step>/", stories.decide, name="responders-story"),
    path("responders/calls/<str:number>/", leading.call_out, name="responders-call"),
    path("responders/calls/<str:number>/stand-down/", leading.stand_down, name="responders-stand-down"),
    path("responders/calls/<str:number>/confirm/<uuid:call>/", leading.confirm, name="responders-confirm"),
    path("responders/calls/<str:number>/thank/<uuid:service>/", leading.thank, name="responders-thank"),
]
