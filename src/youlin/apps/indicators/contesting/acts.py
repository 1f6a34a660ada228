"""The acts of contesting, the case type and the category by which it runs."""

from django.utils.translation import gettext_lazy as _

CATEGORY = "figure_appeal"
CHANNEL = "figure"
UPHELD = "upheld"

ACTS = {
    "indicators.contested": _("对指标提出申诉"),
    "indicators.restated": _("申诉成立，剔除案件"),
    "indicators.recalculated": _("申诉成立后重算指标"),
}
