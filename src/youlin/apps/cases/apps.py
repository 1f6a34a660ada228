from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.cases"
    label = "cases"
    verbose_name = _("案件")

    def ready(self) -> None:
        from youlin.apps.areas.services import register_recoder
        from youlin.apps.cases import datasets, permission, personal_data, words
        from youlin.apps.cases.crossing import registering as crossing
        from youlin.apps.cases.hotline import registering as hotline
        from youlin.apps.cases.imports import acts as import_acts
        from youlin.apps.cases.lists import registering as lists
        from youlin.apps.cases.models import Case
        from youlin.apps.cases.moderation import registering as moderation
        from youlin.apps.cases.services import at_places, following, measures, reacting
        from youlin.apps.duties import services as duties
        from youlin.apps.duties.selectors import register_relation
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.parties.permission import register_known_in
        from youlin.apps.parties.services import register_references
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal, reactions, tallies
        from youlin.kernel.search import following as finding

        register_verbs(words.VERBS, guarded=words.GUARDED)
        journal.register_acts({**words.JOURNAL_ACTS, **words.MEASURE_ACTS, **import_acts.ACTS})
        reactions.register_action("cases.go_on", reacting.go_on)
        reactions.register_action("cases.file_and_dispatch", reacting.go_on)
        reactions.register_action("cases.settle_voices", at_places.settle_voices)
        reactions.register_action("cases.notify_holder", reacting.notify_holder)
        reactions.register_action("cases.notify_reporter", reacting.notify_reporter)
        register_relation("called", permission.called, verbs=[permission.READ])
        register_recoder("cases", following.recode)
        tallies.register(tallies.Counted(words.SEARCH_KIND, Case))
        finding.register(table="cases_case", kind=words.SEARCH_KIND, area="area_now", is_open="is_open")
        duties.register_handover(following.hand_over)
        duties.register_handover(measures.hand_over)
        personal_data.register()
        lists.register()
        moderation.register()
        hotline.register()
        crossing.register()
        register_known_in("cases", personal_data.known_in)
        register_references("cases", personal_data.REFERENCES)
        exported.register(*datasets.DATASETS)
