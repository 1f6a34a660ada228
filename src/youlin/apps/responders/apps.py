from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.responders"
    label = "responders"
    verbose_name = _("城市响应人")

    def ready(self) -> None:
        from youlin.apps.areas.services import register_recoder
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.parties.services import register_references
        from youlin.apps.passes.sources import register_source
        from youlin.apps.responders import acts, cards, datasets, personal_data
        from youlin.apps.responders.services import following, reacting
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal

        register_verbs(acts.VERBS)
        register_recoder("responders", following.recode)
        journal.register_acts(acts.ACTS)
        personal_data.register()
        reacting.register()
        register_source(cards.SOURCE, cards.standing)
        register_references(
            "responders",
            [
                "Responder.person",
                "Responder.verified_by",
                "CallOut.made_by",
                "Service.organiser",
                "Thanks.by",
                "Shift.made_by",
                "Seat.seen_by",
                "Story.written_by",
                "Story.looked_by",
            ],
        )
        exported.register(*datasets.DATASETS)
