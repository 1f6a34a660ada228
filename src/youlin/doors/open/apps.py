from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.open"
    label = "open"

    def ready(self) -> None:
        from django.core.checks import register

        from youlin.apps.exchange.acts import MANAGE
        from youlin.doors import pace
        from youlin.doors.entrance import holds
        from youlin.ui import navigation

        def may_enter(request: HttpRequest) -> bool:
            return holds(request, MANAGE)

        register(pace.check)
        navigation.register("open:exchange", _("对外交换"), order=70, visible=may_enter)
