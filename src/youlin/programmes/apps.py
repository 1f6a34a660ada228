from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.programmes"
    label = "programmes"

    def ready(self) -> None:
        from youlin.apps.cases import declarations
        from youlin.apps.duties import verbs
        from youlin.kernel import journal

        journal.register_acts(declarations.ACTS)
        journal.register_acts(
            {
                "programmes.applied": _("启用方案"),
                "programmes.retired": _("停用方案"),
                "programmes.demo_loaded": _("装入演示数据"),
            }
        )
        verbs.register_verbs({"programme.apply": _("启用和停用方案")}, guarded={"programme.apply"})
