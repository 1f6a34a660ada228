"""The verbs and acts of targets."""

from django.utils.translation import gettext_lazy as _

PROPOSE, APPROVE = "target.propose", "target.approve"

VERBS = {
    PROPOSE: _("提出指标目标"),
    APPROVE: _("批准指标目标（自己提出的除外）"),
}

ACTS = {
    "indicators.target_proposed": _("提出指标目标"),
    "indicators.target_approved": _("批准指标目标"),
    "indicators.target_refused": _("不批准指标目标"),
    "indicators.target_replaced": _("取代指标目标"),
}
