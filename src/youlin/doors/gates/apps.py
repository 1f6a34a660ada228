from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.gates"
    label = "gates_door"

    def ready(self) -> None:
        from youlin.apps.gates.acts import CHECK, KEEP, ROSTER
        from youlin.doors.entrance import holds
        from youlin.ui import navigation

        navigation.register("gates:compounds", _("到访码"), order=16)
        navigation.register("gates:mine", _("门岗"), order=48, visible=lambda request: holds(request, CHECK))
        navigation.register(
            "gates:desk", _("小区进门"), order=49, visible=lambda request: holds(request, KEEP)
        )
        navigation.register(
            "gates:rosters", _("平台名单"), order=50, visible=lambda request: holds(request, ROSTER)
        )
