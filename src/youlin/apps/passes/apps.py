from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.passes"
    label = "passes"
    verbose_name = _("码证")

    def ready(self) -> None:
        from youlin.apps.duties.services import register_handover
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.parties.services import register_references
        from youlin.apps.passes import acts, personal_data, sources
        from youlin.apps.passes.services import following
        from youlin.kernel import journal

        register_verbs(acts.VERBS)
        journal.register_acts(acts.ACTS)
        personal_data.register()
        sources.register_source(sources.DUTY, sources.by_duty)
        register_handover(following.follow_duty)
        register_references(
            "passes", ["Pass.person", "Pass.issued_by", "Check.checker", "SubjectImport.made_by"]
        )
