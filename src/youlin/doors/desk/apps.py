from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.desk"
    label = "desk"

    def ready(self) -> None:
        from youlin.doors.entrance import holds
        from youlin.ui import navigation

        def may_enter(request: HttpRequest) -> bool:
            return holds(request, "case.read")

        navigation.register("desk:inbox", _("派遣台"), order=30, visible=may_enter)
