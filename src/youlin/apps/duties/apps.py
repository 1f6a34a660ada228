from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.duties"
    label = "duties"
    verbose_name = _("岗位")

    def ready(self) -> None:
        from youlin.apps.areas import permission as area_permission
        from youlin.apps.areas.services import register_recoder
        from youlin.apps.duties import acts, datasets, personal_data, selectors, services, verbs
        from youlin.apps.parties import permission
        from youlin.apps.parties.services import register_references
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal

        journal.register_acts(acts.ACTS)
        verbs.register_verbs(verbs.OWN, guarded=verbs.GUARDED)
        area_permission.use(gate=selectors.may)
        register_recoder("duties", services.recode)
        permission.use(gate=selectors.may, colleagues=selectors.colleagues_among)
        permission.register_known_in("duties", selectors.known_in)
        personal_data.register()
        register_references(
            "duties",
            ["Assignment.holder", "Assignment.stand_in", "Handover.from_person", "Handover.to_person"],
        )
        exported.register(*datasets.DATASETS)
