from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.codes"
    label = "codes"

    def ready(self) -> None:
        from youlin.apps.passes.acts import CHECK, ISSUE, SUBJECTS
        from youlin.doors.entrance import holds
        from youlin.ui import navigation

        navigation.register("codes:check", _("查验"), order=46, visible=lambda request: holds(request, CHECK))
        navigation.register(
            "codes:issued", _("码证"), order=47, visible=lambda request: holds(request, ISSUE)
        )
        navigation.register(
            "codes:subjects", _("主体"), order=48, visible=lambda request: holds(request, SUBJECTS)
        )
