from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.field"
    label = "field"

    def ready(self) -> None:
        from youlin.doors.entrance import holds
        from youlin.ui import navigation

        def may_enter(request: HttpRequest) -> bool:
            return holds(request, "case.handle")

        navigation.register("field:today", _("网格"), order=20, visible=may_enter)
