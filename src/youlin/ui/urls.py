"""Addresses of the interface itself; included at the root."""

from django.urls import path

from youlin.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/", views.gallery, name="gallery"),
    path("ui/csrf", views.csrf, name="csrf"),
    path("ui/theme", views.theme, name="theme"),
    path("ui/language", views.language, name="language"),
    path("ui/district", views.district, name="district"),
    path("ui/words/<str:language>.json", views.words, name="words"),
    path("ui/example/<slug:name>", views.example, name="example"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("offline/", views.offline, name="offline"),
]
