from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.parties"
    label = "parties"
    verbose_name = _("人员与单位")

    def ready(self) -> None:
        from youlin.apps.areas.services import register_recoder
        from youlin.apps.parties import acts, permission, personal_data, selectors, watching
        from youlin.apps.parties.services import following, register_references
        from youlin.kernel import journal

        journal.register_acts(acts.ACTS)
        permission.register_known_in("parties", selectors.known_here)
        personal_data.register()
        register_recoder("parties", following.recode)
        register_references(
            "parties",
            [
                "Membership.person",
                "Consent.person",
                "Consent.given_by",
                "Guardianship.guardian",
                "Guardianship.ward",
                "Producer.contact",
            ],
        )
        watching.connect()
