from django.urls import path

from youlin.doors.accounts import pages

app_name = "accounts"
urlpatterns = [
    path("security/", pages.security, name="security"),
    path("sessions/end/", pages.end, name="end"),
    path("sessions/end-others/", pages.end_others, name="end-others"),
    path("password/strength/", pages.strength, name="strength"),
]
