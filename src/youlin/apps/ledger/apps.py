from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.ledger"
    label = "ledger"
    verbose_name = _("账本")

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.ledger import acts, datasets, personal_data
        from youlin.apps.ledger.earning import granting
        from youlin.apps.ledger.services import merging
        from youlin.apps.parties.services import register_references
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal, reactions

        register_verbs(acts.VERBS)
        journal.register_acts(acts.ACTS)
        personal_data.register()
        register_references("ledger", ["Earning.person"])
        reactions.register_action(granting.ACTION, granting.earn)
        reactions.register_action(merging.FOLLOW, merging.follow_merge)
        reactions.register_action(merging.RETURN, merging.return_merged)
        reactions.declare("ledger.merged", when="parties.persons_merged", do=merging.FOLLOW)
        reactions.declare("ledger.unmerged", when="parties.merge_undone", do=merging.RETURN)
        exported.register(*datasets.DATASETS)
