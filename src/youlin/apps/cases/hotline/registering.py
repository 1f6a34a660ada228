"""What telephone work tells the rest of the house when it starts."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "cases.call_taken": _("接听来电"),
    "cases.call_ended": _("来电结束"),
    "cases.called_again": _("再次来电"),
    "cases.follow_up_claimed": _("领取回访"),
    "cases.follow_up_put_off": _("约定再拨"),
}


def register() -> None:
    """Journal acts, and how long numbers of calls are kept."""
    from youlin.apps.cases.hotline import forgetting
    from youlin.kernel import journal, privacy

    journal.register_acts(ACTS)
    privacy.register_retention(
        "cases.hotline_phone", "hotline_phone", forgetting.DAYS, forgetting.forget_before
    )
