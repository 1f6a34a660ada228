from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.doors.portal"
    label = "portal"

    def ready(self) -> None:
        from youlin.doors.portal import photos
        from youlin.kernel.media import services as media

        media.register_address(photos.address)
        from youlin.ui import navigation

        navigation.register("portal:home", _("地图"), order=10)
        navigation.register("portal:places", _("找地方"), order=12)
        navigation.register_foot("portal:feedback", _("对平台的意见"))
