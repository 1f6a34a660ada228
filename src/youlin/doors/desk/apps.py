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

        def may_call_back(request: HttpRequest) -> bool:
            return holds(request, "case.follow_up")

        def may_moderate(request: HttpRequest) -> bool:
            return holds(request, "case.moderate")

        navigation.register("desk:inbox", _("派遣台"), order=30, visible=may_enter)
        navigation.register("desk:follow-ups", _("回访"), order=31, visible=may_call_back)
        navigation.register("desk:moderation", _("公开审核"), order=32, visible=may_moderate)
