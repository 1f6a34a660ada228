from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.places"
    label = "places"
    verbose_name = _("地点")

    def ready(self) -> None:
        from youlin.apps.areas.services import register_recoder
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.parties.services import register_references
        from youlin.apps.places import acts, datasets, personal_data
        from youlin.apps.places.services import following
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal

        register_verbs(acts.VERBS)
        register_recoder("places", following.recode)
        journal.register_acts(acts.ACTS)
        personal_data.register()
        register_references(
            "places",
            [
                "Place.confirmed_by",
                "Closure.made_by",
                "Loan.borrower",
                "PlaceImport.made_by",
                "PlacePhoto.looked_by",
            ],
        )
        exported.register(*datasets.DATASETS)
