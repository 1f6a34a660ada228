from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.programmes"
    label = "programmes"

    def ready(self) -> None:
        from youlin.apps.cases import declarations
        from youlin.apps.cases.services import reacting
        from youlin.apps.duties import verbs
        from youlin.kernel import journal
        from youlin.programmes import selectors

        journal.register_acts(declarations.ACTS)
        journal.register_acts(
            {
                "programmes.applied": _("启用方案"),
                "programmes.retired": _("停用方案"),
                "programmes.demo_loaded": _("装入演示数据"),
            }
        )
        verbs.register_verbs(
            {"programme.apply": _("启用和停用方案"), "cockpit.read": _("看驾驶舱")},
            guarded={"programme.apply"},
        )
        reacting.use_wordings(selectors.wording)
