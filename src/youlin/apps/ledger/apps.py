from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.ledger"
    label = "ledger"
    verbose_name = _("账本")

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.ledger import acts, jobs
        from youlin.kernel import journal

        register_verbs(acts.VERBS)
        journal.register_acts(acts.ACTS)
        assert jobs.run_out is not None
