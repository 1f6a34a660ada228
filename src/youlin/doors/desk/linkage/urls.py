"""Addresses of linkage at the desk: companies and outlets, consultations, the task list."""

from django.urls import path

from youlin.doors.desk.linkage import bodies, consultations, tables, tasks

urlpatterns = [
    path("linkage/", bodies.overview, name="linkage"),
    path("linkage/new/", bodies.new, name="linkage-new"),
    path("linkage/export.csv", tables.export_bodies, name="linkage-export"),
    path("linkage/import/", tables.bring_bodies, name="linkage-import"),
    path("linkage/body/<str:code>/", bodies.body, name="linkage-body"),
    path("linkage/body/<str:code>/edit/", bodies.edit, name="linkage-edit"),
    path("linkage/body/<str:code>/contact/", bodies.contact, name="linkage-contact"),
    path("linkage/body/<str:code>/contact/show/", bodies.unmask, name="linkage-unmask"),
    path("linkage/body/<str:code>/post/", bodies.post, name="linkage-post"),
    path("linkage/body/<str:code>/owner/", bodies.owner, name="linkage-owner"),
    path("linkage/body/<str:code>/contacted/", bodies.contacted, name="linkage-contacted"),
    path("linkage/body/<str:code>/matter/", bodies.matter, name="linkage-matter"),
    path("consultations/", consultations.consultations, name="consultations"),
    path("consultations/new/", consultations.new, name="consultation-new"),
    path("consultations/<str:number>/", consultations.consultation, name="consultation"),
    path("consultations/<str:number>/hold/", consultations.hold, name="consultation-hold"),
    path("consultations/<str:number>/decide/", consultations.decide, name="consultation-decide"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", tasks.new, name="task-new"),
    path("tasks/export.csv", tables.export_tasks, name="tasks-export"),
    path("tasks/import/", tables.bring_tasks, name="tasks-import"),
    path("tasks/print/", tasks.sheet, name="tasks-sheet"),
]
