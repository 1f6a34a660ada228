"""What moderation tells the rest of the house when it starts."""

from django.utils.translation import gettext_lazy as _

VERBS = {"case.moderate": _("审核公开内容")}

ACTS = {
    "cases.published": _("公开"),
    "cases.kept_private": _("审核后不公开"),
    "cases.photo_blurred": _("公开遮挡后的照片"),
}


def register() -> None:
    """Verbs and journal acts; its jobs are found by being imported."""
    from youlin.apps.cases.moderation import jobs  # noqa: F401
    from youlin.apps.duties.verbs import register_verbs
    from youlin.kernel import journal

    register_verbs(VERBS)
    journal.register_acts(ACTS)
