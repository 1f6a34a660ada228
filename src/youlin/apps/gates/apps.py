from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.gates"
    label = "gates"
    verbose_name = _("小区进门")

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.gates import acts, datasets, personal_data
        from youlin.apps.gates.services import reacting
        from youlin.apps.parties.services import register_references
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal

        register_verbs(acts.VERBS)
        journal.register_acts(acts.ACTS)
        personal_data.register()
        reacting.register()
        register_references("gates", ["Refusal.person", "Roster.made_by", "RosterRow.person"])
        exported.register(*datasets.DATASETS)
