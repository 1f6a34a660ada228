from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

OFFLINE = (
    "portal/portal.css",
    "portal/places.js",
    "portal/pocket/asking.js",
    "portal/pocket/district.js",
    "portal/pocket/keep.js",
    "portal/pocket/pages.js",
    "portal/pocket/telling.js",
    "portal/pocket/worker.js",
    "portal/share.js",
)
"""Static files without which the map of places cannot be shown where there is no network."""


class Config(AppConfig):
    name = "youlin.doors.portal"
    label = "portal"

    def ready(self) -> None:
        from youlin.doors.portal import photos
        from youlin.kernel.media import services as media

        media.register_address(photos.address)
        from youlin.ui import assets, navigation

        assets.register_part("portal/pocket/worker.js", kept=OFFLINE)
        assets.offer("portal:places", _("找地方"))
        navigation.register("portal:home", _("地图"), order=10)
        navigation.register("portal:places", _("找地方"), order=12)
        navigation.register("portal:services", _("服务"), order=14)
        navigation.register_foot("portal:feedback", _("对平台的意见"))
