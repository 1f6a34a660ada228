from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.notices"
    label = "notices"
    verbose_name = _("通知")

    def ready(self) -> None:
        from youlin.apps.notices import account_news, acts, looks, personal_data
        from youlin.apps.parties.services import register_references
        from youlin.kernel import journal

        journal.register_acts(acts.ACTS)
        personal_data.register()
        looks.register()
        account_news.register()
        register_references("notices", ["Notice.person", "Preference.person"])
