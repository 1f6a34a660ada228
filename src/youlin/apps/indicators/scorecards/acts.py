"""The acts of scorecards."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "indicators.scorecard_declared": _("声明考评表"),
    "indicators.scorecard_retired": _("停用考评表"),
}
