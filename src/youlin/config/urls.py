"""Every address of the platform, door by door."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from youlin.doors.open.api import v1

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("youlin.ui.urls")),
    path("", include("youlin.doors.portal.urls")),
    path("", include("youlin.doors.codes.urls")),
    path("", include("youlin.doors.gates.urls")),
    path("desk/", include("youlin.doors.desk.urls")),
    path("field/", include("youlin.doors.field.urls")),
    path("cockpit/", include("youlin.doors.cockpit.urls")),
    path("", include("youlin.doors.open.urls")),
    path("api/v1/", v1.urls),
    path("accounts/", include("youlin.config.account_urls")),
    path("admin/operations/", include("youlin.doors.operations.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "youlin.ui.errors.bad_request"
handler403 = "youlin.ui.errors.forbidden"
handler404 = "youlin.ui.errors.not_found"
handler500 = "youlin.ui.errors.server_error"
