from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.rewards"
    label = "rewards"
    verbose_name = _("奖品")

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.ledger.earning import facts
        from youlin.apps.parties.services import register_references
        from youlin.apps.rewards import acts, datasets, personal_data, selectors
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal

        register_verbs(acts.VERBS)
        journal.register_acts(acts.ACTS)
        personal_data.register()
        facts.register_positions(selectors.positions)
        register_references("rewards", ["Redemption.person", "Redemption.server", "Voucher.person"])
        exported.register(*datasets.DATASETS)
