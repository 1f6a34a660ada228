from django.urls import path

from youlin.doors.codes import bringing, bulk, checking, issuing, landing, machine, mine, paper, subjects

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
    path("subjects/", subjects.subjects, name="subjects"),
    path("subjects/new/", subjects.new, name="subject-new"),
    path("subjects/issue/", subjects.issue, name="subjects-issue"),
    path("subjects/bring/", bringing.bring, name="subjects-bring"),
    path("subjects/bring/table.csv", bringing.pattern, name="subjects-table"),
    path("subjects/bring/<uuid:run_id>/", bringing.run, name="subjects-run"),
    path("subjects/bring/<uuid:run_id>/<slug:step>/", bringing.settle, name="subjects-settle"),
    path("subjects/<str:code>/", subjects.one, name="subject"),
]
