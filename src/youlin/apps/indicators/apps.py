from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.indicators"
    label = "indicators"
    verbose_name = _("指标")

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.indicators import acts, personal_data
        from youlin.apps.indicators.contesting import acts as contest_acts
        from youlin.apps.indicators.contesting import services as contesting
        from youlin.apps.indicators.scorecards import acts as scorecard_acts
        from youlin.apps.indicators.targets import acts as target_acts
        from youlin.apps.parties.services import register_references
        from youlin.kernel import journal, reactions

        register_verbs(target_acts.VERBS)
        journal.register_acts(acts.ACTS | target_acts.ACTS | contest_acts.ACTS | scorecard_acts.ACTS)
        personal_data.register()
        register_references("indicators", ["Target.proposed_by", "Target.decided_by", "SavedView.owner"])
        reactions.register_action("indicators.restate", contesting.restate_all)
        reactions.declare(
            "indicators.restate",
            when="cases.closed",
            do="indicators.restate",
            condition=f"has(after.state) && after.state == '{contest_acts.UPHELD}'",
        )
