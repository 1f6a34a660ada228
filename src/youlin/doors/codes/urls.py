from django.urls import path

from youlin.doors.codes import bulk, checking, issuing, landing, machine, mine, paper

app_name = "codes"
urlpatterns = [
    path(".well-known/jwks.json", machine.jwks, name="jwks"),
    path("passes/revoked/<str:district>.jwt", machine.revoked_list, name="revoked"),
    path("v/", landing.landing, name="landing"),
    path("check/", checking.check, name="check"),
    path("me/passes/", mine.mine, name="mine"),
    path("me/passes/take/", mine.take, name="take"),
    path("me/passes/<uuid:pass_id>/bind/", mine.bind, name="bind"),
    path("me/passes/<uuid:pass_id>/end/", mine.end, name="end"),
    path("passes/", issuing.issued, name="issued"),
    path("passes/known.json", checking.known, name="known"),
    path("passes/see.json", landing.see, name="see"),
    path("passes/bulk/", bulk.bulk, name="bulk"),
    path("passes/sheet/", paper.sheet, name="sheet"),
    path("passes/new/", issuing.new, name="new"),
    path("passes/<str:number>/", issuing.one, name="one"),
    path("passes/<str:number>/paper/<slug:form>/", paper.paper, name="paper"),
]
