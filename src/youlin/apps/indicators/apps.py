from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.indicators"
    label = "indicators"
    verbose_name = _("指标")

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.indicators import acts
        from youlin.kernel import journal

        register_verbs(acts.VERBS)
        journal.register_acts(acts.ACTS)
