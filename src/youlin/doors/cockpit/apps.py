from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.cockpit"
    label = "cockpit"

    def ready(self) -> None:
        from youlin.doors.entrance import holds
        from youlin.ui import navigation

        def may_enter(request: HttpRequest) -> bool:
            return holds(request, "cockpit.read")

        navigation.register("cockpit:home", _("驾驶舱"), order=40, visible=may_enter)
