from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.operations"
    label = "operations"

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.doors.operations.entering import OPERATE, operator_of
        from youlin.ui import navigation

        register_verbs({OPERATE: _("看管系统运行")}, guarded={OPERATE})

        def may_enter(request: HttpRequest) -> bool:
            return operator_of(request) is not None

        navigation.register("operations:overview", _("运行情况"), order=60, visible=may_enter)
