"""What this app writes to the journal, and the verbs for whoever keeps rewards or gives them at a shop."""

from django.utils.translation import gettext_lazy as _

KEEP, SERVE, VOUCH = "reward.keep", "reward.serve", "reward.vouch"

VERBS = {
    KEEP: _("维护伙伴商户和奖品、进货、结算"),
    SERVE: _("在商户核兑奖品"),
    VOUCH: _("签发兑换券（只由系统在预留奖品时签发，不授予岗位）"),
}

ACTS = {
    "rewards.shop_joined": _("商户加入"),
    "rewards.shop_left": _("商户退出"),
    "rewards.registered": _("登记奖品"),
    "rewards.changed": _("修改奖品"),
    "rewards.retired": _("停用奖品"),
    "rewards.restored": _("恢复奖品"),
    "rewards.stocked": _("奖品进货"),
    "rewards.reserved": _("预留奖品"),
    "rewards.redeemed": _("兑换奖品"),
    "rewards.redemption_reversed": _("冲销兑换"),
    "rewards.settled": _("商户月度结算"),
}
