from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.exchange"
    label = "exchange"
    verbose_name = _("对外交换")

    def ready(self) -> None:
        from youlin.apps.duties.verbs import register_verbs
        from youlin.apps.exchange import acts, looks
        from youlin.apps.exchange.services import hooks, reacting
        from youlin.kernel import journal, reactions

        register_verbs(acts.VERBS)
        looks.register()
        journal.register_acts(acts.ACTS)
        reactions.register_action("exchange.forward", reacting.forward)
        reactions.register_action("exchange.wake", reacting.wake)
        reactions.declare("exchange.wake", when=sorted(hooks.EVENTS), do="exchange.wake")
