"""Addresses of city responders at the desk."""

from django.urls import path

from youlin.doors.desk.responders import calling, leading, numbers, people

urlpatterns = [
    path("responders/", calling.call_outs, name="responders"),
    path("responders/new/", calling.new, name="responders-new"),
    path("responders/people/", people.waiting, name="responders-people"),
    path("responders/people/<uuid:responder>/", people.decide, name="responders-decide"),
    path("responders/figures/", numbers.figures, name="responders-figures"),
    path("responders/addressed/", numbers.addressed, name="responders-addressed"),
    path("responders/calls/<str:number>/", leading.call_out, name="responders-call"),
    path("responders/calls/<str:number>/stand-down/", leading.stand_down, name="responders-stand-down"),
    path("responders/calls/<str:number>/confirm/<uuid:call>/", leading.confirm, name="responders-confirm"),
    path("responders/calls/<str:number>/thank/<uuid:service>/", leading.thank, name="responders-thank"),
]
