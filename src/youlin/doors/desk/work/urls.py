from django.urls import path

from youlin.doors.desk.work import crossing, measures, merging, splitting

urlpatterns = [
    path("case/<str:number>/measure/<slug:kind>/", measures.begin, name="measure"),
    path("case/<str:number>/measure/<uuid:measure>/<slug:step>/", measures.take, name="measure-step"),
    path("case/<str:number>/split/", splitting.split, name="split"),
    path("case/<str:number>/compare/", merging.compare, name="compare"),
    path("case/<str:number>/unmerge/", merging.unmerge, name="unmerge"),
    path("case/<str:number>/hand-over/", crossing.hand_over, name="hand-over"),
    path("case/<str:number>/arrival/accept/", crossing.accept, name="arrival-accept"),
    path("case/<str:number>/arrival/refuse/", crossing.refuse, name="arrival-refuse"),
]
