from django.urls import path

from youlin.doors.desk.work import measures, merging, splitting

urlpatterns = [
    path("case/<str:number>/measure/<slug:kind>/", measures.begin, name="measure"),
    path("case/<str:number>/measure/<uuid:measure>/<slug:step>/", measures.take, name="measure-step"),
    path("case/<str:number>/split/", splitting.split, name="split"),
    path("case/<str:number>/compare/", merging.compare, name="compare"),
    path("case/<str:number>/unmerge/", merging.unmerge, name="unmerge"),
]
